"""A run whose own measurement is not sound says so, and does not count."""

from __future__ import annotations

from dataclasses import replace

from tools.journals import BEGUN, Gap, changed, planted

from barelab.drills.doubts import clock_steps, doubts
from barelab.drills.journal import READ, Attempt, Journal, Outcome, Reading, read_journal


def told(journal: Journal, struck_at: float) -> str:
    return "; ".join(doubts(journal, struck_at))


def test_a_healthy_run_counts(struck_at: float) -> None:
    assert told(planted(20.0, Gap(8.0, 3.0)), struck_at) == ""


def test_a_load_that_could_not_keep_its_rate_says_so(struck_at: float) -> None:
    def late(attempt: Attempt) -> Attempt:
        slow = attempt.due > BEGUN + 15
        return replace(attempt, begun=attempt.due + 1.5, ended=attempt.due + 1.6 if slow else 0)

    assert "could not keep its rate" in told(changed(planted(), late), struck_at)


def test_a_dead_reader_is_named_with_its_last_sign_of_life(struck_at: float) -> None:
    def dead(attempt: Attempt) -> Attempt | None:
        return None if attempt.kind == READ and attempt.due > BEGUN + 12 else attempt

    text = told(changed(planted(), dead), struck_at)
    assert text.startswith("reads stopped: 121 of 200 were made, the last at 12.0 s")


def test_a_journal_without_its_end_does_not_count(struck_at: float) -> None:
    assert "died" in told(replace(planted(), ended=None), struck_at)
    assert "by itself: deadline" in told(replace(planted(), ended="deadline"), struck_at)
    assert told(Journal(), struck_at) == "the load never began"


def test_a_lab_that_was_not_healthy_before_the_fault_does_not_count(struck_at: float) -> None:
    text = told(planted(20.0, Gap(2.0, 3.0)), struck_at)
    assert "failed before the fault: status 502" in text
    none = changed(planted(), lambda a: replace(a, outcome=Outcome.REFUSED))
    assert "no write was acknowledged before the fault" in told(none, struck_at)


def test_a_step_of_the_clock_is_named_and_nothing_else_changes(struck_at: float) -> None:
    journal = planted()
    stepped = [Reading(r.mono, r.wall - 30.0 * (r.mono >= BEGUN + 9)) for r in journal.readings]
    journal = replace(journal, readings=stepped)
    assert list(clock_steps(journal)) == ["the probe's clock was set by -30.0 s at 9 s of the run"]
    assert told(journal, struck_at) == ""
    assert list(clock_steps(planted())) == []


def test_half_a_line_at_the_end_of_a_journal_is_left_out() -> None:
    text = (
        '{"line":"header","format":1,"run":"r","rates":{"write":1},"mono":1.0,"wall":2.0}\n'
        '{"line":"attempt","kind":"write","id":"r-0","due":1.0,"begun":1.0,"ended":1.1,'
        '"outcome":"acknowledged","status":201,"why":""}\n'
        '{"line":"attempt","kind":"wri'
    )
    journal = read_journal(text)
    assert (journal.run, len(journal.attempts), journal.ended) == ("r", 1, None)
