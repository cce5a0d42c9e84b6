"""Failover drills: load from the probe, a real fault, an operator, and what it cost."""
