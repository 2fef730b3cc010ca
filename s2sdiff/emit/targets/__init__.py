"""How primitives are written, one file a target."""
