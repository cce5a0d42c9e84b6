"""When it was noticed, when the service was back, and when all was whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tools.journals import BEGUN, Gap, changed, planted

from barelab.drills.course import alarm, databases_since, served_since
from barelab.drills.journal import Attempt
from barelab.drills.writers import Role, Sample


def sampled(role: Role, begun: float, ended: float, **more: object) -> list[Sample]:
    times = [BEGUN + begun + n * 0.2 for n in range(round((ended - begun) / 0.2))]
    return [Sample(t, t + 0.01, role, **more) for t in times]  # type: ignore[arg-type]


def test_two_questions_in_a_row_that_fail_ring(struck_at: float) -> None:
    rung = alarm(planted(20.0, Gap(8.1, 3.0)), {}, struck_at)
    assert rung is not None
    assert rung.why == "the health page: status 502"
    assert 0.5 <= rung.at - struck_at <= 1.2


def test_nothing_rings_where_nothing_failed(struck_at: float) -> None:
    samples = {"db1": sampled(Role.PRIMARY, 0, 20)}
    assert alarm(planted(), samples, struck_at) is None


def test_a_database_that_does_not_answer_for_a_second_rings(struck_at: float) -> None:
    samples = {"db2": [*sampled(Role.REPLICA, 0, 8), *sampled(Role.UNKNOWN, 8, 12)]}
    rung = alarm(planted(), samples, struck_at)
    assert rung is not None
    assert rung.why == "the database of db2 is unknown"
    assert rung.at - struck_at == pytest.approx(1.0, abs=0.25)


def test_the_service_is_back_since_the_last_error() -> None:
    journal = planted(20.0, Gap(8.0, 3.0))
    since = served_since(journal, BEGUN + 18, 5.0)
    assert since is not None
    assert since - BEGUN == pytest.approx(11.0, abs=0.1)


def test_who_is_answered_late_is_served_but_not_as_before() -> None:
    def late(attempt: Attempt) -> Attempt:
        slow = BEGUN + 10 < attempt.due < BEGUN + 12
        return replace(attempt, due=attempt.due - 2.0) if slow else attempt

    journal = changed(planted(), late)
    soon = served_since(journal, BEGUN + 18, 5.0)
    assert soon is not None
    assert soon - BEGUN == pytest.approx(12.0, abs=0.1)
    assert served_since(journal, BEGUN + 18, 5.0, soon=False) == BEGUN


def test_silence_is_no_service() -> None:
    def silent(attempt: Attempt) -> Attempt | None:
        return None if attempt.due > BEGUN + 8 else attempt

    assert served_since(changed(planted(), silent), BEGUN + 14, 5.0) is None


def test_databases_are_whole_when_one_writes_and_the_other_follows() -> None:
    before = {
        "db1": sampled(Role.PRIMARY, 0, 8, followers=1),
        "db2": sampled(Role.REPLICA, 0, 8, following=True),
    }
    alone = {"db1": sampled(Role.DOWN, 8, 20), "db2": sampled(Role.PRIMARY, 10, 20)}
    assert databases_since(alone, before) is None
    back = {
        "db1": [*sampled(Role.DOWN, 8, 15), *sampled(Role.REPLICA, 15, 20, following=True)],
        "db2": [*sampled(Role.PRIMARY, 8, 16), *sampled(Role.PRIMARY, 16, 20, followers=1)],
    }
    assert databases_since(back, before) == pytest.approx(BEGUN + 16)
    assert databases_since({}, {}) == 0.0


def test_two_primaries_are_whole_only_where_there_were_two_before() -> None:
    both = {"db1": sampled(Role.PRIMARY, 0, 8), "db2": sampled(Role.PRIMARY, 0, 8)}
    one = {"db1": sampled(Role.PRIMARY, 0, 8), "db2": sampled(Role.REPLICA, 0, 8, following=True)}
    assert databases_since(both, one) is None
    assert databases_since(both, both) == BEGUN


def test_each_of_two_masters_is_followed_as_before() -> None:
    def masters(of_db1: int, of_db2: int) -> dict[str, list[Sample]]:
        return {
            "db1": sampled(Role.PRIMARY, 0, 8, followers=of_db1),
            "db2": sampled(Role.PRIMARY, 0, 8, followers=of_db2),
        }

    assert databases_since(masters(2, 1), masters(2, 1)) == BEGUN
    assert databases_since(masters(2, 0), masters(2, 1)) is None
    assert databases_since(masters(1, 1), masters(2, 1)) is None
