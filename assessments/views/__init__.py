"""Doors of the proof: the trainee's works, private files, the assessors' queue and sheets."""
