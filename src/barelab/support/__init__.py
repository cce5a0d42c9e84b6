"""Errors, paths, console, waiting: what every layer needs."""
