"""Starting the meter in the probe, following its journal, and ending it."""

from __future__ import annotations

import json
import shlex
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barelab.backends.base import Backend, NodeRef, SeatRef, Stream
from barelab.drills.journal import NODE, Journal
from barelab.grading.access import Access
from barelab.launcher.front import site_url
from barelab.model.app import Request
from barelab.model.drill import Drill
from barelab.model.lab import Lab
from barelab.model.names import PROBE
from barelab.render.file import File
from barelab.support.errors import BarelabError, CouldNotTell
from barelab.support.wait import until

FOLDER = "/var/lib/barelab/drill"
RUNS = f"{FOLDER}/runs"
_PACKAGE = "barelab_meter"
_PROGRAM = Path(__file__).with_name("meter")
_PYTHON = ("env", f"PYTHONPATH={FOLDER}", "PYTHONDONTWRITEBYTECODE=1", "python3", "-m", _PACKAGE)
AUTHORITY = "/etc/ssl/certs/ca-certificates.crt"
HTTPS = 443
HTTP = "http"  # the name of a role's port
HEALTH_PER_S = NODES_PER_S = 2.0
WRITE_S = READ_S = 5.0
HEALTH_S = 1.0
# The load ends by itself when its launcher is gone for so long.
QUIET_S = 15.0
FOLLOW_S = 0.2
_ASK_S = 20.0
_JOURNAL_BYTES = 64 << 20
_START_S = 20.0
_END_S = 20.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where and as whom the load speaks: the front door's address, its port outside, the token.

    `nodes` are the addresses and ports of the application's own nodes, which are asked whether
    they are alive.
    """

    address: str
    port: int | None
    token: str
    nodes: Mapping[str, tuple[str, int]]


def target_of(access: Access) -> Target:
    """Return where the load of a seat goes."""
    lab = access.lab
    network = lab.node(lab.front).networks[0]
    address = access.addresses[lab.front][network]
    token = access.secret("api-token")
    return Target(address, access.published.get("https"), token, _application(access))


def _application(access: Access) -> dict[str, tuple[str, int]]:
    """Return where each node behind the front one speaks HTTP."""
    found = {}
    for node in access.lab.visible():
        ports = {n: p for role in node.roles for n, p in access.lab.roles[role].ports.items()}
        if node.name != access.lab.front and HTTP in ports:
            found[node.name] = (access.addresses[node.name][node.networks[0]], ports[HTTP])
    return found


def load_plan(
    drill: Drill, lab: Lab, target: Target, run: str, first: str, deadline_s: float
) -> dict[str, Any]:
    """Return what the meter is told, the requests of app.yaml filled in but for their ids."""
    app = lab.app
    health = Request(app.write.site, "GET", app.health, {}, None, (200,), None)
    asked = {
        "write": (app.write, WRITE_S),
        "read": (app.read, READ_S),
        "health": (health, HEALTH_S),
    }
    rates = {"write": drill.writes_per_s, "read": drill.reads_per_s, "health": HEALTH_PER_S}
    rates |= {f"{NODE}{name}": NODES_PER_S for name in target.nodes}
    return {
        "run": run,
        "first": first,
        "rates": rates,
        "deadline_s": deadline_s,
        "quiet_s": QUIET_S,
        "authority": AUTHORITY,
        "requests": {k: _filled(lab, target, each, s) for k, (each, s) in asked.items()}
        | {f"{NODE}{name}": _live(lab, place) for name, place in target.nodes.items()},
    }


def _filled(lab: Lab, target: Target, request: Request, timeout_s: float) -> dict[str, Any]:
    headers = {n: v.replace("{token}", target.token) for n, v in request.headers.items()}
    body = ""
    if request.json is not None:
        body = json.dumps(dict(request.json)).replace("{token}", target.token)
        headers["Content-Type"] = "application/json"
    url = site_url(lab, request.site, "", target.port)
    return {
        "address": target.address,
        "port": HTTPS,
        "tls": True,
        "host": url.removeprefix("https://"),
        "method": request.method,
        "path": request.path,
        "headers": {"User-Agent": "barelab-drill", **headers},
        "body": body,
        "expected": list(request.expected),
        "missing": request.missing,
        "timeout_s": timeout_s,
    }


def _live(lab: Lab, place: tuple[str, int]) -> dict[str, Any]:
    """Return the question whether a node's application is alive."""
    address, port = place
    return {
        "address": address,
        "port": port,
        "tls": False,
        "host": address,
        "method": "GET",
        "path": lab.app.live,
        "headers": {},
        "body": "",
        "expected": [200],
        "missing": None,
        "timeout_s": HEALTH_S,
    }


class Meter:
    """The load of one run. `journal` grows while a thread follows; its lock is held by readers."""

    def __init__(self, backend: Backend, owner: SeatRef, run: str) -> None:
        self._backend, self._ref = backend, NodeRef(owner, PROBE)
        self.folder = f"{RUNS}/{run}"
        self.journal, self.lock = Journal(), threading.Lock()
        self.text = bytearray()
        self.offset_s = 0.0
        self._running = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self.lost = ""

    def start(self, plan: Mapping[str, Any]) -> None:
        """Put the meter into the probe, start it, and return once it writes its journal.

        Raises:
            CouldNotTell: it does not start.
        """
        self._backend.put(self._ref, program_files())
        self._running = True
        said = self._backend.run(
            self._ref, (*_PYTHON, "start", self.folder), stdin=json.dumps(plan).encode()
        )
        if said.exit_code:
            raise CouldNotTell(f"the load does not start: {said.stderr.decode()[-300:]}")
        self._thread.start()
        if not until(lambda: bool(self.lost or self.journal.readings), _START_S) or self.lost:
            raise CouldNotTell(f"the load does not start: {self.lost or self._errors()}")

    def now(self) -> float:
        """Return the time on the journal's clock."""
        return time.monotonic() + self.offset_s

    def stop(self) -> None:
        """End the load, and return once the journal has its last line or nobody writes it."""
        if not self._running:
            return
        self._running = False
        end_load(self._backend, self._ref, self.folder)
        if self._thread.ident:
            self._thread.join(_END_S)
        self._closing.set()

    def _errors(self) -> str:
        return self._backend.run(self._ref, ("tail", "-c", "300", f"{self.folder}/errors")).text

    def _follow(self) -> None:
        stream: Stream | None = None
        try:
            stream = self._backend.stream(self._ref, (*_PYTHON, "follow", self.folder))
            until(lambda: self._closing.is_set() or self._take(stream), 24 * 3600.0, FOLLOW_S)
        except BarelabError as error:
            self.lost = str(error)
        finally:
            if stream is not None:
                stream.close()

    def _take(self, stream: Stream) -> bool:
        """Take in what is new; true when the load has ended."""
        before = time.monotonic()
        said = json.loads(stream.ask(json.dumps({"from": len(self.text)}).encode(), _ASK_S))
        after = time.monotonic()
        # One kernel has one such clock; an engine elsewhere has another one.
        self.offset_s = said["mono"] - (before + after) / 2
        with self.lock:
            self.text += said["text"].encode()
            self.journal.add(said["text"])
        return not said["running"] and not said["text"]


def program_files() -> list[File]:
    """Return the meter's program as it stands in the probe."""
    return [
        File(f"{FOLDER}/{_PACKAGE}/{path.name}", path.read_bytes())
        for path in sorted(_PROGRAM.glob("*.py"))
    ]


def journal_of(backend: Backend, probe: NodeRef, folder: str) -> bytes:
    """Return the journal of a run, as far as it was written."""
    place = f"{folder}/journal.jsonl"
    return backend.run(probe, ("cat", place), timeout_s=60.0, cap_bytes=_JOURNAL_BYTES).stdout


def end_load(backend: Backend, probe: NodeRef, folder: str) -> None:
    """Tell the load that writes a journal in this folder to end; nothing where it has ended."""
    place = shlex.quote(f"{folder}/pid")
    backend.run(probe, ("sh", "-c", f"kill -TERM $(cat {place}) 2>/dev/null || true"))
