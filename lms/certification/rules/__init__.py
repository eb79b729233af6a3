"""Pure decisions of certification."""
