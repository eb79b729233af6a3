"""Doors of certification, by what they are about."""
