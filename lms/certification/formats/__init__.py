"""Files that leave for a certifying body."""
