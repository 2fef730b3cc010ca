"""Derivatives of Functions, as Functions. `accumulate` holds the chain rule, once, for both modes."""
