"""Questions about certification."""
