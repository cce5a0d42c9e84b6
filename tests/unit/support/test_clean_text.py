"""A text from a node cannot steer the terminal that shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barelab.support.text import clean

_DANGEROUS = [chr(c) for c in (*range(0x20), *range(0x7F, 0xA0)) if chr(c) not in "\t\n"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, ünïcödé\tand\nlines", "plain text, ünïcödé\tand\nlines"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b]0;new title\x07shown", "shown"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1;2|device\x1b\\shown", "shown"),
        ("\x1b(Bset", "set"),
        ("\x1bcreset", "reset"),
        ("a\rb\x08c\x00d\x7fe\x9b2Jf", "abcde2Jf"),
        ("ends in the middle of one\x1b[", "ends in the middle of one"),
        ("ends in the middle of a title\x1b]0;ti", "ends in the middle of a title"),
    ],
)
def test_only_what_can_be_read_is_left(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(st.sampled_from([*_DANGEROUS, *"[]();0m\\\tab\n"])))
def test_no_control_character_gets_through(text: str) -> None:
    assert not set(clean(text)) & set(_DANGEROUS)


@given(st.text(st.characters(blacklist_categories=("Cc",))))
def test_text_without_control_characters_stays_as_it_is(text: str) -> None:
    assert clean(text) == text
