"""Asking from the network, through the hidden probe node, by one stream of JSON lines."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.model.names import PROBE
from barelab.support.patience import patient

_COMMAND = ("python3", "-u", "/usr/local/lib/barelab/probe.py")
_GRACE_S = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from an HTTP request; `error` if none did. Header names are lower-case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float
    tls: Mapping[str, Any]
    error: str
    matched: bool

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    def header(self, name: str) -> str:
        """Return the first value of a header, or an empty text."""
        return next((value for key, value in self.headers if key == name.lower()), "")

    def json(self) -> Any:
        """Return the body as JSON. Raises ValueError where it is none."""
        return json.loads(self.body)

    def told(self) -> str:
        """Return the answer in a word for evidence: its status or why there was none."""
        return str(self.status) if self.status else self.error


class Probe:
    """One program in the probe node, started at the first question; may be shared by threads."""

    def __init__(self, backend: Backend, owner: SeatRef) -> None:
        self._backend, self._ref = backend, NodeRef(owner, PROBE)
        self._lock = threading.Lock()
        self._stream: Any = None

    def ask(self, kind: str, timeout_s: float = 5.0, **question: Any) -> dict[str, Any]:
        """Ask one question and return its answer, an object with `error` where there was none.

        Raises:
            CouldNotTell: the probe itself did not answer.
        """
        question["timeout_s"] = timeout_s = patient(timeout_s)
        if "deadline_s" in question:
            question["deadline_s"] = patient(question["deadline_s"])
        line = json.dumps({"ask": kind, **question}).encode()
        patience_s = max(timeout_s, question.get("deadline_s", 0.0)) + timeout_s
        patience_s += patient(_GRACE_S)
        with self._lock:
            if self._stream is None:
                self._stream = self._backend.stream(self._ref, _COMMAND)
            answer: dict[str, Any] = json.loads(self._stream.ask(line, patience_s))
            return answer

    def http(self, url: str, *, body: bytes = b"", kind: str = "http", **question: Any) -> Answer:
        """Send an HTTP request; to `address` and `port`, if given, whatever the URL names."""
        if body:
            question["body"] = base64.b64encode(body).decode()
        raw = self.ask(kind, url=url, **question)
        return Answer(
            status=int(raw.get("status") or 0),
            headers=tuple((key, value) for key, value in raw.get("headers") or ()),
            body=base64.b64decode(raw.get("body") or ""),
            seconds=float(raw.get("seconds") or 0.0),
            tls=raw.get("tls") or {},
            error=str(raw.get("error") or ""),
            matched=bool(raw.get("matched")),
        )

    def close(self) -> None:
        """End the program in the probe."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
