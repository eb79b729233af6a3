"""`make bench`: how fast the product is, on PostgreSQL with 1,000 trainees and 200,000 statements. Measures, never asserts."""
