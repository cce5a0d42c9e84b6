"""One run, from a healthy lab under load to a healthy lab: baseline, fault, operator, rollback."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.drills.course import Samples, alarm, databases_since, nodes_since, served_since
from barelab.drills.doubts import clock_steps, doubts
from barelab.drills.figures import Found, measure
from barelab.drills.journal import WRITE
from barelab.drills.ledger import Ledger
from barelab.drills.mending import Mender
from barelab.drills.metering import Meter, load_plan, target_of
from barelab.drills.operating import Command, Runbook, commands_by_hand
from barelab.drills.run import Course, Run, marks_of
from barelab.drills.series import series, states
from barelab.drills.settling import settle
from barelab.drills.sight import Sight, sight_of
from barelab.drills.striking import Striker
from barelab.drills.watching import Watches
from barelab.drills.writers import Role, two_writers
from barelab.drills.wrongs import Wrongs
from barelab.grading.access import Access
from barelab.grading.evidence import Grounds
from barelab.grading.subject import Subject
from barelab.model.drill import FRONT, PRIMARY, REPLICA, STRUCK, Drill, Moment, Rules
from barelab.model.lab import Lab
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

BY_HAND, BY_RUNBOOK = "me", "runbook"
_TICK_S = 0.1
_WATCH_S = 30.0
# Beside what the drill may take: starting, the last attempts, looking.
_SPARE_S = 60.0
# A database that could not be asked for longer than this may have taken writes meanwhile.
_UNKNOWN_S = 0.25
_NOTICE_S = 1.0

Show = Callable[[Sight], None]


@dataclass
class Rehearsal:
    """One run of a drill on a seat that is whole; `mender` makes it so again."""

    drill: Drill
    rules: Rules
    lab: Lab
    owner: SeatRef
    backend: Backend
    seed: int
    operator: str
    mender: Mender
    show: Show = lambda _: None
    id: str = field(default_factory=lambda: f"drill-{secrets.token_hex(4)}")

    def run(self) -> Run:
        """Rehearse once; whatever happens, no fault stays in force and no load goes on."""
        return self.run_and_journal()[0]

    def run_and_journal(self) -> tuple[Run, bytes]:
        """Rehearse once, and return the text of the journal, too."""
        with Access(self.lab, self.owner, self.backend) as access:
            subject = Subject(access, Grounds())
            ledger = Ledger(subject, self.id)
            ledger.open()
            self.show(Sight("waiting until the site is at rest"))
            settle(subject)
            with self._parts(access, ledger.first) as parts:
                parts.drive()
            self.show(Sight("putting everything back"))
            self.mender.up()
            self.show(Sight("looking for every payment that was acknowledged"))
            told = parts.told(ledger)
        self.mender.databases()
        return told, parts.journal

    @contextmanager
    def _parts(self, access: Access, first: str) -> Iterator[_Parts]:
        with ExitStack() as ends:
            watches = Watches(self.backend, self.owner, self.lab)
            ends.callback(watches.close)
            if not watches.ready(_WATCH_S):
                raise CouldNotTell(f"{self.owner}: a database does not say what it is")
            meter = Meter(self.backend, self.owner, self.id)
            course = Course(
                primary=watches.with_role(Role.PRIMARY), replica=watches.with_role(Role.REPLICA)
            )
            striker = self._striker(access, course, meter)
            ends.callback(striker.close)
            striker.prepare()
            parts = _Parts(self, access, watches, meter, striker, course)
            ends.callback(striker.roll_back)
            ends.callback(meter.stop)
            target, limit_s = target_of(access), self.limit_s
            meter.start(load_plan(self.drill, self.lab, target, self.id, first, limit_s))
            yield parts

    def _striker(self, access: Access, course: Course, meter: Meter) -> Striker:
        fault = self.drill.fault
        course.struck = self.node(fault.target, course) if fault.target else ""
        ref = NodeRef(self.owner, course.struck or self.lab.front)
        addresses = access.addresses[ref.node]
        return Striker(self.backend, ref, fault, addresses, meter.now, self.limit_s)

    @property
    def limit_s(self) -> float:
        """The seconds after which load and fault end by themselves."""
        drill = self.drill
        return drill.baseline_s + drill.window_s + drill.stop_after_s + _SPARE_S

    def node(self, word: str, course: Course) -> str:
        """Return the node that a word of the drill means; roles are those before the fault.

        Raises:
            CouldNotTell: there is none.
        """
        known: Mapping[str, str | None] = {
            FRONT: self.lab.front,
            PRIMARY: course.primary,
            REPLICA: course.replica,
            STRUCK: course.struck,
        }
        found = known.get(word, word)
        if not found:
            raise CouldNotTell(f"{self.owner} has no {word} to be struck")
        return found


class _Parts:
    """What works during a run, and how it is driven."""

    def __init__(
        self,
        of: Rehearsal,
        access: Access,
        watches: Watches,
        meter: Meter,
        striker: Striker,
        course: Course,
    ) -> None:
        self._of, self._access, self._course = of, access, course
        self._watches, self._meter, self._striker = watches, meter, striker
        steps = of.rules.runbook if of.operator == BY_RUNBOOK else ()
        self._runbook = Runbook(
            of.backend,
            of.owner,
            steps,
            lambda word: of.node(word, course),
            self._switch_on,
            meter.now,
        )
        self._noticed = 0.0
        question = of.drill.wrong
        self._wrongs = Wrongs(of.backend, of.owner, question) if question else None
        self._before: Samples = {}

    @property
    def journal(self) -> bytes:
        """The journal as it was written."""
        return bytes(self._meter.text)

    def drive(self) -> None:
        """Wait for the moment, strike, and return when all is whole or the stop condition met."""
        drill, course = self._of.drill, self._course
        moment_s = random.Random(f"{drill.name} {self._of.seed}").uniform(0, drill.window_s)  # noqa: S311
        strikes_at = self._meter.journal.begun + drill.baseline_s + moment_s
        until(lambda: self._looked("healthy, under load") >= strikes_at, self._of.limit_s, _TICK_S)
        self._before = self._watches.samples()
        course.struck_at = self._meter.now()
        course.struck_at = self._striker.strike()
        self._runbook.due(Moment.STRIKE)
        until(self._over, drill.stop_after_s + _SPARE_S, _TICK_S)

    def told(self, ledger: Ledger) -> Run:
        """Return what the run came to, once the lab is whole again."""
        course, journal = self._course, self._meter.journal
        ids = [attempt.id for attempt in journal.of(WRITE)]
        found = ledger.found([ledger.first, *ids])
        samples = self._watches.samples()
        writers = two_writers(samples, self._striker.still(), journal.begun, journal.last)
        unsure = writers.seconds == 0 and writers.unknown_s > _UNKNOWN_S
        figures = measure(
            journal,
            course.struck_at,
            found,
            alarm_at=course.alarm.at if course.alarm else None,
            whole_at=course.whole_at,
            two_writers_s=None if unsure else round(writers.seconds, 2),
            wrong=self._wrongs.count(self._watches.with_role(Role.PRIMARY))
            if self._wrongs
            else None,
        )
        zero = journal.begun
        reasons = list(doubts(journal, course.struck_at))
        return Run(
            id=self._of.id,
            seed=self._of.seed,
            figures=figures,
            aborted="; ".join(reasons),
            ended=course.ended,
            notes=(*clock_steps(journal), *self._notes(found, writers.unknown_s)),
            marks=marks_of(course, self._commands(), zero),
            states=states(journal, samples),
            series=series(journal),
        )

    def _notes(self, found: Found, unknown_s: float) -> Iterator[str]:
        if found.unread:
            yield f"{len(found.unread)} ids could not be asked for at the end"
        if unknown_s > _UNKNOWN_S:
            yield f"for {unknown_s:.1f} s a database that may have taken writes could not be asked"

    def _commands(self) -> list[Command]:
        of = self._of
        if of.operator == BY_RUNBOOK:
            return self._runbook.commands
        nodes = [node.name for node in of.lab.visible()]
        return commands_by_hand(of.backend, of.owner, nodes, self._course.struck_at)

    def _looked(self, phase: str) -> float:
        """Show how it is now, and return the time on the journal's clock."""
        if self._meter.lost:
            raise CouldNotTell(f"the journal of the load cannot be read: {self._meter.lost}")
        now = self._meter.now()
        with self._meter.lock:
            sight = sight_of(self._meter.journal, phase, now, self._course.struck_at)
        self._of.show(sight)
        return now

    def _over(self) -> bool:
        course, drill = self._course, self._of.drill
        now = self._looked("struck" if course.alarm is None else "noticed")
        samples = self._watches.samples()
        with self._meter.lock:
            journal = self._meter.journal
            rung = course.alarm or alarm(journal, samples, course.struck_at)
            served = served_since(journal, now, drill.settle_s)
            answered = served_since(journal, now, drill.settle_s, soon=False)
            alive = nodes_since(journal)
        if rung and not course.alarm:
            course.alarm = rung
            self._runbook.due(Moment.ALARM)
        since = None if answered is None else max(answered, course.struck_at)
        back = since is not None and now - since >= drill.settle_s
        self._lift_if_due(now, back)
        if self._wrongs:
            self._wrongs.look(self._watches.with_role(Role.PRIMARY), now)
        course.whole_at = self._whole_since(served, alive, samples)
        if course.whole_at and now - course.whole_at >= drill.settle_s and not self._runbook.busy:
            course.ended = "everything was whole again"
        elif now - course.struck_at >= drill.stop_after_s:
            course.ended = f"stopped: not whole {drill.stop_after_s:g} s after the fault"
            course.whole_at = None
        return bool(course.ended)

    def _lift_if_due(self, now: float, back: bool) -> None:
        if not self._striker.in_force:
            return
        self._notice(now)
        for_s = self._of.drill.fault.for_s
        due = now - self._course.struck_at >= for_s if for_s is not None else back
        if due and not self._runbook.busy:
            self._course.lifted_at = self._striker.lift()
            self._runbook.due(Moment.HEALED)

    def _notice(self, now: float) -> None:
        """See whether a person has switched the node on, or the like."""
        if self._of.operator == BY_HAND and now - self._noticed >= _NOTICE_S:
            self._noticed = now
            if self._striker.was_ended(self._of.backend.observe()):
                self._course.lifted_at = now

    def _switch_on(self, node: str) -> None:
        if node == self._striker.ref.node and self._striker.in_force:
            self._striker.switch_on()
            self._course.lifted_at = self._meter.now()
        else:
            self._of.backend.start_node(NodeRef(self._of.owner, node), ())

    def _whole_since(
        self, served: float | None, alive: float | None, samples: Samples
    ) -> float | None:
        course = self._course
        databases = databases_since(samples, self._before)
        right = self._wrongs.since if self._wrongs else course.struck_at
        since = (served, alive, databases, right, course.struck_at, course.lifted_at or 0.0)
        if self._striker.in_force or None in since:
            return None
        return max(each for each in since if each is not None)
