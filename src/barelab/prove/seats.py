"""Seats of prove's own on a real backend."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext

from barelab.backends.base import Backend, SeatRef
from barelab.exercises.attempts import READY_S, Seats
from barelab.exercises.round import Round
from barelab.grading.access import Access
from barelab.model.exercise import Exercise
from barelab.model.lab import Lab
from barelab.model.loading import lab_for


class ProvingSeat:
    """One seat of one lab of one size: made once, then its nodes are made anew each time."""

    def __init__(
        self,
        name: str,
        backend: Backend,
        seats: Seats,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        self._name, self._backend, self._seats = name, backend, seats
        self._turn = turn or nullcontext()
        self._lab: Lab | None = None
        self._used = ExitStack()

    def clean(self, exercise: Exercise, seed: int) -> Round:
        """Bring the exercise's lab up as new, and return the exercise on it.

        Its programs beside the nodes serve all gradings until the next clean lab.
        """
        with self._turn:
            lab = self._as_new(exercise)
            access = Access(lab, self._owner(lab), self._backend, self._turn)
            return Round(exercise, seed, self._used.enter_context(access)).counted()

    def close(self) -> None:
        """Remove the seat."""
        self._used.close()
        if self._lab is not None:
            self._seats.down(self._owner(self._lab))
            self._lab = None

    def _as_new(self, exercise: Exercise) -> Lab:
        self._used.close()
        if self._lab is None:
            self._lab = lab_for(exercise)
            self._seats.up(self._lab, self._owner(self._lab), READY_S)
        else:
            names = [node.name for node in self._lab.visible()]
            self._seats.reset(self._lab, self._owner(self._lab), names, READY_S)
        return self._lab

    def _owner(self, lab: Lab) -> SeatRef:
        return SeatRef(lab.name, self._name)
