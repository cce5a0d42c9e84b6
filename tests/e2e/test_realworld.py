"""The lab `realworld`: all of it is true, a claim that is false is named, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tools.claims import Ask, asking, assert_named, running
from tools.whole import assert_all_true, whole

from barelab.backends.base import SeatRef

# Twenty-five nodes fill a small machine, and some of what is asked has to come within a time.
pytestmark = [pytest.mark.e2e, pytest.mark.alone]
LAB = "realworld"
CACHE, USERS = "/etc/redis/redis-cache.conf", "/usr/local/lib/redis/cache-users"
RESTART = "systemctl restart redis-server@cache"
FALSE = [
    (
        "cache.strangers_refused",
        "redis1",
        f"sed -i 's/^aclfile/protected-mode no\\n#&/' {CACHE}; {RESTART}",
        f"sed -i -e '/^protected-mode/d' -e 's/^#aclfile/aclfile/' {CACHE}; {RESTART}",
    ),
    (
        "cache.least_privilege",
        "redis1",
        f"sed -i 's/-@all/+@all/; s/-@admin -@dangerous//' {USERS}; {RESTART}",
        f"sed -i 's/+@all +@connection/-@all +@connection -@admin -@dangerous/' {USERS}; {RESTART}",
    ),
    (
        "cache.forgets_the_oldest",
        "redis1",
        f"sed -i 's/allkeys-lru/noeviction/' {CACHE}; {RESTART}",
        f"sed -i 's/noeviction/allkeys-lru/' {CACHE}; {RESTART}",
    ),
]


@pytest.fixture(scope="module")
def seat() -> Iterator[SeatRef]:
    with whole(LAB) as owner:
        yield owner


@pytest.fixture(scope="module")
def ask(seat: SeatRef) -> Iterator[Ask]:
    """Yield what runs one check by its name."""
    with asking(seat) as ask:
        yield ask


def test_every_box_and_arrow_does_what_the_picture_says(seat: SeatRef) -> None:
    assert_all_true(seat, at_least=110)


@pytest.mark.parametrize(("check", "node", "change", "undo"), FALSE, ids=[row[0] for row in FALSE])
def test_a_claim_that_is_false_is_named(
    ask: Ask,
    seat: SeatRef,
    check: str,
    node: str,
    change: str,
    undo: str,
) -> None:
    assert_named(ask, running(seat), check, node, change, undo)
