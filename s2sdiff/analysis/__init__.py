"""Facts about a Function, as tables keyed by its values."""
