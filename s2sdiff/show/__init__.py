"""See it: traces, graphs, counts, tables of rules."""
