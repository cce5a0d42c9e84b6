"""Scripts: rendered for the seed, split by node, run as a learner, and refused with their line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from barelab.backends.base import NodeRef, Output, SeatRef
from barelab.exercises.scripts import rendered, run_sections, split
from barelab.support.errors import ContentError, CouldNotTell

NODES = ("web1", "app1")
OWNER = SeatRef("simple", "default")


def _file(folder: Path, text: str) -> Path:
    path = folder / "script.sh"
    path.write_text(text)
    return path


def test_sections_go_to_their_nodes_in_order() -> None:
    text = (
        "#!/bin/sh\n# why\n# on: web1\nfirst\n# a comment\n# on: app1\nsecond\n# on: web1\nthird\n"
    )
    found = split(Path("a.sh"), text, NODES)
    assert [(s.node, s.text) for s in found] == [
        ("web1", "first\n# a comment\n"),
        ("app1", "second\n"),
        ("web1", "third\n"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("#!/bin/sh\nreboot\n# on: web1\n", 2, "before the first"),
        ("# on: web2\ntrue\n", 1, "no node 'web2'"),
        ("# nothing\n", 1, "no section"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(ContentError, match=what) as error:
        split(Path("a.sh"), text, NODES)
    assert error.value.line == line


def test_a_script_has_the_seeds_values_and_no_template_lines(tmp_path: Path) -> None:
    path = _file(tmp_path, "#% if how == 'a'\necho {{ port }}\n#% else\necho b\n#% endif\n")
    assert rendered(path, {"how": "a", "port": 80}) == "echo 80\n"


@pytest.mark.parametrize("text", ["echo {{ nothing }}\n", "#% if how\necho\n", "{{ how\n"])
def test_a_template_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContentError):
        rendered(_file(tmp_path, text), {"how": "a"})


def test_template_code_in_a_value_stays_text(tmp_path: Path) -> None:
    path = _file(tmp_path, "echo '{{ how }}'\n")
    assert rendered(path, {"how": "{{ 7 * 7 }}"}) == "echo '{{ 7 * 7 }}'\n"


class Nodes:
    """Nodes that note what is run in them, and fail at one word."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, str, bytes]] = []

    def run(self, ref: NodeRef, command: Any, *, user: str, stdin: bytes, **_: Any) -> Output:
        assert tuple(command) == ("sh", "-eu")
        self.ran.append((ref.node, user, stdin))
        return (
            Output(1, b"", b"\x1b[31mno such unit\n") if b"fail" in stdin else Output(0, b"", b"")
        )


def test_a_script_stops_at_its_first_failure_and_says_where() -> None:
    nodes = Nodes()
    sections = split(Path("solutions/a.sh"), "# on: web1\nfail\n# on: app1\ntrue\n", NODES)
    with pytest.raises(CouldNotTell) as error:
        run_sections(nodes, OWNER, sections)  # type: ignore[arg-type]
    assert str(error.value) == "solutions/a.sh failed on web1 (exit 1): no such unit"
    assert nodes.ran == [("web1", "ops", b"fail\n")]
