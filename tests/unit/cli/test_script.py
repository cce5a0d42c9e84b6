"""The script `barelab` finds its clone and its Python, from wherever and however it is called."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).resolve().parents[3] / "barelab"
_ECHO = '#!/bin/sh\necho "$PYTHONPATH"; printf "<%s>" "$@"\n'
_TOOLS = ("cmp", "id", "readlink", "sh")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in a path with spaces, whose environment is whole and repeats its arguments."""
    root = tmp_path / "a clone of mine"
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(_ECHO)
    python.chmod(0o755)
    for lock in (root / "requirements.lock", root / ".venv" / "barelab.lock"):
        lock.write_text("same\n")
    shutil.copy(_SCRIPT, root)
    return root


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    """A PATH with no Python and no apt-get on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in _TOOLS:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return folder


def _call(
    script: str | Path, *arguments: str, cwd: Path, path: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *arguments],
        cwd=cwd,
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("way", ["here", "absolute", "relative link", "link to a link"])
def test_script_finds_its_clone(clone: Path, tmp_path: Path, poor: Path, way: str) -> None:
    (tmp_path / "link").symlink_to(f"{clone.name}/barelab")
    (tmp_path / "second").symlink_to("link")
    script, cwd = {
        "here": ("./barelab", clone),
        "absolute": (str(clone / "barelab"), tmp_path),
        "relative link": ("./link", tmp_path),
        "link to a link": (str(tmp_path / "second"), clone),
    }[way]
    done = _call(script, "exec", "web1", "--", "echo a  b", "", cwd=cwd, path=poor)
    source, arguments = done.stdout.split("\n", 1)
    assert source == f"{clone}/src"
    assert arguments == f"<-P><{clone}/src/barelab/__main__.py><exec><web1><--><echo a  b><>"


@pytest.mark.parametrize("arguments", [("list",), ("up", "simple", "--yes")])
def test_script_without_any_python_says_what_to_run(
    clone: Path, poor: Path, arguments: tuple[str, ...]
) -> None:
    (clone / "requirements.lock").write_text("newer\n")
    done = _call("./barelab", *arguments, cwd=clone, path=poor)
    assert (done.returncode, done.stdout) == (3, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("barelab: Python 3.11 or later")
    assert "apt-get install" in line


def test_script_installs_python_once_it_is_told_yes(clone: Path, poor: Path) -> None:
    (clone / ".venv" / "bin" / "python").unlink()
    apt = poor / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> "{clone}/asked"\n')
    apt.chmod(0o755)
    (poor / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (poor / "sudo").chmod(0o755)
    done = _call("./barelab", "up", "simple", "--yes", cwd=clone, path=poor)
    assert "python3-venv" in (clone / "asked").read_text()
    assert done.returncode == 3
    assert "older than 3.11" in done.stderr
