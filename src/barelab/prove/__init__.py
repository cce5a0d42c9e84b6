"""Proving exercises: every right repair passes, every pretended one fails."""
