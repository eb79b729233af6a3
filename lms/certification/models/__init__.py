"""Tables of certification, an aggregate a file."""
