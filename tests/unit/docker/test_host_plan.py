"""What is installed and started on a machine follows from what is found there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barelab.backends.docker import host
from barelab.backends.docker.host import Engine, HostFacts, Install, Refuse, Start
from barelab.backends.docker.install import _agree
from barelab.support.errors import CouldNotTell

DEBIAN = HostFacts(
    system="Linux",
    distribution=frozenset({"debian"}),
    engine=Engine.MISSING,
    base=None,
    root=True,
    sudo=False,
    systemd=True,
)
READY = replace(DEBIAN, engine=Engine.ANSWERS, base=True)


@pytest.mark.parametrize(
    ("facts", "steps"),
    [
        (READY, ()),
        (replace(READY, base=None), ()),
        (replace(READY, base=False), (Install(("mmdebstrap",)),)),
        (DEBIAN, (Install(("docker.io",)), Start(True))),
        (replace(DEBIAN, systemd=False), (Install(("docker.io",)), Start(False))),
        (
            replace(DEBIAN, distribution=frozenset({"ubuntu", "debian"}), lacking=("iptables",)),
            (Install(("docker.io", "iptables")), Start(True)),
        ),
        (replace(DEBIAN, engine=Engine.STOPPED), (Start(True),)),
        (replace(DEBIAN, engine=Engine.STOPPED, systemd=False), (Start(False),)),
        (replace(DEBIAN, root=False, sudo=True), (Install(("docker.io",)), Start(True))),
    ],
)
def test_steps_follow_from_facts(facts: HostFacts, steps: tuple[host.Step, ...]) -> None:
    assert host.plan(facts) == steps


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (replace(DEBIAN, engine=Engine.DENIED), "usermod -aG docker"),
        (replace(DEBIAN, engine=Engine.DENIED), "newgrp docker"),
        (replace(DEBIAN, system="Darwin", distribution=frozenset()), "Docker Desktop or Colima"),
        (replace(DEBIAN, system="Windows", distribution=frozenset()), "WSL 2"),
        (replace(DEBIAN, distribution=frozenset({"fedora"})), "dnf install"),
        (replace(DEBIAN, distribution=frozenset({"rocky", "rhel"})), "dnf install"),
        (replace(DEBIAN, distribution=frozenset({"arch"})), "Docker Engine 20.10 or later"),
        (replace(DEBIAN, root=False), "as root: apt-get install"),
        (replace(DEBIAN, engine=Engine.STOPPED, root=False), "start it as root"),
        (replace(READY, base=False, distribution=frozenset({"arch"})), "bundle load"),
        (
            replace(DEBIAN, engine=Engine.NAMED_AWAY, engine_name="DOCKER_HOST=unix:///gone"),
            "DOCKER_HOST=unix:///gone",
        ),
    ],
)
def test_a_refusal_says_what_to_do(facts: HostFacts, words: str) -> None:
    refusals = [step for step in host.plan(facts) if isinstance(step, Refuse)]
    assert words in refusals[0].message


def test_a_refusal_is_one_line_and_installs_nothing_named_by_the_user_elsewhere() -> None:
    steps = host.plan(replace(DEBIAN, engine=Engine.NAMED_AWAY, engine_name="DOCKER_HOST=x"))
    assert host.packages(steps) == ()
    assert all("\n" not in step.message for step in steps if isinstance(step, Refuse))


def test_one_question_names_everything_that_may_be_installed() -> None:
    asked = host.question(host.plan(replace(DEBIAN, lacking=("iptables",))))
    assert all(name in asked for name in ("docker.io", "iptables", "mmdebstrap"))


@pytest.mark.parametrize(("answer", "words"), [(None, "apt-get install"), (False, "nothing was")])
def test_without_a_yes_nothing_is_installed(answer: bool | None, words: str) -> None:
    with pytest.raises(CouldNotTell, match=words) as raised:
        _agree(host.plan(DEBIAN), DEBIAN, lambda _question: answer)
    assert raised.value.exit_code == 3


def test_who_is_not_root_is_told_to_use_sudo() -> None:
    facts = replace(DEBIAN, root=False, sudo=True)
    assert "sudo apt-get install" in host.unasked(host.plan(facts), root=facts.root)
