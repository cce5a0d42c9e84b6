"""Were customers' data kept? The application counts them, before the break and at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from barelab.grading.access import Access
from barelab.grading.answers import Asked
from barelab.grading.checks import DEFAULT_S, Check
from barelab.grading.evidence import Evidence, Grounds, evidence
from barelab.grading.subject import Subject
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

_PATIENCE_S = 15.0


def counts(access: Access) -> Mapping[str, int]:
    """Return how many of each kind a sound lab's application has.

    Raises:
        CouldNotTell: it does not say.
    """
    on = Subject(access, Grounds())
    answers: list[Asked] = []

    def counted() -> Mapping[str, int] | None:
        answers.append(on.request(access.lab.app.counts))
        return _counts(answers[-1].first.json()) if answers[-1].all_have(200) else None

    # On a busy machine a new lab's first pages may time out.
    found = until(counted, _PATIENCE_S, every_s=0.5)
    if not found:
        raise CouldNotTell(f"the application does not count its data: {answers[-1].told()}")
    return found


def data_kept(before: Mapping[str, int]) -> Check:
    """Return a check that nothing is fewer than before."""

    def kept(on: Subject) -> Evidence:
        asked = on.request(on.lab.app.counts)
        assert asked.all_have(200), on.told(asked)
        now = _counts(asked.first.json())
        lost = [name for name, count in before.items() if now.get(name, 0) < count]
        assert not lost, "; ".join(f"{before[n]} {n} before, {now.get(n, 0)} now" for n in lost)
        return evidence(", ".join(f"{count} {name}" for name, count in now.items()), asked)

    title = "Nothing that customers entrusted to the site was lost"
    return Check("data_kept", title, 0, DEFAULT_S, False, kept)


def _counts(said: Any) -> dict[str, int]:
    pairs = said.items() if isinstance(said, dict) else ()
    return {str(name): count for name, count in pairs if isinstance(count, int)}
