"""Renewing the lock files from pyproject.toml."""

from __future__ import annotations

import shutil
import subprocess

from barelab.dev.clone import clone_root
from barelab.support.errors import CouldNotTell

_COMPILE = ("pip", "compile", "pyproject.toml", "--generate-hashes", "--upgrade")
# One lock file for every Python that we run on, whichever one makes it.
_EVERYWHERE = ("--universal", "--python-version", "3.11")
# No line of a lock file may tell from which index or mirror it was made.
_PLAIN = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet")
_LOCKS = {"requirements.lock": (), "requirements-dev.lock": ("--extra", "dev")}


def renew_locks() -> None:
    """Write both lock files anew, each package at its newest version.

    Raises:
        CouldNotTell: uv is not here, or could not resolve.
    """
    root, uv = clone_root(), shutil.which("uv")
    if uv is None:
        raise CouldNotTell("uv makes the lock files, and is not here: `pip install uv`")
    for name, extra in _LOCKS.items():
        done = subprocess.run(
            [uv, *_COMPILE, *_EVERYWHERE, *_PLAIN, *extra, "--output-file", name], cwd=root
        )
        if done.returncode:
            raise CouldNotTell(f"{name} could not be made; what uv said is above")
