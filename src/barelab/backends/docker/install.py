"""Making this machine able to run labs: look what is missing, ask once, install and start it."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path

from barelab.backends import installing
from barelab.backends.docker import base_image, endpoint, host
from barelab.backends.docker import client as engine
from barelab.backends.docker.host import Engine, HostFacts, Install, Refuse, Start
from barelab.backends.installing import Ask, Say
from barelab.support.errors import CouldNotTell, EngineAway, EngineDenied
from barelab.support.paths import state_dir
from barelab.support.wait import until

_START_S = 90.0
# An installation, then a start, then a look whether the base image can be had, then its maker.
_ROUNDS = 4


def ensure_host(assume_yes: bool, ask: Ask | None, say: Say) -> None:
    """Return once an engine answers and the base image can be had.

    Installs and starts what is missing. Asks at most once; `ask` returns None where nobody can be
    asked.

    Raises:
        CouldNotTell: refused, impossible here, or failed; the message says what to do.
    """
    agreed = assume_yes
    for _ in range(_ROUNDS):
        facts = look()
        steps = host.plan(facts)
        if not steps:
            return
        if host.packages(steps) and not agreed:
            _agree(steps, facts, ask)
            agreed = True
        for step in steps:
            _take(step, facts, say)
    raise CouldNotTell(
        "this machine still lacks something after an installation; see `barelab doctor`"
    )


def missing_packages() -> tuple[str, ...]:
    """Return the packages that `ensure_host` would install now."""
    return host.packages(host.plan(look()))


def look() -> HostFacts:
    """Return what matters of this machine. Changes nothing."""
    state, base = _engine()
    return HostFacts(
        system=platform.system(),
        distribution=_distribution(Path("/etc/os-release")),
        engine=state,
        base=base,
        root=os.geteuid() == 0,
        sudo=installing.which("sudo") is not None,
        systemd=Path("/run/systemd/system").is_dir(),
        lacking=_lacking(),
        engine_name=_named_by(os.environ),
    )


def _engine() -> tuple[Engine, bool | None]:
    try:
        client = engine.connect(engine.QUICK_S)
        return Engine.ANSWERS, base_image.obtainable(client)
    except EngineDenied:
        return Engine.DENIED, None
    except EngineAway:
        if _named_by(os.environ):
            return Engine.NAMED_AWAY, None
        return (Engine.STOPPED if installing.which("dockerd") else Engine.MISSING), None


def _named_by(environment: Mapping[str, str]) -> str:
    if environment.get("DOCKER_HOST"):
        return f"DOCKER_HOST={environment['DOCKER_HOST']}"
    named = endpoint.named()
    return f"the docker context ({named['base_url']})" if named else ""


def _lacking() -> tuple[str, ...]:
    wanted = {
        "iptables": installing.which("iptables") is None,
        "ca-certificates": not Path("/etc/ssl/certs/ca-certificates.crt").exists(),
        # Where the kernel has AppArmor, the engine starts no container without its parser.
        "apparmor": Path("/sys/kernel/security/apparmor").exists()
        and installing.which("apparmor_parser") is None,
    }
    return tuple(name for name, lacks in wanted.items() if lacks)


def _distribution(release: Path) -> frozenset[str]:
    if not release.is_file():
        return frozenset()
    pairs = (line.partition("=") for line in release.read_text().splitlines())
    found = {key: value.strip("\"'") for key, _, value in pairs if key in ("ID", "ID_LIKE")}
    return frozenset(" ".join(found.values()).split())


def _agree(steps: tuple[host.Step, ...], facts: HostFacts, ask: Ask | None) -> None:
    answer = ask(host.question(steps)) if ask else None
    if answer is None:
        raise CouldNotTell(host.unasked(steps, root=facts.root))
    if not answer:
        raise CouldNotTell("nothing was installed; without a container engine there is no lab")


def _take(step: host.Step, facts: HostFacts, say: Say) -> None:
    match step:
        case Refuse(message):
            raise CouldNotTell(message)
        case Install(packages):
            say(f"installing {', '.join(packages)}")
            installing.call([*installing.as_root(), "apt-get", "update", "--quiet"])
            installing.call(host.command(packages, root=facts.root))
        case Start(systemd=True):
            say("starting the container engine")
            installing.call([*installing.as_root(), "systemctl", "start", "docker"])
            _wait(None, None)
        case Start():
            _start_by_hand(facts, say)


def _start_by_hand(facts: HostFacts, say: Say) -> None:
    log = state_dir() / "dockerd.log"
    say(f"starting the container engine (no systemd here; its log: {log})")
    prefix = [] if facts.root else ["sudo", "--non-interactive"]
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [*prefix, installing.which("dockerd") or "dockerd"],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            env={**os.environ, "PATH": installing.path()},
        )
    _wait(process, log)


def _wait(process: subprocess.Popen[bytes] | None, log: Path | None) -> None:
    def answered() -> bool | None:
        try:
            engine.connect(engine.QUICK_S)
        except EngineDenied:
            raise
        except EngineAway:
            return True if process is not None and process.poll() is not None else None
        return True

    until(answered, _START_S, every_s=0.2)
    try:
        engine.connect(engine.QUICK_S)
    except EngineDenied:
        raise
    except EngineAway as error:
        raise CouldNotTell(f"the container engine does not start{_last_lines(log)}") from error


def _last_lines(log: Path | None) -> str:
    if log is None or not log.is_file():
        return ": `systemctl status docker` says why"
    told = "\n  ".join(log.read_text(errors="replace").splitlines()[-5:])
    return f"; the last lines of {log}:\n  {told}"
