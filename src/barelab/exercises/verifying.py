"""Verifying signed results: by whom, for whom, and never twice the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barelab.exercises.signing import read_signed
from barelab.exercises.store import Store
from barelab.support.errors import AnswerIsNo
from barelab.support.text import clean, quoted


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known of one file; `why` it was refused, if it was."""

    file: str
    signer: str
    exercise: str
    verdict: str
    points: str
    finished_at: str
    made_for: str
    why: str

    @property
    def ok(self) -> bool:
        """Whether it was accepted."""
        return not self.why

    def told(self) -> str:
        """Return one line for people."""
        if self.why:
            return f"{self.file}: {self.why}"
        made_for = f", for {quoted(self.made_for)}" if self.made_for else ""
        return (
            f"{self.file}: {self.exercise}, {self.verdict}, {self.points} points, "
            f"{self.finished_at}{made_for}, signed by {self.signer}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return the file as the command line's JSON has it."""
        names = ("file", "ok", "why", "signer", "exercise", "verdict", "points", "finished_at")
        return {**{name: getattr(self, name) for name in names}, "made_for": self.made_for}


def verified(path: Path, store: Store, made_for: str | None, signer: str | None) -> Verified:
    """Return what is known of a result's file; one that is accepted is remembered.

    Raises:
        UsageError: it cannot be read, or is no signed result.
    """
    try:
        found = read_signed(path)
    except AnswerIsNo as error:
        why = str(error).removeprefix(f"{path}: ")
        return Verified(str(path), "", "", "", "", "", "", why)

    def text(name: str) -> str:
        return clean(str(found.result.get(name, "")))[:200]

    score = found.result.get("score")
    points = (
        f"{score.get('points')} of {score.get('max_points')}" if isinstance(score, dict) else "-"
    )
    why = ""
    if made_for is not None and text("made_for") != made_for:
        why = f"it bears {quoted(text('made_for'))}, not {quoted(made_for)}"
    elif signer is not None and found.signer != signer:
        why = f"signed by {found.signer}, not {quoted(signer)}"
    elif (first := store.first_file(text("id"), str(path.resolve()))) != str(path.resolve()):
        why = f"the same result was handed in before, as {first}"
    return Verified(
        str(path),
        found.signer,
        text("exercise"),
        text("verdict"),
        clean(points)[:40],
        text("finished_at"),
        text("made_for"),
        why,
    )
