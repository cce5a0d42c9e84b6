"""Two writers are seen, one is not taken for two, and what nobody knows is said."""

from __future__ import annotations

import pytest

from barelab.drills.writers import Role, Sample, Span, two_writers

EVERY_S = 0.2


def sampled(role: Role, begun: float, ended: float, age: float = 1e6) -> list[Sample]:
    """Return samples from one moment to another; `age` is the server's at the first."""
    count = round((ended - begun) / EVERY_S)
    times = [begun + n * EVERY_S for n in range(count)]
    return [Sample(t, t + 0.01, role, age + t - begun) for t in times]


def test_one_writer_at_a_time_is_no_two() -> None:
    one = [*sampled(Role.PRIMARY, 0, 5), *sampled(Role.DOWN, 5, 10)]
    two = [*sampled(Role.REPLICA, 0, 6), *sampled(Role.PRIMARY, 6, 10)]
    told = two_writers({"db1": one, "db2": two}, {}, 0, 10)
    assert (told.seconds, told.unknown_s) == (0, pytest.approx(0, abs=0.05))


def test_two_writers_are_measured() -> None:
    two = [*sampled(Role.REPLICA, 0, 4), *sampled(Role.PRIMARY, 4, 10)]
    told = two_writers({"db1": sampled(Role.PRIMARY, 0, 7), "db2": two}, {}, 0, 7)
    assert told.seconds == pytest.approx(3, abs=EVERY_S)


def test_a_writer_that_nobody_hears_any_more_may_still_write() -> None:
    two = [*sampled(Role.REPLICA, 0, 4), *sampled(Role.PRIMARY, 4, 10)]
    told = two_writers({"db1": sampled(Role.PRIMARY, 0, 3), "db2": two}, {}, 0, 10)
    assert told.seconds == 0
    assert told.unknown_s == pytest.approx(6, abs=2 * EVERY_S)


def test_a_node_that_is_off_writes_nothing() -> None:
    two = [*sampled(Role.REPLICA, 0, 4), *sampled(Role.PRIMARY, 4, 10)]
    off = {"db1": [Span(3, 10)]}
    told = two_writers({"db1": sampled(Role.PRIMARY, 0, 3), "db2": two}, off, 0, 10)
    assert (told.seconds, told.unknown_s) == (0, 0)


def test_a_node_that_returns_as_a_replica_never_wrote_in_between() -> None:
    back = sampled(Role.REPLICA, 8, 10, age=0.5)  # on at 6.0, its server up at 7.5, heard at 8.0
    one = [*sampled(Role.PRIMARY, 0, 3), *back]
    two = [*sampled(Role.REPLICA, 0, 4), *sampled(Role.PRIMARY, 4, 10)]
    told = two_writers({"db1": one, "db2": two}, {"db1": [Span(3, 6)]}, 0, 10)
    assert (told.seconds, told.unknown_s) == (0, 0)


def test_a_node_that_returns_as_a_primary_may_have_written_since_its_server_is_up() -> None:
    back = sampled(Role.PRIMARY, 8, 10, age=0.5)
    one = [*sampled(Role.PRIMARY, 0, 3), *back]
    two = [*sampled(Role.REPLICA, 0, 4), *sampled(Role.PRIMARY, 4, 10)]
    told = two_writers({"db1": one, "db2": two}, {"db1": [Span(3, 6)]}, 0, 10)
    assert told.seconds == pytest.approx(2, abs=0.05)
    assert told.unknown_s == pytest.approx(0.5, abs=0.05)


def test_a_reader_that_died_leaves_unknown_and_not_zero() -> None:
    two = sampled(Role.REPLICA, 0, 2)
    told = two_writers({"db1": sampled(Role.PRIMARY, 0, 10), "db2": two}, {}, 0, 10)
    assert (told.seconds, told.unknown_s) == (0, pytest.approx(7, abs=2 * EVERY_S))


def test_one_database_cannot_be_two() -> None:
    told = two_writers({"db1": sampled(Role.PRIMARY, 0, 3)}, {}, 0, 10)
    assert (told.seconds, told.unknown_s) == (0, 0)
