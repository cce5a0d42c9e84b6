"""What was planted in a journal is what its figures say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.journals import BEGUN, Gap, changed, planted

from barelab.drills.figures import Figures, Found, measure, percentile
from barelab.drills.journal import READ, WRITE, Attempt, Journal, Outcome

NEAR_S = 0.05


def found_all(journal: Journal) -> Found:
    there = {a.id for a in journal.of(WRITE) if a.good}
    gone = {a.id for a in journal.of(WRITE) if not a.good}
    return Found(there, gone, set(), 0)


def figures(journal: Journal, struck_at: float, found: Found | None = None) -> Figures:
    return measure(
        journal,
        struck_at,
        found or found_all(journal),
        alarm_at=None,
        whole_at=None,
        two_writers_s=0.0,
    )


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 10.0), st.floats(0.0, 0.2))
def test_a_gap_is_measured_within_50_ms(seconds: float, offset: float) -> None:
    told = figures(planted(25.0, Gap(8.0 + offset, seconds)), BEGUN + 8.0)
    assert told.write_rto_s == pytest.approx(seconds, abs=NEAR_S)
    assert told.degraded_s == pytest.approx(seconds + offset, abs=NEAR_S)
    assert told.read_rto_s == pytest.approx(seconds, abs=2 * NEAR_S)  # ten reads a second


def test_no_gap_is_no_outage(struck_at: float) -> None:
    told = figures(planted(), struck_at)
    assert (told.write_rto_s, told.read_rto_s) == (pytest.approx(0, abs=1e-6),) * 2
    assert (told.attempted, told.acknowledged, told.errors) == (500, 500, 0)


def test_a_gap_before_the_fault_is_not_its(struck_at: float) -> None:
    told = figures(planted(20.0, Gap(2.0, 3.0)), struck_at)
    assert told.write_rto_s == pytest.approx(0, abs=1e-6)


def test_what_never_comes_back_has_no_figure(struck_at: float) -> None:
    told = figures(planted(20.0, Gap(8.0, 100.0)), struck_at)
    assert told.write_rto_s is None
    assert told.acknowledged > 0


def test_a_lost_id_is_found(struck_at: float) -> None:
    journal = planted()
    found = found_all(journal)
    lost = replace(found, there=set(found.there) - {"write-190"}, gone={"write-190"})
    told = figures(journal, struck_at, lost)
    assert told.lost == 1
    assert told.rpo_s == pytest.approx(struck_at - (BEGUN + 190 / 25), abs=NEAR_S)


def test_rows_beyond_the_ids_are_duplicates(struck_at: float) -> None:
    journal = planted()
    assert figures(journal, struck_at, replace(found_all(journal), twice=2)).duplicate == 2


@pytest.mark.parametrize(
    ("outcome", "figure"), [(Outcome.UNKNOWN, "recovered"), (Outcome.REFUSED, "unexpected")]
)
def test_what_is_there_against_its_answer_is_named(
    struck_at: float, outcome: Outcome, figure: str
) -> None:
    def fail(attempt: Attempt) -> Attempt:
        return replace(attempt, outcome=outcome) if attempt.id == "write-250" else attempt

    journal = changed(planted(), fail)
    found = found_all(journal)
    told = figures(journal, struck_at, replace(found, there={*found.there, "write-250"}, gone=()))
    assert getattr(told, figure) == 1
    assert told.lost == 0


def test_what_nobody_could_be_asked_for_is_unknown_and_not_zero(struck_at: float) -> None:
    journal = planted()
    found = found_all(journal)
    unread = replace(found, there=set(found.there) - {"write-3"}, unread={"write-3"}, twice=None)
    told = figures(journal, struck_at, unread)
    assert (told.lost, told.rpo_s, told.duplicate) == (None, None, None)
    none_asked = measure(journal, struck_at, None, alarm_at=None, whole_at=None, two_writers_s=None)
    values = (none_asked.lost, none_asked.recovered, none_asked.duplicate)
    assert values == (None, None, None)


def test_a_missing_read_is_an_error(struck_at: float) -> None:
    def miss(attempt: Attempt) -> Attempt:
        gone = attempt.kind == READ and attempt.due > struck_at
        return replace(attempt, outcome=Outcome.MISSING) if gone else attempt

    told = figures(changed(planted(), miss), struck_at)
    assert told.read_errors == told.errors == 119
    assert told.read_rto_s is None


def test_slow_answers_count_from_when_they_were_due(struck_at: float) -> None:
    def late(attempt: Attempt) -> Attempt:
        return replace(attempt, due=attempt.due - 2.0)

    told = figures(changed(planted(), late), struck_at)
    assert told.p99_s == pytest.approx(2.01)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([], 0.99) is None
    assert percentile([1.0], 0.99) == 1.0
    assert percentile([float(n) for n in range(1, 201)], 0.99) == 198.0
