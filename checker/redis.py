"""Redis: encrypted, for who has a password, and nothing that was taken is lost."""

from __future__ import annotations

from functools import partial

from barelab.grading import Beside, Evidence, Subject, check, evidence
from barelab.grading.redis import ask_redis, refuses_commands, refuses_strangers
from barelab.support.wait import until

PORT = 6379
QUEUE = "celery"
FORBIDDEN = (["FLUSHALL"], ["CONFIG", "GET", "*"], ["KEYS", "*"], ["ACL", "LIST"])
# A restart and the reading of its file, on a busy machine.
BACK_S = 20.0


@check("Redis answers nobody without TLS, and nobody without a password", timeout_s=60)
def strangers_refused(on: Subject) -> Evidence:
    """Asks as a worker could that has lost both."""
    said, seen = [], list[Beside]()
    for node in on.lab.with_role("redis"):
        logins = [["AUTH", "default", "x"], ["AUTH", "app", on.nonce()]]
        told, saw = refuses_strangers(on, node.name, PORT, logins, ["LLEN", QUEUE])
        seen += saw
        said.append(f"{node.name}: {told}")
    return evidence("; ".join(said), *seen)


@check("The application may use the queue, and not the server", timeout_s=60)
def least_privilege(on: Subject) -> Evidence:
    """Writes and reads a key with the application's password, and tries what it must not."""
    seen = list[Beside]()
    for node in on.lab.with_role("redis"):
        key = f"verify-{on.nonce()}"
        commands = [["SET", key, key, "EX", "60"], ["GET", key], ["DEL", key]]
        answers, saw = asked(on, node.name, [log_in(on), *commands])
        assert answers[1:] == ["+OK", key, ":1"], f"{node.name} tells the application: {answers}"
        seen.append(saw)
        told, refused = refuses_commands(on, node.name, PORT, log_in(on), FORBIDDEN)
        seen += refused
    return evidence(f"keys, and: {told}", *seen)


@check("What Redis has taken outlives its death", alone=True, timeout_s=120)
def outlives_a_kill(on: Subject) -> Evidence:
    """Kills it a second after a write, the longest that its disk may be behind."""
    seen = []
    for node in on.lab.with_role("redis"):
        key = f"verify-{on.nonce()}"
        answers, _ = asked(on, node.name, [log_in(on), ["RPUSH", key, key]])
        assert answers[-1] == ":1", f"{node.name}: {answers[-1]}"
        written = until(partial(_on_disk, on, node.name), BACK_S)
        assert written, f"{node.name} does not say that its file is written"
        on.run(node.name, "systemctl", "kill", "--signal=KILL", "redis-server.service")
        found = until(partial(_kept, on, node.name, key), BACK_S, every_s=0.5)
        assert found, f"{node.name} does not know what it had taken before it was killed"
        seen.append(found)
    return evidence("a list was there again after a kill", *seen)


def log_in(on: Subject) -> list[str]:
    """Return the command that logs the application in."""
    return ["AUTH", "app", on.secret("broker-password")]


def asked(
    on: Subject, node: str, commands: list[list[str]], *, tls: bool = True
) -> tuple[list[str], Beside]:
    """Return what a node with the role says to each command."""
    return ask_redis(on, node, PORT, commands, tls=tls)


def _on_disk(on: Subject, node: str) -> bool:
    answers, _ = asked(on, node, [log_in(on), ["INFO", "persistence"]])
    facts = dict(line.split(":", 1) for line in answers[-1].split("\r\n") if ":" in line)
    return facts.get("aof_pending_bio_fsync") == "0" and facts.get("aof_last_write_status") == "ok"


def _kept(on: Subject, node: str, key: str) -> Beside | None:
    answers, seen = asked(on, node, [log_in(on), ["LPOP", key]])
    return seen if answers[-1] == key else None
