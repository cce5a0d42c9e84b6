"""Facts of a machine where everything is well."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from barelab.backends.base import Room, Snapshot
from barelab.backends.docker.client import EngineFacts
from barelab.backends.docker.survey import Survey
from barelab.launcher.doctor.facts import Facts
from barelab.launcher.needs import Needs

GIB = 1 << 30


@pytest.fixture
def survey() -> Survey:
    return Survey(
        facts=EngineFacts("29.1.0", (1, 52), 2, False, "x86_64", "/var/lib/docker", (), 4, 8 * GIB),
        runc="1.3.3",
        recipe="writable-cgroups",
        refusal="",
        base_image=True,
        room=Room(8 * GIB, 50 * GIB, "/var/lib/docker", 1024),
        seen=Snapshot((), (), (), frozenset(), {}, frozenset()),
    )


@pytest.fixture
def well(survey: Survey) -> Facts:
    return Facts(
        engine=survey,
        engine_problem="",
        registry=True,
        maker="mmdebstrap",
        inotify_used=20,
        pool=IPv4Network("10.87.0.0/16"),
        routes={},
        ports=(8080, 8443),
        busy=frozenset(),
        vagrant="Vagrant 2.4.0",
        hypervisors=("QEMU with KVM",),
        python=(3, 13, 1),
        mirrors=(),
        ca_bundle="",
        proxies=(),
        labs=(Needs("simple", 4, GIB // 2, 2 * GIB), Needs("large", 26, 9 * GIB, 6 * GIB)),
    )
