"""Verbs of certification."""
