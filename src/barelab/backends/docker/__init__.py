"""Nodes as systemd containers on a Docker Engine."""
