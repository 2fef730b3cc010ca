"""Is it right? Proofs by SymPy, 120-digit differences, forward against reverse; all of emitted text."""
