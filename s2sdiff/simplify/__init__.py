"""Passes that keep the meaning. Each is a function `Function -> Function` in a file of its own."""
