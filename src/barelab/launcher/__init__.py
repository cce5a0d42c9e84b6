"""Observe, decide, act: from what is wanted to what runs."""
