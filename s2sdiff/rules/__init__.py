"""What s2sdiff knows about library functions: one declaration each, a file a family."""
