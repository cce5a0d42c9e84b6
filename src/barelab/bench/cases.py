"""What is measured: one function a case, each returning its lines of the report."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from barelab.bench import content_root as made
from barelab.bench.compose_tool import ensure_compose
from barelab.bench.contestants import SEAT, Barelab, Compose, Sleepers, require_images
from barelab.bench.figures import Result, figure
from barelab.bench.processes import barelab_command, run
from barelab.bench.rounds import Tell, side_by_side
from barelab.support.paths import content_root

# Of `up` and `down` against docker compose.
UP_DOWN = (0.7, 0.8)
UP_DOWN_OF = {"realworld": (0.65, 0.7)}
HELP, CHECK = 2.0, 0.5
CHECK_S = 2.0
FIRST_UP_S = 240.0
_STARTS = 10
_STEP = re.compile(r"\] (\S+): image built in ([\d.]+) s")


@dataclass(frozen=True, slots=True)
class Bench:
    """How to measure: which lab, how many rounds, and who is told how far it is."""

    lab: str
    rounds: int
    tell: Tell


def lab(bench: Bench) -> list[Result]:
    """The lab against docker compose with its committed file, and containers that only sleep."""
    ours = Barelab(bench.lab)
    theirs = Compose(content_root() / "compose" / bench.lab, ensure_compose())
    ours.up()  # builds what is missing, so that compose finds every image
    require_images(theirs)
    ours.down()
    return _beside(bench.lab, ours, theirs, Sleepers(bench.lab, content_root()), bench)


def many(bench: Bench) -> list[Result]:
    """A lab of 26 Nginx nodes against docker compose, and against containers that only sleep."""
    with _folder() as folder:
        content = made.many(folder / "content")
        ours = Barelab(made.MANY, content)
        ours.command("render", made.MANY, "--to", "compose", "--output", f"{folder}/compose")
        theirs = Compose(folder / "compose", ensure_compose())
        return _beside("26 nodes", ours, theirs, Sleepers(made.MANY, content), bench)


def running(bench: Bench) -> list[Result]:
    """What a running lab's commands take: `up` again, `status`, and grading an exercise."""
    ours = Barelab(bench.lab)
    exercise = _exercise(bench.lab)
    with tempfile.TemporaryDirectory() as data:
        env = {"XDG_DATA_HOME": data}  # no attempt of the user's own is touched
        commands = {f"up {bench.lab}, running": ["up", bench.lab], "status": ["status"]}
        try:
            ours.up()
            results = [_timed(name, c, bench, env) for name, c in commands.items()]
            if exercise:
                start = ["exercise", "start", exercise, "--seed", "1", "--seat", SEAT]
                run([*barelab_command(), *start], env=env)
                results.append(_check_beside_testinfra(exercise, bench, env))
        finally:
            ours.down()
    return results


def help_text(bench: Bench) -> list[Result]:
    """`--help` against a start of Python that does nothing."""
    own, bare = [], []
    for _ in range(bench.rounds * _STARTS):
        own.append(run([*barelab_command(), "--help"])[0])
        bare.append(run([sys.executable, "-c", "pass"])[0])
    return [Result("--help", figure(own), "python -c pass", figure(bare), HELP)]


def first_up(bench: Bench) -> list[Result]:
    """The first `up`, with no image built: all of it, and each image."""
    with _folder() as folder:
        content = made.unbuilt(folder / "content")
        ours = Barelab(bench.lab, content)
        try:
            seconds, told = ours.command("up", bench.lab, "--seat", SEAT)
        finally:
            ours.down()
            for tag in made.tags(bench.lab, content):
                run(["docker", "image", "rm", "--force", tag], good=(0, 1))
    steps = [Result(f"  image {name}", figure([float(s)])) for name, s in _STEP.findall(told)]
    total = Result("first up, nothing built", figure([seconds]), target_s=FIRST_UP_S)
    return [total, *steps]


CASES: Mapping[str, Callable[[Bench], list[Result]]] = {
    "lab": lab,
    "many": many,
    "running": running,
    "help": help_text,
}


def _beside(
    what: str, ours: Barelab, theirs: Compose, asleep: Sleepers, bench: Bench
) -> list[Result]:
    up, down = UP_DOWN_OF.get(what, UP_DOWN)
    own, other, least = side_by_side([ours, theirs, asleep], bench.rounds, bench.tell)
    return [
        Result(f"up {what}", figure(own.up), theirs.name, figure(other.up), up),
        Result(f"down {what}", figure(own.down), theirs.name, figure(other.down), down),
        Result(f"up {what}", figure(own.up), asleep.name, figure(least.up)),
        Result(f"down {what}", figure(own.down), asleep.name, figure(least.down)),
    ]


def _timed(name: str, command: list[str], bench: Bench, env: Mapping[str, str]) -> Result:
    seat = [] if command == ["status"] else ["--seat", SEAT]
    whole = [*barelab_command(), *command, *seat]
    seconds = [run(whole, env=env, good=(0, 1))[0] for _ in range(bench.rounds)]
    bench.tell(f"{name}: {figure(seconds)} s")
    return Result(name, figure(seconds))


def _check_beside_testinfra(exercise: str, bench: Bench, env: Mapping[str, str]) -> Result:
    plain = [sys.executable, "-P", "-m", "barelab.bench.plain_testinfra", exercise, SEAT]
    ours = [*barelab_command(), "exercise", "check", "--seat", SEAT]
    own, other = [], []
    for _ in range(bench.rounds):
        own.append(run(ours, env=env, good=(0, 1))[0])
        other.append(run(plain, env=env, good=(0, 1))[0])
    result = Result(
        "exercise check", figure(own), "testinfra over docker exec", figure(other), CHECK, CHECK_S
    )
    bench.tell(f"exercise check: {result.seconds} s, {result.beside_name}: {result.beside} s")
    return result


def _exercise(lab_name: str) -> str | None:
    from barelab.model.loading import exercise_names, load_exercise

    # In the seat that was measured: one that runs in another size would be refused there.
    whole = (lab_name, (), ())
    return next((name for name in exercise_names() if load_exercise(name).size == whole), None)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="barelab-bench-") as name:
        yield Path(name)
