"""Answers go to stdout, everything else beside them, and colours only where they are wanted."""

from __future__ import annotations

import io
import json

import pytest

from barelab.support import console


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_answers_and_notes_have_their_own_streams(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("answer")
    console.note("note")
    assert capsys.readouterr() == ("answer\n", "note\n")


def test_json_begins_with_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    console.say_json({"seats": []})
    assert json.loads(capsys.readouterr().out) == {"schema": 1, "seats": []}


@pytest.mark.parametrize(
    ("stream", "no_color", "shown"),
    [
        (_Terminal(), "", "\x1b[31mno\x1b[0m"),
        (_Terminal(), "1", "no"),
        (io.StringIO(), "", "no"),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    stream: io.StringIO, no_color: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    assert console.paint("no", "red", stream) == shown


def test_table_is_aligned_without_trailing_blanks() -> None:
    rows = [("web1", "running"), ("a-long-name", "")]
    assert console.table(rows, ("NODE", "STATE")) == [
        "NODE         STATE",
        "web1         running",
        "a-long-name",
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("y\n", True), ("YES\n", True), (" y \n", True), ("\n", False), ("no\n", False), ("", False)],
)
def test_question_is_answered_by_a_clear_yes_alone(
    typed: str, answer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr("sys.stdin", _Terminal(typed))
    monkeypatch.setattr("sys.stderr", terminal)
    assert console.confirm("Install it?") is answer
    assert terminal.getvalue() == "Install it? [y/N] "


def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert console.confirm("Install it?") is None


def test_what_stands_below_a_line_is_wrapped_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    text = "asked https://portal.simple.localhost/ and\nit said no"
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert console.below(text) == f"      {text.replace(chr(10), chr(10) + ' ' * 6)}"
    monkeypatch.setattr("sys.stdout", _Terminal())
    assert console.below(text).splitlines() == [
        "      asked",
        "      https://portal.simple.localhost/",
        "      and",
        "      it said no",
    ]
