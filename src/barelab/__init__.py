"""Barelab: replicas of Django production sites on one laptop, to break, repair and rehearse."""

__version__ = "0.1.0"
