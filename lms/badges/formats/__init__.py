"""Open Badges 3.0 in and out: what is signed, the picture that carries it, and how a file is read back."""
