"""A seat of a test's own: its XDG folders, its calls of `./barelab`, and what the engine has of it.

Whether something is left is asked of the engine itself, too, not of barelab alone.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barelab.backends.docker import labels
from barelab.support.wait import until

if TYPE_CHECKING:
    from docker import APIClient

CLONE = Path(__file__).resolve().parents[2]
PROGRAM = CLONE / "barelab"
LIMIT_S = 300.0
# Whoever runs the tests in the background or under nohup has signals ignored, which is inherited.
_HEARING = ("env", "--default-signal=HUP,INT,TERM")
_WITHOUT_SEAT = ("status", "census", "list", "progress", "doctor")
_XDG = ("STATE", "DATA", "CACHE")

Done = subprocess.CompletedProcess[str]
Running = subprocess.Popen[str]


@dataclass
class Seat:
    """A seat that nobody else has; `prefix` comes before each call, `variables` go with it."""

    name: str
    home: Path
    engine: APIClient
    lab: str = "simple"
    prefix: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    started: list[Running] = field(default_factory=list)

    def run(self, *words: str, limit_s: float = LIMIT_S, **variables: str) -> Done:
        """Call barelab and return how it ended; more than `limit_s` seconds fail the test."""
        process = self.start(*words, **variables)
        out, err = process.communicate(timeout=limit_s)
        assert "Traceback" not in err, err
        return Done(process.args, process.returncode, out, err)

    def must(self, *words: str, limit_s: float = LIMIT_S, **variables: str) -> Done:
        """Call barelab, which must end with exit code 0."""
        done = self.run(*words, limit_s=limit_s, **variables)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *words: str, **variables: str) -> Running:
        """Call barelab and return its process, in a session of its own."""
        process = subprocess.Popen(
            [*self.prefix, *_HEARING, PROGRAM, *self._with_seat(words)],
            env={**self.environment(), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def environment(self) -> dict[str, str]:
        """Return the variables of its calls: those of the test run, and folders of its own."""
        folders = {f"XDG_{kind}_HOME": str(self.home / kind.lower()) for kind in _XDG}
        return {**os.environ, **folders, **self.variables}

    def up(self, *options: str, limit_s: float = LIMIT_S, **variables: str) -> dict[str, Any]:
        """Bring it up, which must end with a ready seat, and return its status."""
        done = self.must("up", self.lab, "--json", *options, limit_s=limit_s, **variables)
        status: dict[str, Any] = json.loads(done.stdout)
        assert status.pop("schema") == 1
        assert status["state"] == "ready", done.stdout
        return status

    def down(self) -> Done:
        """Take it down, which must leave nothing."""
        done = self.must("down", self.lab)
        assert self.left() == []
        return done

    def status(self) -> dict[str, Any] | None:
        """Return its status, or None where `status` has none."""
        seats = json.loads(self.must("status", "--json").stdout)["seats"]
        return next((s for s in seats if (s["lab"], s["seat"]) == (self.lab, self.name)), None)

    def census(self) -> list[dict[str, str]]:
        """Return what `census` tells of this seat and its folders."""
        rows = json.loads(self.must("census", "--json").stdout)["resources"]
        own = (self.lab, self.name)
        ours = ("lock", "file")
        return [r for r in rows if (r["lab"], r["seat"]) == own or r["kind"] in ours]

    def left(self) -> list[str]:
        """Return everything of it that exists, by the census and by the engine's own lists."""
        return [f"{row['kind']} {row['id']}" for row in self.census()] + [*self.things()]

    def things(self) -> dict[str, str]:
        """Return the engine's ids of its containers and networks by name."""
        marked = {"label": f"{labels.SEAT}={self.name}"}
        named = {"name": f".{self.name}."}
        found = {}
        for filters in (marked, named):
            for container in self.engine.containers(all=True, filters=filters):
                found[container["Names"][0].lstrip("/")] = container["Id"]
            for network in self.engine.networks(filters=filters):
                found[network["Name"]] = network["Id"]
        return found

    def builds(self) -> list[str]:
        """Return the engine's ids of its images in the making."""
        marked = {"label": f"{labels.SEAT}={self.name}"}
        found = self.engine.containers(all=True, filters=marked)
        return [container["Id"] for container in found if container["Labels"].get(labels.BUILD)]

    def steps(self) -> list[str]:
        """Return the keys of the steps that `up` would do now."""
        plan = json.loads(self.must("up", self.lab, "--dry-run", "--json").stdout)
        return [step["step"] for step in plan["steps"]]

    def close(self) -> None:
        """End its processes and remove all that the engine has of it, without barelab."""
        from docker.errors import APIError, NotFound

        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

        def gone() -> bool:
            for name, id_ in sorted(self.things().items(), reverse=True):
                is_network = name.rpartition(".")[2] in ("public", "private")
                try:
                    if is_network:
                        self.engine.remove_network(id_)
                    else:
                        self.engine.remove_container(id_, force=True, v=True)
                except (NotFound, APIError):
                    continue
            return not self.things()

        assert until(gone, 60.0), f"the engine keeps {self.things()}"

    def _with_seat(self, words: tuple[str, ...]) -> list[str]:
        if words[0] in _WITHOUT_SEAT or "--all" in words:
            return list(words)
        if words[0] == "drill" and words[1] != "run":
            return list(words)
        place = 2 if words[0] in ("exercise", "drill") else 1
        return [*words[:place], "--seat", self.name, *words[place:]]


def read_until(process: Running, pattern: str) -> str:
    """Return what the process wrote on stderr until a line matched, the line included.

    The rest of its output stays readable. The test fails where the process ends before.
    """
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if re.search(pattern, line):
            return "".join(lines)
    raise AssertionError(f"no line matched {pattern!r}:\n{''.join(lines)}")


def kill(process: Running) -> None:
    """Kill a process as a crash would, and wait until it is gone."""
    process.kill()
    process.communicate()
