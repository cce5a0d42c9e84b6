"""The meter itself, against a server of the test's own whose every failure is known."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from barelab.drills.doubts import clock_steps, doubts
from barelab.drills.figures import Found, measure
from barelab.drills.journal import READ, WRITE, Journal, Outcome, read_journal
from barelab.drills.meter import journal as writing
from barelab.drills.meter.clock import Clock
from barelab.drills.meter.load import Load, Plan
from barelab.drills.meter.sending import Request

# In real time, to 50 ms: beside a busy worker it would measure the machine.
pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.always]

HOST = "portal.test"
NEAR_S = 0.05


@dataclass
class Server:
    """Keeps payments by key. `down` tells whether it answers 503 at a moment."""

    down: Callable[[float], bool] = lambda _: False
    forget: frozenset[str] = frozenset()
    hang: Callable[[float], bool] = lambda _: False
    kept: list[str] = field(default_factory=list)
    broken: list[float] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path = head.split(" ")[:2]
        now = time.monotonic()
        status = 503 if self.down(now) else self._do(method, path, head)
        if self.down(now):
            self.broken.append(now)
        if self.hang(now):
            await asyncio.sleep(30)
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 2\r\n\r\n{{}}".encode())
        await writer.drain()
        writer.close()

    def _do(self, method: str, path: str, head: str) -> int:
        if method == "GET":
            return 200 if path == "/health/" or path.rpartition("/")[2] in self.kept else 404
        key = head.partition("Idempotency-Key: ")[2].partition("\r\n")[0]
        if key.rpartition("-")[2] not in self.forget:
            self.kept.append(key)
        return 201


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a server and of a client that trusts it alone."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "crt").write_bytes(made.public_bytes(pem))
    plain = serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "crt", folder / "key")
    return server, ssl.create_default_context(cafile=folder / "crt")


@dataclass
class Bench:
    """Runs the load against a server for a while."""

    trust: tuple[ssl.SSLContext, ssl.SSLContext]
    folder: Path
    clock: Clock = field(default_factory=Clock)
    rates: dict[str, float] = field(default_factory=lambda: {"write": 50, "read": 20, "health": 4})
    timeout_s: float = 0.5

    def load(self, server: Server, seconds: float) -> Journal:
        path = self.folder / "journal.jsonl"
        asyncio.run(self._load(server, seconds, path))
        return read_journal(path.read_text())

    async def _load(self, server: Server, seconds: float, path: Path) -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=self.trust[0])
        port = listening.sockets[0].getsockname()[1]
        plan = Plan("t", self.rates, self.requests(port), "t-first", 60.0, 60.0)
        server.kept.append("t-first")
        journal = writing.Journal(path, self.clock)
        load = Load(plan, self.trust[1], journal, self.clock)
        asyncio.get_running_loop().call_later(seconds, load.stop)
        await load.run()
        listening.close()

    def requests(self, port: int) -> dict[str, Request]:
        write, there = {"Idempotency-Key": "{key}"}, ("127.0.0.1", port, True, HOST)
        return {
            "write": Request(*there, "POST", "/pay/", write, "{}", (201,), None, self.timeout_s),
            "read": Request(*there, "GET", "/pay/{key}", {}, "", (200,), 404, self.timeout_s),
            "health": Request(*there, "GET", "/health/", {}, "", (200,), None, self.timeout_s),
        }


@pytest.fixture
def bench(trust: tuple[ssl.SSLContext, ssl.SSLContext], tmp_path: Path) -> Iterator[Bench]:
    yield Bench(trust, tmp_path)


def found_in(server: Server, journal: Journal) -> Found:
    ids = {a.id for a in journal.of(WRITE)}
    there = ids & set(server.kept)
    return Found(there, ids - there, set(), len(server.kept) - 1 - len(there))


def test_a_gap_of_3_s_and_a_lost_and_a_doubled_id_are_found_and_measured(bench: Bench) -> None:
    begun = time.monotonic()
    server = Server(down=lambda now: begun + 1 <= now < begun + 4, forget=frozenset({"20"}))
    journal = bench.load(server, 5.5)
    server.kept.append("t-nobody")
    told = measure(
        journal,
        begun + 1,
        found_in(server, journal),
        alarm_at=None,
        whole_at=None,
        two_writers_s=None,
    )
    assert told.write_rto_s == pytest.approx(3.0, abs=NEAR_S)
    assert told.read_rto_s == pytest.approx(3.0, abs=2 * NEAR_S)
    assert (told.lost, told.duplicate, told.unexpected) == (1, 1, 0)
    assert told.attempted == pytest.approx(275, abs=3)
    assert told.errors == len([a for a in journal.of(WRITE, READ) if a.status == 503])
    assert list(doubts(journal, begun + 1)) == []


def test_a_silent_server_leaves_unknown_outcomes_and_the_rate_is_kept(bench: Bench) -> None:
    begun = time.monotonic()
    journal = bench.load(Server(hang=lambda now: now > begun + 0.7), 1.5)
    late = [a for a in journal.of(WRITE) if a.due > begun + 0.8]
    assert len(late) > 25
    assert {a.outcome for a in late} == {Outcome.UNKNOWN}
    assert all(a.why == "no answer within 0.5 s" for a in late)
    assert not [a for a in journal.attempts if a.begun - a.due > 0.25]


def test_what_cannot_be_reached_is_refused(bench: Bench, tmp_path: Path) -> None:
    async def refused() -> None:
        journal = writing.Journal(tmp_path / "refused", Clock())
        plan = Plan("t", {"write": 20}, bench.requests(1), "first", 60.0, 60.0)
        load = Load(plan, bench.trust[1], journal, Clock())
        asyncio.get_running_loop().call_later(0.3, load.stop)
        await load.run()

    asyncio.run(refused())
    journal = read_journal((tmp_path / "refused").read_text())
    assert {a.outcome for a in journal.attempts} == {Outcome.REFUSED}


def test_a_step_of_the_clock_is_found_and_moves_no_figure(bench: Bench) -> None:
    begun = time.monotonic()

    class Stepped(Clock):
        def wall(self) -> float:
            return super().wall() + (3600.0 if self.mono() > begun + 1.5 else 0.0)

    bench.clock = Stepped()
    journal = bench.load(Server(), 2.5)
    (step,) = clock_steps(journal)
    assert "set by +3600.0 s" in step
    assert max(a.ended - a.due for a in journal.attempts) < 1.0


def test_the_load_ends_by_itself(bench: Bench, tmp_path: Path) -> None:
    async def ended(deadline_s: float, heard: float) -> str:
        path = tmp_path / f"{deadline_s}-{heard}"
        journal = writing.Journal(path, Clock())
        plan = Plan("t", {"write": 5}, bench.requests(1), "first", deadline_s, 0.2)
        load = Load(plan, bench.trust[1], journal, Clock(), lambda: heard)
        await asyncio.wait_for(load.run(), 5.0)
        return read_journal(path.read_text()).ended or ""

    assert asyncio.run(ended(0.3, time.monotonic() + 60)) == "deadline"
    assert asyncio.run(ended(60.0, time.monotonic() - 60)) == "launcher gone"
