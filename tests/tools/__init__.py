"""What several tests use: seats of their own, damaged content, the engine's own word."""
