"""What a dossier is, without Django: its shape."""
