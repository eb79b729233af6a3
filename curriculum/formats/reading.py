"""Where the programme's data files are."""

from pathlib import Path

DATA_DIR = Path(__file__).parents[1] / "data"
