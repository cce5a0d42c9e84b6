"""A bundle brings a lab to a machine without a network; an altered one changes nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from barelab.backends.docker.engines.spare import Spare, spare_engine

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(os.geteuid() != 0, reason="a second engine needs root"),
]


@dataclass(frozen=True)
class Saved:
    path: Path
    sha256: str


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    path = tmp_path_factory.mktemp("bundle") / "labs.bundle"
    done = subprocess.run(
        [sys.executable, "-m", "barelab", "bundle", "save", str(path), "simple"],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    found = re.search(r"sha256 of its manifest: ([0-9a-f]{64})", done.stdout)
    assert found
    return Saved(path, found[1])


@pytest.fixture(scope="module")
def island() -> Iterator[Spare]:
    """An empty engine in a network of its own, with nothing but loopback."""
    with spare_engine() as spare:
        yield spare


def barelab(island: Spare, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DOCKER_HOST": island.host, "HOME": str(home)}
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        environment.pop(name, None)
    command = island.inside([sys.executable, "-m", "barelab", *arguments])
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


def tags(island: Spare) -> list[str]:
    from docker import APIClient

    images = APIClient(base_url=island.host, version="auto").images()
    return sorted(tag for image in images for tag in image["RepoTags"] or ())


@pytest.mark.parametrize("at", [pytest.param(0.0, marks=pytest.mark.always), 0.002, 0.5, 0.999])
def test_one_altered_byte_is_refused_and_nothing_changed(
    saved: Saved, island: Spare, tmp_path: Path, at: float
) -> None:
    before = tags(island)
    place = int(saved.path.stat().st_size * at)
    with saved.path.open("r+b") as stream:
        stream.seek(place)
        original = stream.read(1)
        stream.seek(place)
        stream.write(bytes([original[0] ^ 0x20]))
    try:
        done = barelab(island, tmp_path, "bundle", "load", str(saved.path))
    finally:
        with saved.path.open("r+b") as stream:
            stream.seek(place)
            stream.write(original)
    assert (done.returncode, tags(island)) == (1, before)
    assert "nothing was changed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_truncated_one_is_refused_and_nothing_changed(
    saved: Saved, island: Spare, tmp_path: Path
) -> None:
    before, short = tags(island), tmp_path / "short.bundle"
    with saved.path.open("rb") as source:
        short.write_bytes(source.read(1 << 20))
    done = barelab(island, tmp_path, "bundle", "load", str(short))
    assert (done.returncode, tags(island)) == (1, before)


def test_a_bundle_whose_sums_fit_but_that_is_not_the_pinned_one_is_refused(
    saved: Saved, island: Spare, tmp_path: Path
) -> None:
    before = tags(island)
    done = barelab(island, tmp_path, "bundle", "load", str(saved.path), "--sha256", "0" * 64)
    assert (done.returncode, tags(island)) == (1, before)


def test_a_lab_comes_up_and_is_right_with_no_network_at_all(
    saved: Saved, island: Spare, tmp_path: Path
) -> None:
    links = subprocess.run(island.inside(["ip", "-o", "route"]), capture_output=True, text=True)
    assert "default" not in links.stdout

    loaded = barelab(island, tmp_path, "bundle", "load", str(saved.path), "--sha256", saved.sha256)
    assert loaded.returncode == 0, loaded.stderr
    up = barelab(island, tmp_path, "up", "simple", "--json")
    assert up.returncode == 0, up.stderr
    verified = barelab(island, tmp_path, "verify", "simple", "--json")
    wrong = [c for c in json.loads(verified.stdout)["checks"] if c["verdict"] != "pass"]
    assert (verified.returncode, wrong) == (0, [])
    assert barelab(island, tmp_path, "down", "simple").returncode == 0
    census = barelab(island, tmp_path, "census", "--json")
    assert json.loads(census.stdout)["resources"] == []
