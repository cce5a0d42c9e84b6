"""One attempt: a connection of its own, TLS by the seat's authority, one request, its answer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ACKNOWLEDGED, MISSING, REFUSED, UNKNOWN = "acknowledged", "missing", "refused", "unknown"
_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class Request:
    """What is sent where; `{key}` in path, headers and body stands for the attempt's own id."""

    address: str
    port: int
    tls: bool
    host: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    expected: tuple[int, ...]
    missing: int | None
    timeout_s: float

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Request:
        """Return a request of the plan."""
        return cls(**{**raw, "expected": tuple(raw["expected"])})

    def text(self, key: str) -> bytes:
        """Return the bytes that are sent for one attempt."""
        body = self.body.replace("{key}", key).encode()
        headers = {"Host": self.host, "Connection": "close", **self.headers}
        if body:
            headers["Content-Length"] = str(len(body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).replace("{key}", key).encode() + body


async def send(trusted: ssl.SSLContext, request: Request, key: str) -> tuple[str, int, str]:
    """Send one request and return what became of it: outcome, status and why.

    `trusted` says which authority must have signed the certificate of whom it speaks TLS with.
    What failed before anything was sent had no effect: it is refused, and so is what is answered
    with 4xx. Of anything else that failed nobody knows whether it had an effect.
    """
    sent: list[bool] = []
    try:
        async with asyncio.timeout(request.timeout_s):
            status = await _exchange(trusted, request, key, sent)
    except TimeoutError:
        where = "no answer" if sent else "no connection"
        return _failed(sent), 0, f"{where} within {request.timeout_s:g} s"
    except (OSError, EOFError, ValueError) as error:
        return _failed(sent), 0, f"{type(error).__name__}: {error}"
    if status in request.expected:
        return ACKNOWLEDGED, status, ""
    if status == request.missing:
        return MISSING, status, ""
    return (REFUSED if 400 <= status < 500 else UNKNOWN), status, f"status {status}"


def _failed(sent: list[bool]) -> str:
    return UNKNOWN if sent else REFUSED


async def _exchange(trusted: ssl.SSLContext, request: Request, key: str, sent: list[bool]) -> int:
    name = request.host.partition(":")[0] if request.tls else None
    reader, writer = await asyncio.open_connection(
        request.address,
        request.port,
        ssl=trusted if request.tls else None,
        server_hostname=name,
        limit=_HEAD_BYTES,
    )
    try:
        sent.append(True)
        writer.write(request.text(key))
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        await _body(reader, head)
        return status
    finally:
        writer.transport.abort()  # nobody waits for a server that does not say goodbye


async def _body(reader: asyncio.StreamReader, head: bytes) -> None:
    """Read the whole answer: half of one acknowledges nothing."""
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            await reader.readexactly(int(value))
            return
    while await reader.read(_HEAD_BYTES):
        continue
