"""Doors that join several apps: each person's home, dashboards, cohorts, credentials."""
