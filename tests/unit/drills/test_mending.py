"""Which databases are not what they should be."""

from __future__ import annotations

import pytest

from barelab.drills.mending import odd
from barelab.drills.writers import Role, Sample

WRITES = Sample(0.0, 0.1, Role.PRIMARY, followers=1)
FOLLOWS = Sample(0.0, 0.1, Role.REPLICA, following=True)
LOST = Sample(0.0, 0.1, Role.REPLICA)
DOWN = Sample(0.0, 0.1, Role.DOWN)


@pytest.mark.parametrize(
    ("latest", "found"),
    [
        ({"db1": WRITES, "db2": FOLLOWS}, []),
        ({"db1": DOWN, "db2": WRITES}, ["db1"]),
        ({"db1": WRITES, "db2": LOST}, ["db2"]),
        ({"db1": WRITES, "db2": WRITES}, ["db2"]),
        ({"db1": None, "db2": WRITES}, ["db1"]),
        ({"db1": FOLLOWS, "db2": None}, ["db2"]),
        ({"db1": WRITES}, []),
        ({}, []),
    ],
)
def test_odd_is_who_neither_takes_writes_nor_follows(
    latest: dict[str, Sample | None], found: list[str]
) -> None:
    assert odd(latest) == found


def test_where_two_take_writes_both_are_sound() -> None:
    latest = {
        "db1": Sample(0.0, 0.1, Role.PRIMARY),
        "db2": Sample(0.0, 0.1, Role.PRIMARY),
        "db3": Sample(0.0, 0.1, Role.REPLICA, following=True),
    }
    assert odd(latest, ["db1", "db2"]) == []
    assert odd({**latest, "db2": None}, ["db1", "db2"]) == ["db2"]
