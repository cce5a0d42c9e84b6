"""A seat's site as a customer's program asks it: through the published port, trusting the seat."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from barelab.model.loading import load_lab
from tools.seat import Seat

_AUTHORITY = "/usr/local/share/ca-certificates/seat.crt"


class Site:
    """The portal of a seat that is up."""

    def __init__(self, seat: Seat) -> None:
        status = seat.status()
        assert status is not None
        self._prefix = seat.prefix
        self._url = status["sites"]["portal"].rstrip("/")
        self._trusted = seat.home / "seat.crt"
        seat.must("cp", f"{load_lab(seat.lab).front}:{_AUTHORITY}", str(self._trusted))
        self._token = seat.must(
            "exec", "app1", "--", "sudo", "cat", "/etc/app/secrets/api-token"
        ).stdout.strip()

    def pay(self, key: str) -> None:
        """Write a payment with a client's key, which must be acknowledged."""
        payment = {"subscriber": "C000001", "amount": "1.00"}
        code, answer = self._ask(
            "/api/payments/", f"Idempotency-Key: {key}", "--json", json.dumps(payment)
        )
        assert code in (200, 201), answer

    def has(self, key: str) -> bool:
        """Return whether the payment of this key is there."""
        code, answer = self._ask(f"/api/payments/{key}/", "Accept: application/json")
        assert code in (200, 404), answer
        return code == 200

    def _ask(self, path: str, header: str, *more: str) -> tuple[int, Any]:
        host = self._url.removeprefix("https://")
        name, _, port = host.partition(":")
        command = [
            *self._prefix,
            "curl",
            "-sS",
            "--max-time",
            "30",
            "--cacert",
            str(self._trusted),
        ]
        command += ["--resolve", f"{name}:{port}:127.0.0.1", "-w", "\n%{http_code}"]
        command += ["-H", f"Authorization: Bearer {self._token}", "-H", header, *more]
        done = subprocess.run(
            [*command, f"{self._url}{path}"], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        body, _, code = done.stdout.rpartition("\n")
        return int(code), body
