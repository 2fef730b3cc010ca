"""The intermediate representation: data only. Read `core` for the grammar, `evaluate` for the meaning."""
