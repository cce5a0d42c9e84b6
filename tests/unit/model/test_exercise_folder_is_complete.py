from __future__ import annotations

from pathlib import Path

import pytest

from barelab.model.loading import load_exercise, load_lab
from barelab.support.errors import ContentError

NAME = "nginx/bad-gateway"
CHECK = "@check(points=1)\ndef portal_answers(): ...\n"
MISSING = [
    ("exercise.yaml", "exercise.yaml", "there is no such file"),
    ("story.md", "story.md", "there is no such file"),
    ("checks.py", "checks.py", "there is no such file"),
    ("hints.md", "hints.md", "there is no such file"),
    ("debrief.md", "debrief.md", "there is no such file"),
    ("break/web1.sh", "break", "must have at least 1 *.sh, not 0"),
    ("solutions/right.sh", "solutions", "must have at least 1 *.sh, not 0"),
    ("decoys/chmod.sh", "decoys", "must have at least 2 *.sh, not 1"),
]
WRONG = [
    ("break/web2.sh", "exit", 1, "no node 'web2' in the lab 'simple'; did you mean 'web1'?"),
    ("break/probe.sh", "exit", 1, "no node 'probe' in the lab 'simple'"),
    ("break/app.sh", "exit", 1, "no node 'app' in the lab 'simple'; did you mean 'app"),
    ("decoys/-x.sh", "exit", 1, "must be a name"),
    ("solutions/a;b.sh", "exit", 1, "must be a name"),
    ("checks.py", "x = (", 1, "is not Python: '(' was never closed"),
    ("checks.py", "x = 1\nx = = 2\n", 2, "is not Python"),
    ("checks.py", "\0", 1, "is not Python"),
    ("checks.py", "x = " + "-" * 30000 + "1", 1, "is not Python"),
    ("checks.py", "# " * 20000, 1, "is larger than 32 KiB"),
    ("checks.py", "def portal_answers(): ...\n", 1, "has no function decorated with @check(...)"),
    ("checks.py", CHECK + CHECK, 4, "there are two checks named 'portal_answers'"),
    ("hints.md", "## a\nb\n## c\nd\n", 1, "must have at least 3 hints"),
    ("hints.md", "## a\nb\n## c\n\n## d\ne\n", 3, "has a heading without text below it"),
    ("debrief.md", "## What it was\na\n## Another\nb\n", 3, "must have the headings"),
    ("debrief.md", "nothing", 1, "must have the headings '## What it was'"),
]


@pytest.mark.parametrize(("gone", "named", "message"), MISSING)
def test_a_missing_file_is_named(root: Path, gone: str, named: str, message: str) -> None:
    folder = root / "exercises" / NAME
    (folder / gone).unlink()
    with pytest.raises(ContentError) as caught:
        load_exercise(NAME, root)
    assert caught.value.path == folder / named
    assert message in str(caught.value)


@pytest.mark.parametrize(("name", "text", "line", "message"), WRONG)
def test_a_wrong_file_is_named(root: Path, name: str, text: str, line: int, message: str) -> None:
    path = root / "exercises" / NAME / name
    path.write_text(text)
    with pytest.raises(ContentError) as caught:
        load_exercise(NAME, root)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert message in str(caught.value)


def test_checks_are_found_without_running_them(root: Path) -> None:
    path = root / "exercises" / NAME / "checks.py"
    trap = root / "trap"
    path.write_text(f"open({str(trap)!r}, 'w')\nimport nothing_like_it\n{CHECK}")
    load_exercise(NAME, root)
    assert not trap.exists()


@pytest.mark.parametrize("name", ["nginx/Bad", "nginx/a b", "Nginx/bad", "nginx/bad_gateway"])
def test_a_folder_with_an_unsafe_name_is_refused(root: Path, name: str) -> None:
    (root / "exercises" / name).mkdir(parents=True)
    with pytest.raises(ContentError, match="must be a name"):
        load_exercise(name, root)


def test_a_lab_file_with_an_unsafe_name_is_refused(root: Path) -> None:
    (root / "labs/simple.yaml").rename(root / "labs/a;b.yaml")
    with pytest.raises(ContentError, match="must be a name"):
        load_lab("a;b", root)
