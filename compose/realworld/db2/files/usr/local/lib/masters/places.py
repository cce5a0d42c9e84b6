# Made by barelab, from images/masters/files/usr/local/lib/masters/places.py.j2
"""Which master this node is, and which the other one. Comparisons are made on the first."""

NODES = ["db1", "db2"]
ME = "db2"
PEER = "db1"
