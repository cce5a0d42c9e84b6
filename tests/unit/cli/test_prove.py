"""A shard is one of several parts that together are the whole."""

from __future__ import annotations

import click
import pytest

from barelab.cli.prove import Shard


def test_shards_are_together_the_whole_and_none_twice() -> None:
    whole = list("abcdefgh")
    parts = [whole[Shard().convert(f"{number}/3", None, None)] for number in (1, 2, 3)]
    assert sorted(each for part in parts for each in part) == whole
    assert {len(part) for part in parts} == {2, 3}


@pytest.mark.parametrize("text", ["0/3", "4/3", "2", "2/", "/3", "-1/3", "a/b", "1/0"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no part such as 2/3"):
        Shard().convert(text, None, None)
