"""Nodes as virtual machines, through Vagrant."""
