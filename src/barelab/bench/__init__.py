"""How fast barelab is, measured beside docker compose in one run."""
