"""Results of drills on disk: JSON for each time that one was run, the journals beside it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from barelab.support.errors import CouldNotTell, UsageError
from barelab.support.paths import data_dir
from barelab.support.text import quoted


def keep(name: str, told: Mapping[str, Any]) -> Path:
    """Write the result of that name, over what was written while it was under way.

    Raises:
        CouldNotTell: the disk takes no more.
    """
    return _written(f"{name}.json", (json.dumps({"schema": 1, **told}, indent=1) + "\n").encode())


def keep_journal(name: str, run: str, text: bytes) -> Path:
    """Write the journal of a run beside the result of that name.

    Raises:
        CouldNotTell: the disk takes no more.
    """
    return _written(f"{name}.{run}.jsonl.gz", gzip.compress(text))


def kept(drill: str | None = None) -> list[dict[str, Any]]:
    """Return the results, the newest first, of one drill if it is named; damaged files are none."""
    found = []
    for path in sorted(_folder().glob("*.json"), reverse=True):
        with suppress(OSError, ValueError):
            told = json.loads(path.read_text())
            if isinstance(told, dict) and drill in (None, told.get("drill")):
                found.append({**told, "name": path.stem})
    return found


def newest(name: str | None) -> dict[str, Any]:
    """Return the newest result, of a drill or with the name if one is given.

    Raises:
        UsageError: there is none.
    """
    results = [each for each in kept() if name in (None, each.get("drill"), each["name"])]
    if not results:
        of = f" of {quoted(name)}" if name else ""
        raise UsageError(f"no result{of} is kept; `barelab drill run NAME` makes one")
    return results[0]


def _folder() -> Path:
    return data_dir() / "drills"


def _written(file: str, content: bytes) -> Path:
    path = _folder() / file
    try:
        _folder().mkdir(exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.rename(path)
    except OSError as error:
        raise CouldNotTell(f"{path} cannot be written: {error.strerror}") from error
    return path
