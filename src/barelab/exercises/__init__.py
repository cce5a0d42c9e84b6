"""Exercises as they are done: attempts, seeds, hints, progress."""
