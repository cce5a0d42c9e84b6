"""`verify` says whether a lab is what its picture says: yes, no, or that it could not tell."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tools.claims import Ask, Run, asking, assert_named, running

from barelab.backends.base import SeatRef
from barelab.grading.results import Verdict

pytestmark = pytest.mark.e2e
Barelab = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def seat() -> str:
    """Return the name of this file's own seat."""
    return f"verify-{secrets.token_hex(3)}"


@pytest.fixture(scope="module")
def barelab(seat: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Barelab]:
    """Yield the command line, with the lab up in the seat; both are gone afterwards."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "barelab", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)

    up = call("up", "simple", "--seat", seat)
    assert up.returncode == 0, up.stderr
    yield call
    call("down", "simple", "--seat", seat)


def _checks(said: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(said.stdout)["checks"]}


@pytest.mark.always
def test_a_sound_lab_passes_every_check(barelab: Barelab, seat: str) -> None:
    said = barelab("verify", "simple", "--seat", seat, "--json")
    assert said.returncode == 0, said.stdout
    assert len(_checks(said)) >= 15
    assert {check["verdict"] for check in _checks(said).values()} == {"pass"}


HBA = "/etc/postgresql/17/main/pg_hba.conf"
SSHD = "/etc/ssh/sshd_config.d/50-node.conf"
JOURNALD = "/etc/systemd/journald.conf.d/50-node.conf"
HEADERS = "/etc/nginx/snippets/security-headers.conf"
LAST = "sed -i '$d'"


@pytest.fixture(scope="module")
def ask(barelab: Barelab, seat: str) -> Iterator[Ask]:
    """Yield what runs one check of `verify` by its name, without the others and their reboots."""
    with asking(SeatRef("simple", seat)) as ask:
        yield ask


@pytest.fixture
def run(seat: str) -> Run:
    """Return what runs a command in a node."""
    return running(SeatRef("simple", seat))


def _sql(statement: str) -> str:
    return f'runuser -u postgres -- psql -q app -c "{statement}"'


def _reloaded(command: str, unit: str) -> str:
    return f"{command}; systemctl reload {unit}; sleep 1"


def _hba(command: str) -> str:
    return _reloaded(command, "postgresql@17-main")


def _sshd(command: str) -> str:
    return f"{command}; systemctl try-restart ssh.service"


def _journald(command: str) -> str:
    return f"{command}; systemctl restart systemd-journald; journalctl --flush"


FALSE = [
    (
        "nginx.tls_versions",
        "web1",
        _reloaded(
            "sed -i 's/TLSv1.3;/TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;/'"
            " /etc/nginx/nginx.conf",
            "nginx",
        ),
        _reloaded("sed -i 's/TLSv1 .*SECLEVEL=0;/TLSv1.3;/' /etc/nginx/nginx.conf", "nginx"),
    ),
    (
        "nginx.headers",
        "web1",
        _reloaded(f"sed -i 's/max-age=60/max-age=0/' {HEADERS}", "nginx"),
        _reloaded(f"sed -i 's/max-age=0/max-age=60/' {HEADERS}", "nginx"),
    ),
    (
        "django.uploads_refused",
        "app1",
        "sed -i 's/^D:/#D:/' /etc/app/uploads.conf",
        "sed -i 's/^#D:/D:/' /etc/app/uploads.conf",
    ),
    (
        "postgres.least_privilege",
        "db1",
        _sql("ALTER ROLE app CREATEDB"),
        _sql("ALTER ROLE app NOCREATEDB"),
    ),
    (
        "postgres.least_privilege",
        "db1",
        _sql("GRANT CREATE ON DATABASE app TO app"),
        _sql("REVOKE CREATE ON DATABASE app FROM app"),
    ),
    (
        "postgres.least_privilege",
        "db1",
        _sql("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO app"),
        _sql("REVOKE TRUNCATE ON ALL TABLES IN SCHEMA public FROM app"),
    ),
    (
        "postgres.passwords",
        "db1",
        _sql("ALTER ROLE app_owner PASSWORD 'app_owner'"),
        _sql("ALTER ROLE app_owner PASSWORD NULL") + "; systemctl restart postgresql-passwords",
    ),
    *(
        (
            check,
            "db1",
            _hba(f"echo 'hostssl app app_owner 0.0.0.0/0 scram-sha-256' >>{HBA}"),
            _hba(f"{LAST} {HBA}"),
        )
        for check in ("postgres.strangers_refused", "postgres.methods")
    ),
    *(
        (
            check,
            "db1",
            _hba(
                "web=$(getent hosts web1 | cut -d ' ' -f 1);"
                f' echo "hostnossl app app $web/32 scram-sha-256" >>{HBA}'
            ),
            _hba(f"{LAST} {HBA}"),
        )
        for check in ("postgres.web_refused", "postgres.methods")
    ),
    *(
        (
            check,
            "db1",
            _hba(f"sed -i 's/^hostssl /host    /' {HBA}"),
            _hba(f"sed -i 's/^host    /hostssl /' {HBA}"),
        )
        for check in ("postgres.encrypted", "postgres.methods")
    ),
    (
        "base.journal_capped",
        "app1",
        f"sed -i 's/^SystemMaxUse/#SystemMaxUse/' {JOURNALD}",
        f"sed -i 's/^#SystemMaxUse/SystemMaxUse/' {JOURNALD}",
    ),
    (
        "base.journal_capped",
        "app1",
        _journald(f"sed -i 's/^Storage=persistent/Storage=volatile/' {JOURNALD}"),
        _journald(f"sed -i 's/^Storage=volatile/Storage=persistent/' {JOURNALD}"),
    ),
    (
        "base.ssh_keys_only",
        "db1",
        _sshd(
            f"sed -i 's/^KbdInteractiveAuthentication no/KbdInteractiveAuthentication yes/' {SSHD}"
        ),
        _sshd(
            f"sed -i 's/^KbdInteractiveAuthentication yes/KbdInteractiveAuthentication no/' {SSHD}"
        ),
    ),
    (
        "base.ssh_keys_only",
        "db1",
        _sshd(f"echo 'PubkeyAuthentication no' >>{SSHD}"),
        _sshd(f"{LAST} {SSHD}"),
    ),
    (
        "base.ports",
        "app1",
        "systemd-run --quiet --unit=extra --property=Type=exec nc -l -k 0.0.0.0 9999; sleep 1",
        "systemctl stop extra",
    ),
    (
        "base.units",
        "app1",
        "systemctl disable -q app.service app.socket",
        "systemctl enable -q app.service app.socket",
    ),
    (
        "base.units",
        "app1",
        "systemctl disable -q ssh.socket",
        "systemctl enable -q ssh.socket",
    ),
]


@pytest.mark.parametrize(("check", "node", "change", "undo"), FALSE, ids=[row[0] for row in FALSE])
def test_a_claim_that_is_false_is_named(
    ask: Ask, run: Run, check: str, node: str, change: str, undo: str
) -> None:
    assert_named(ask, run, check, node, change, undo)


def test_a_database_that_was_stopped_and_started_is_as_before(ask: Ask, run: Run) -> None:
    run("db1", "systemctl stop postgresql@17-main; systemctl start postgresql@17-main")
    active = "until systemctl is-active --quiet postgresql-passwords; do sleep 0.1; done"
    run("db1", f"timeout 20 sh -c '{active}'")
    assert (said := ask("base.units")).verdict is Verdict.PASS, said


def test_a_lab_that_is_not_as_its_picture_says_is_an_answer(
    barelab: Barelab, seat: str, run: Run
) -> None:
    run("app1", "echo ops:secret | chpasswd")
    try:
        said = barelab("verify", "simple", "--seat", seat, "--json")
    finally:
        run("app1", "usermod -p '!' ops")
    assert said.returncode == 1
    failed = {name for name, check in _checks(said).items() if check["verdict"] != "pass"}
    assert failed == {"base.no_passwords"}, said.stdout


def test_a_lab_that_is_not_up_cannot_be_told_of(tmp_path: Path, barelab: Barelab) -> None:
    said = barelab("verify", "simple", "--seat", "nobody", "--json")
    assert said.returncode == 3
    assert json.loads(said.stdout)["verdict"] == "could-not-grade"
