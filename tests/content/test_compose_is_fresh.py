"""What is rendered and committed is what a rendering gives now."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from barelab.cli.render import render
from barelab.model.loading import lab_names

ROOT = Path(__file__).resolve().parents[2]
COPIES = sorted(folder.name for folder in (ROOT / "compose").iterdir() if folder.is_dir())
PICTURES = [lab for lab in lab_names(ROOT) if (ROOT / f"docs/assets/{lab}.svg").is_file()]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the same content, so that a rendering there has the same paths in it."""
    for name in ("app", "images", "labs"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.setenv("BARELAB_CONTENT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tree(folder: Path) -> dict[str, tuple[bytes, bool]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_there_is_a_committed_copy() -> None:
    assert COPIES


@pytest.mark.parametrize("lab", COPIES)
def test_a_committed_compose_copy_is_fresh(lab: str, elsewhere: Path) -> None:
    done = CliRunner().invoke(render, [lab, "--to", "compose"], catch_exceptions=False)
    assert done.exit_code == 0
    fresh, committed = tree(elsewhere / "compose" / lab), tree(ROOT / "compose" / lab)
    stale = sorted(
        path for path in fresh.keys() | committed if fresh.get(path) != committed.get(path)
    )
    command = f"./barelab render {lab} --to compose"
    assert not stale, f"compose/{lab} is older than images/, app/ or labs/; run: {command}"


@pytest.mark.parametrize("lab", PICTURES)
@pytest.mark.usefixtures("elsewhere")
def test_a_committed_picture_is_fresh(lab: str) -> None:
    done = CliRunner().invoke(render, [lab, "--to", "diagram"], catch_exceptions=False)
    command = f"./barelab render {lab} --to diagram --output docs/assets/{lab}.svg"
    committed = (ROOT / f"docs/assets/{lab}.svg").read_text()
    assert done.output == committed, f"the picture is older than its lab; run: {command}"
