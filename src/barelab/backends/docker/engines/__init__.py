"""Engines beside the machine's own, to prove that nodes come up on every kind."""
