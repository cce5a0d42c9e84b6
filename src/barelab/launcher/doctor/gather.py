"""Gathering facts: everything at once, each look bounded. Changes nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any, TypeVar

from barelab.backends import company
from barelab.backends.base import Snapshot
from barelab.backends.docker import base_image
from barelab.backends.docker.survey import Survey, survey
from barelab.backends.vagrant import driver
from barelab.launcher.allocate import host_routes, pool
from barelab.launcher.desire import PORTS
from barelab.launcher.doctor.facts import Facts
from barelab.launcher.needs import Needs, needs
from barelab.model.loading import lab_names, load_lab, load_role
from barelab.render.nodes import BASE
from barelab.support import machine
from barelab.support.errors import BarelabError, ContentError

_TOGETHER_S = 8.0
_VAGRANT_S = 6.0
_PROXIES = ("http_proxy", "https_proxy", "no_proxy")
T = TypeVar("T")
S = TypeVar("S")


def gather() -> Facts:
    """Return the facts of this machine, within about `_TOGETHER_S` seconds."""
    executor = ThreadPoolExecutor(8)
    engine = executor.submit(_engine)
    registry = executor.submit(_registry)
    vagrant = executor.submit(_vagrant)
    used = executor.submit(machine.inotify_used)
    hypervisors = executor.submit(_hypervisors)
    every: list[Future[Any]] = [engine, registry, vagrant, used, hypervisors]
    wait(every, _TOGETHER_S)
    executor.shutdown(wait=False, cancel_futures=True)
    late: tuple[Survey | None, str] = (None, "the engine did not answer in time")
    found, problem = _in_time(engine, late)
    labs = _labs(found.seen if found else None)
    ports = tuple(PORTS.values())
    bundle = company.ca_bundle()
    return Facts(
        engine=found,
        engine_problem=problem,
        registry=_in_time(registry, None),
        maker=base_image.maker(),
        inotify_used=_in_time(used, None),
        pool=pool(),
        routes=host_routes(),
        ports=ports,
        busy=frozenset(port for port in ports if not machine.port_is_free(port)),
        vagrant=_in_time(vagrant, None),
        hypervisors=_in_time(hypervisors, ()),
        python=tuple(sys.version_info[:3]),
        mirrors=tuple(company.mirror_lines()),
        ca_bundle=str(bundle or ""),
        proxies=tuple(n for n in _PROXIES if os.environ.get(n) or os.environ.get(n.upper())),
        labs=labs,
    )


def _in_time(future: Future[T], otherwise: S) -> T | S:
    return future.result() if future.done() and not future.cancelled() else otherwise


def _engine() -> tuple[Survey | None, str]:
    try:
        return survey(), ""
    except BarelabError as error:
        return None, str(error)


def _registry() -> bool | None:
    try:
        return base_image.registry_answers()
    except BarelabError:
        return None


def _vagrant() -> str | None:
    if shutil.which("vagrant") is None:
        return ""
    try:
        told = subprocess.run(
            ["vagrant", "--version"],
            capture_output=True,
            text=True,
            timeout=_VAGRANT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return told.stdout.strip() or None


def _hypervisors() -> tuple[str, ...]:
    if not shutil.which("virsh"):
        return ()
    return ("QEMU with KVM" if driver.kvm_works() else "QEMU without KVM (slow)",)


def _labs(seen: Snapshot | None) -> tuple[Needs, ...]:
    base, found = load_role(BASE), list[Needs]()
    fresh = replace(seen, nodes=()) if seen else None
    for name in lab_names():
        # A lab whose file is wrong says so itself, when somebody brings it up.
        with contextlib.suppress(ContentError):
            found.append(needs(load_lab(name), base, fresh))
    return tuple(found)
