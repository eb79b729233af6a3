"""Roof and cellar of the house: settings, people, records, jobs, files below; exports and home pages above."""
