from __future__ import annotations

from barelab.support.text import did_you_mean, nearest, quoted


def test_the_nearest_comes_first() -> None:
    assert nearest("app11", ["db1", "app2", "app1", "web1"])[0] == "app1"


def test_nothing_near_gives_no_question() -> None:
    assert did_you_mean("zzz", ["simple", "redundant"]) == ""


def test_several_near_are_all_named() -> None:
    assert did_you_mean("app3", ["app1", "app2", "db1"]) == "; did you mean 'app2' or 'app1'?"


def test_quoted_text_is_short_and_printable() -> None:
    assert quoted("a\x1b[31m") == r"'a\x1b[31m'"
    assert len(quoted("x" * 1000)) == 62
