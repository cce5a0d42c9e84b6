"""Writing new content: copies of small things that work, with comments that explain."""

from __future__ import annotations

from pathlib import Path

from barelab.model import record as words
from barelab.support.errors import UsageError
from barelab.support.paths import content_root

_TEMPLATES = Path(__file__).parent / "template"


def write_exercise(name: str, root: Path | None = None) -> list[str]:
    """Write `exercises/TRACK/SLUG/`, an exercise that is provable as it stands.

    Raises:
        UsageError: the name is none, or taken.
    """
    track, slash, slug = name.partition("/")
    if not slash:
        raise UsageError(f"'{name}' lacks its track: barelab new exercise TRACK/NAME")
    folder = (root or content_root()) / "exercises" / track / slug
    for part in (track, slug):
        words.check_name(part, folder)
    return _write(_TEMPLATES / "exercise", folder, {"NAME": name})


def write_role(name: str, root: Path | None = None) -> list[str]:
    """Write `images/ROLE/`. Raises UsageError where the name is none, or taken."""
    folder = (root or content_root()) / "images" / name
    words.check_name(name, folder)
    return _write(_TEMPLATES / "role", folder, {"NAME": name})


def write_lab(name: str, root: Path | None = None) -> list[str]:
    """Write `labs/LAB.yaml`. Raises UsageError where the name is none, or taken."""
    path = (root or content_root()) / "labs" / f"{name}.yaml"
    words.check_name(name, path)
    return _write(_TEMPLATES / "lab.yaml", path, {"NAME": name})


def _is_template(path: Path) -> bool:
    # Whoever installs a wheel compiles the Python in it, templates too.
    return path.is_file() and path.parent.name != "__pycache__"


def _write(source: Path, target: Path, values: dict[str, str]) -> list[str]:
    if target.exists():
        raise UsageError(f"{target} exists already; choose another name, or remove it first")
    files = [source] if source.is_file() else sorted(filter(_is_template, source.rglob("*")))
    written = []
    for file in files:
        path = target / file.relative_to(source) if source.is_dir() else target
        text = file.read_text()
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        written.append(str(path))
    return written
