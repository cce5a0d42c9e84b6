"""From a Lab to files: nodes, compose, diagrams."""
