"""What killed processes left on this machine, removed where nobody uses it."""

from __future__ import annotations

import shutil

from barelab.support import locks
from barelab.support.paths import making_folder


def tidy() -> None:
    """Remove locks whose holders died, and a half-made base image that nobody works on."""
    for path in locks.existing():
        locks.clear(path.stem)
    if not locks.existing():
        shutil.rmtree(making_folder(), ignore_errors=True)
