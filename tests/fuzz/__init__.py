"""Coverage-guided fuzzing (atheris) of what reads bytes from outside: `make fuzz`. Not part of the suite; each finding becomes a test of it."""
