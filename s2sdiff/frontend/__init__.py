"""From Python source to IR: `source` finds text, `names` resolves names, `lower` writes the trace."""
