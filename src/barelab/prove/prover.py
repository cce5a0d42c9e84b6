"""Running the lanes: a few seats side by side, all of them gone at the end, whatever happens."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from barelab.model.exercise import Exercise
from barelab.prove.cells import Cell, Matrix, matrix
from barelab.prove.lanes import Lane, Seat, drive, lanes

OnCell = Callable[[Cell], None]
_POLL_S = 0.2


def prove(
    exercises: Sequence[Exercise],
    seeds: Sequence[int],
    seat: Callable[[int], Seat],
    *,
    side_by_side: Callable[[Exercise], int],
    within_s: float = math.inf,
    on_cell: OnCell = lambda _: None,
) -> Matrix:
    """Return what every case of the exercises comes to for each seed.

    `seat` makes the n-th seat; each is closed before this returns or raises. `side_by_side` says
    how many there may be of an exercise's lab; exercises of another lab, or of another size of it,
    wait until those before them are done. After `within_s` seconds no further exercise is begun.
    """
    until = time.monotonic() + within_s
    cells: list[Cell] = []
    begun: list[Exercise] = []
    for _, group in groupby(exercises, key=lambda each: each.size):
        alike = list(group)
        todo = [lane for each in alike for seed in seeds for lane in lanes(each, seed)]
        team = _Team(todo, until, on_cell)
        team.work([seat(number + 1) for number in range(min(side_by_side(alike[0]), len(todo)))])
        cells += team.cells
        begun += team.begun
    left = tuple(each.name for each in exercises if each not in begun)
    return matrix(begun, seeds, cells, left)


class _Team:
    """Threads that take lanes from one list, one thread a seat.

    After the moment `until`, those of exercises that nobody has `begun` are left.
    """

    def __init__(self, todo: Sequence[Lane], until: float, on_cell: OnCell) -> None:
        self._on_cell = on_cell
        self._todo, self._until, self._taking = deque(todo), until, threading.Lock()
        self._stop = threading.Event()
        self._broken: list[BaseException] = []
        self.begun: list[Exercise] = []
        self.cells: list[Cell] = []

    def work(self, seats: Sequence[Seat]) -> None:
        """Drive every lane; raises what a thread died of, or Ctrl-C, once the seats are gone."""
        ends = [(seat, threading.Event()) for seat in seats]
        team = [(threading.Thread(target=self._serve, args=end), end[1]) for end in ends]
        try:
            for thread, _ in team:
                thread.start()
            self._await([over for _, over in team])
        except BaseException:
            self._stop.set()
            self._await([over for thread, over in team if thread.ident is not None])
            raise
        if self._broken:
            raise self._broken[0]

    def _serve(self, seat: Seat, over: threading.Event) -> None:
        try:
            while not self._stop.is_set() and (lane := self._next()):
                self._go(drive(lane, seat))
        except BaseException as error:  # noqa: BLE001 - told by the thread that started us
            self._broken.append(error)
            self._stop.set()
        finally:
            self._close(seat)
            over.set()

    def _next(self) -> Lane | None:
        with self._taking:
            while self._todo:
                lane = self._todo.popleft()
                if lane.exercise in self.begun:
                    return lane
                if time.monotonic() < self._until:
                    self.begun.append(lane.exercise)
                    return lane
        return None

    def _go(self, lane: Iterator[Cell]) -> None:
        for cell in lane:
            self.cells.append(cell)
            self._on_cell(cell)
            if self._stop.is_set():
                break

    def _close(self, seat: Seat) -> None:
        try:
            seat.close()
        except BaseException as error:  # noqa: BLE001 - told by the thread that started us
            self._broken.append(error)

    def _await(self, ended: Sequence[threading.Event]) -> None:
        # Not by join: before Python 3.13, one that Ctrl-C interrupts takes the thread for ended.
        for over in ended:
            while not over.wait(_POLL_S):
                pass
