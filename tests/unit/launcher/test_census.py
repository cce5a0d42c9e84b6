"""The census names lab and seat as `status` does."""

from __future__ import annotations

import pytest

from barelab.backends.base import SeatRef
from barelab.launcher.ownership import lock_name, locked


def test_a_seats_lock_says_whose_it_is() -> None:
    owner = SeatRef("simple", "mine-2")
    assert locked(lock_name(owner)) == owner
    assert locked("drill-simple.mine-2") == owner


@pytest.mark.parametrize("name", ["image-0123456789abcdef", "seat-", "seat-simple", ""])
def test_other_locks_are_nobodys(name: str) -> None:
    assert locked(name) is None
