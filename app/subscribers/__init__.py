"""Subscriber management for a cable and broadband operator."""
