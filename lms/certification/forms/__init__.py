"""What a person typed, for certification."""
