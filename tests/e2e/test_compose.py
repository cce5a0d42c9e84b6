"""The committed compose copy works with plain docker compose, and leaves nothing."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from barelab.backends.docker.backend import DockerBackend
from barelab.backends.docker.image_store import ImageStore
from barelab.bench.compose_tool import ensure_compose
from barelab.bench.contestants import free_places
from barelab.launcher.prebuild import ensure_images
from barelab.model.loading import load_lab

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
CA = "/usr/local/share/ca-certificates/seat.crt"
FOLDER = ROOT / "compose" / "simple"
# Beside as many nodes, other tests would wait too long.
MANY = 20
OTHERS = [
    pytest.param(
        path.name, marks=[pytest.mark.alone] if len(load_lab(path.name).nodes) > MANY else []
    )
    for path in sorted(FOLDER.parent.iterdir())
    if path != FOLDER
]


@dataclass(frozen=True)
class Project:
    """A copy of the lab with a name, addresses and ports of its own."""

    tool: tuple[str, ...]
    name: str
    env: dict[str, str]
    folder: Path = FOLDER

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self.tool, "--project-name", self.name, *arguments],
            cwd=self.folder,
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            timeout=400,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def left(self) -> list[str]:
        mark = f"label=com.docker.compose.project={self.name}"
        lists = (["ps", "--all"], ["volume", "ls"], ["network", "ls"])
        return [
            line
            for words in lists
            for line in subprocess.run(
                ["docker", *words, "--quiet", "--filter", mark],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.split()
        ]


@pytest.fixture(scope="module")
def project(images: None) -> Iterator[Project]:
    found = Project(ensure_compose(), f"barelab-t-{secrets.token_hex(3)}", free_places())
    try:
        found.run("up", "--wait", "--no-build")
        yield found
    finally:
        found.run("down", "--volumes")


@pytest.mark.always
def test_the_page_shows_data_once_compose_says_ready(project: Project) -> None:
    asked = project.run(*("exec", "-T", "web1", "curl", "-fsS", "https://portal.simple.localhost/"))
    assert 'class="newest-name"' in asked


def test_the_page_is_published_with_a_certificate_of_the_copys_own_authority(
    project: Project, tmp_path: Path
) -> None:
    port, host = project.env["BARELAB_HTTPS"], "portal.simple.localhost"
    authority = tmp_path / "authority.crt"
    authority.write_text(project.run("exec", "-T", "web1", "cat", CA))
    ask = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", host]
    judge = ["-verify_return_error", "-verify_hostname", host, "-CAfile", str(authority)]
    done = subprocess.run(
        [*ask, *judge], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20
    )
    assert "Verify return code: 0 (ok)" in done.stdout, done.stderr


def test_a_node_knows_only_its_own_secrets(project: Project) -> None:
    script = "ls / /etc/ssl/barelab; mount; find / -xdev -name '*.key' -path '*barelab*'"
    seen = project.run("exec", "-T", "db1", "sh", "-c", script)
    assert "/seat" not in seen
    assert "site.key" not in seen
    assert "node.key" in seen


def test_no_service_of_a_node_can_have_the_capability_of_its_start(project: Project) -> None:
    bounds = project.run("exec", "-T", "app1", "grep", "CapBnd", "/proc/1/status").split()[1]
    assert not int(bounds, 16) & 1 << 21


def test_operators_hop_between_nodes(project: Project) -> None:
    hop = ("exec", "-T", "--user", "ops", "web1", "ssh", "-o", "BatchMode=yes", "db1", "hostname")
    assert project.run(*hop).strip() == "db1"


def test_asking_how_the_database_is_leaves_no_line_in_its_log(project: Project) -> None:
    logged = project.run("exec", "-T", "db1", "journalctl", "-q", "-t", "postgres", "-o", "cat")
    assert "ready to accept connections" in logged
    assert "root" not in logged


def test_a_change_on_a_node_outlives_its_restart(project: Project) -> None:
    path = "/etc/nginx/snippets/to-app.conf"
    project.run("exec", "-T", "web1", "sh", "-c", f"echo '# mine' >>{path}")
    project.run("restart", "web1")
    project.run("up", "--wait", "--no-build")
    assert "# mine" in project.run("exec", "-T", "web1", "cat", path)


def test_down_leaves_nothing(project: Project) -> None:
    assert project.left()
    project.run("down", "--volumes")
    assert project.left() == []


@pytest.mark.parametrize("lab", OTHERS)
def test_every_other_copy_comes_up_with_data_and_leaves_nothing(lab: str) -> None:
    found = load_lab(lab)
    ensure_images([found], DockerBackend(), ImageStore(), print)
    name = f"barelab-t-{secrets.token_hex(3)}"
    project = Project(ensure_compose(), name, free_places(), FOLDER.with_name(lab))
    url = f"https://{found.host(found.sites[0])}/"
    try:
        project.run("up", "--wait", "--no-build")
        page = project.run("exec", "-T", found.front, "curl", "-fsS", url)
        assert (found.app.sites[found.sites[0]].shows or "") in page
    finally:
        project.run("down", "--volumes")
    assert project.left() == []
