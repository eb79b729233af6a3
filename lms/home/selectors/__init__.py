"""Rows that join several apps."""
