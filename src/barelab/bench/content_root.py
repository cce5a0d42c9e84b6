"""Content roots made for measuring: the real one, with something else in it."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from barelab.launcher.images import chain
from barelab.model.loading import load_lab, load_role
from barelab.render.nodes import BASE
from barelab.support.paths import content_root

_OWN = Path(__file__).parent / "content"
MANY = "many"


def many(folder: Path) -> Path:
    """Fill a folder with the content of the lab of many nodes, and return it."""
    real = content_root()
    (folder / "images").mkdir(parents=True)
    (folder / "app").symlink_to(real / "app")
    (folder / "labs").symlink_to(_OWN / "labs")
    for role in (*(real / "images").iterdir(), *(_OWN / "images").iterdir()):
        (folder / "images" / role.name).symlink_to(role)
    return folder


def unbuilt(folder: Path) -> Path:
    """Fill a folder with a copy of the content whose images nobody has built, and return it."""
    real = content_root()
    skipped = shutil.ignore_patterns("__pycache__", "*.sqlite3", ".*")
    for name in ("app", "images", "labs"):
        shutil.copytree(real / name, folder / name, ignore=skipped)
    script = folder / "images" / BASE / "install.sh"
    script.write_text(f"{script.read_text()}# {secrets.token_hex(8)}\n")
    return folder


def tags(lab_name: str, folder: Path) -> list[str]:
    """Return the images of a lab as a content root has it, children first."""
    lab, base = load_lab(lab_name, folder), load_role(BASE, folder)
    found = {image.tag: None for node in lab.nodes for image in chain(lab, node, base)}
    return list(reversed(found))
