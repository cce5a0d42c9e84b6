#!/usr/bin/python3
"""Print the last change of the other master that could not be made here, as JSON. Needs root."""

import json

from servers import last_conflict

if __name__ == "__main__":
    print(json.dumps(last_conflict()))
