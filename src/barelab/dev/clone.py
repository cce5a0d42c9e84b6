"""The clone that this barelab runs from, and the environments of its developers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from barelab import bootstrap
from barelab.dev.steps import DEV, Environment
from barelab.support.errors import UsageError

_ROOT = Path(__file__).resolve().parents[3]
_FACE = "barelab"


def clone_root() -> Path:
    """Return the folder of the clone.

    Raises:
        UsageError: this barelab is installed, not run from a clone.
    """
    if not (_ROOT / DEV.lock).is_file():
        raise UsageError("this works in a clone of barelab only; run ./barelab there")
    return _ROOT


def ensure(wanted: Environment) -> Path:
    """Return the folder of an environment, made if it is missing or its lock file has changed.

    Raises:
        BootstrapError: pip failed; what it said is on stderr.
    """
    root = clone_root()
    named = os.environ.get("BARELAB_DEV_VENV") if wanted is DEV else None
    folder = Path(named).resolve() if named else root / wanted.name
    bootstrap.ensure(root / wanted.lock, folder)
    if wanted is DEV:
        _add_source(root, folder)
        _make_face(root, folder)
    return folder


def face(environment: Path) -> Path:
    """Return what BARELAB_VENV names, so that `./barelab` runs in the developers' environment.

    Their environment holds all that the runtime lock file asks for, and coverage, which counts
    the lines that a started `./barelab` runs.
    """
    return environment / _FACE


def _add_source(root: Path, environment: Path) -> None:
    # So that its pytest works when called by hand, too.
    for packages in environment.glob("lib/python3*/site-packages"):
        packages.joinpath("barelab.pth").write_text(f"{root / 'src'}\n")


def _make_face(root: Path, environment: Path) -> None:
    folder = face(environment)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (folder / name).symlink_to(f"../{name}")
    shutil.copyfile(root / "requirements.lock", folder / bootstrap.MARK)
