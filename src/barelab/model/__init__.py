"""Labs, nodes, roles, exercises as typed data, and their loading."""
