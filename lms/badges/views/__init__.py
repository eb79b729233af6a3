"""Doors of badges."""
