"""The doors of the record store."""
