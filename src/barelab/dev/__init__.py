"""What barelab's developers need in a clone: its own checks and tests, run step by step."""
