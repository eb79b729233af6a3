"""Doors of exports, by what they are about."""
