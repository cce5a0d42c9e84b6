"""Check files: loading them, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from barelab.grading.checks import load_checks, prefixed
from barelab.grading.conformance import conformance_checks
from barelab.model.loading import load_lab
from barelab.model.scale import scaled
from barelab.support.errors import ContentError

GOOD = """
from barelab.grading import Subject, check

@check("It is so", points=3, alone=True)
def it_is(on: Subject) -> str:
    assert False, "not so"
"""


def test_checks_come_in_the_files_order_with_what_was_said_of_them(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_text(GOOD)
    (found,) = prefixed(load_checks(tmp_path / "checks.py"), "web")
    assert (found.name, found.title, found.points, found.alone) == (
        "web.it_is",
        "It is so",
        3,
        True,
    )


def test_what_is_said_of_several_is_asked_where_there_are_several(tmp_path: Path) -> None:
    (tmp_path / "checker").mkdir()
    (tmp_path / "checker" / "nginx.py").write_text(GOOD.replace("points=3", "several='django'"))
    lab = load_lab("simple")
    asked = [len(conformance_checks(scaled(lab, {"app": n}), tmp_path)) for n in (1, 2)]
    assert asked == [0, 1]


@pytest.mark.parametrize(
    ("text", "line"),
    [("def f(:\n", 1), ("x = 1\nraise ValueError('no')\n", 2), ("import nothere\n", 1)],
)
def test_a_file_that_does_not_run_is_named_with_its_line(
    tmp_path: Path, text: str, line: int
) -> None:
    path = tmp_path / "checks.py"
    path.write_text(text)
    with pytest.raises(ContentError) as error:
        load_checks(path)
    assert (error.value.path, error.value.line) == (path, line)


def test_asserts_hold_under_an_optimizing_python(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_text(GOOD)
    program = (
        "from pathlib import Path\n"
        "from barelab.grading.checks import load_checks\n"
        f"(found,) = load_checks(Path({str(tmp_path / 'checks.py')!r}))\n"
        "try:\n    found.function(None)\nexcept AssertionError as error:\n    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-O", "-c", program], capture_output=True, text=True, check=False
    )
    assert run.stdout == "not so\n", run.stderr
