"""Answers of the probe to questions that were asked several times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from barelab.launcher.probe import Answer
from barelab.support.text import clean

SHOWN = 160


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a site and its answers. `nonces` went with the requests, one with each."""

    url: str
    through: str
    nonces: tuple[str, ...]
    answers: tuple[Answer, ...]

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    @property
    def first(self) -> Answer:
        """The first answer."""
        return self.answers[0]

    def all_have(self, status: int) -> bool:
        """Return whether every answer has the status."""
        return all(answer.status == status for answer in self.answers)

    def told(self) -> str:
        """Return question and answers in one line: "asked URL 10 times through web1: 10 x 502"."""
        times = "" if len(self.answers) == 1 else f" {len(self.answers)} times"
        counted = Counter(clean(answer.told())[:SHOWN] for answer in self.answers)
        if len(self.answers) == 1:
            said = next(iter(counted))
        else:
            said = ", ".join(f"{count} x {what}" for what, count in counted.most_common(4))
        return f"asked {self.url}{times} through {self.through}: {said}"
