"""A company's CA bundle, proxies and mirror reach an image's build, and nothing of them stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from barelab.backends.base import ImageSpec, SeatRef
from barelab.backends.docker.backend import DockerBackend

if TYPE_CHECKING:
    from docker import APIClient

MARK = "company-mark-5d1f"
TAG = "barelab/test-company:1"
# The script itself says whether everything reached it: it fails where something did not.
SCRIPT = f"""
set -eu
grep -q {MARK} "$SSL_CERT_FILE"
grep -q {MARK} "$PIP_CERT"
test "$https_proxy" = http://{MARK}:3128
test "$HTTPS_PROXY" = http://{MARK}:3128
apt-config dump | grep -q 'Acquire::https::CAInfo'
apt-get update --print-uris | grep -q http://{MARK}/debian
echo made >/var/lib/made
"""


@pytest.fixture
def image(
    images: None, engine: APIClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """An image built in a company's network."""
    bundle, script = tmp_path / "ca.crt", tmp_path / "install.sh"
    bundle.write_text(f"# {MARK}\n")
    script.write_text(SCRIPT)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("https_proxy", f"http://{MARK}:3128")
    monkeypatch.setenv("BARELAB_APT_MIRROR", f"http://{MARK}/debian")
    backend = DockerBackend()
    base = next(tag for tag in backend.observe().images if tag.startswith("barelab/base:"))
    spec = ImageSpec(TAG, "test-company", base, {"install.sh": script})
    backend.build_image(spec, SeatRef("simple", "t-company"), lambda _: None)
    yield TAG
    engine.remove_image(TAG, force=True)


def test_nothing_of_the_company_stays_in_the_image(image: str, engine: APIClient) -> None:
    told = str(engine.inspect_image(image)) + str(engine.history(image))
    assert MARK not in told
    found = engine.create_container(
        image, ["grep", "-rlI", "--exclude-dir=proc", "--exclude-dir=sys", MARK, "/"]
    )["Id"]
    try:
        engine.start(found)
        code = engine.wait(found)["StatusCode"]
        assert (code, engine.logs(found)) == (1, b"")
    finally:
        engine.remove_container(found, force=True)


def test_what_runs_from_an_image_does_not_count_as_a_seats(image: str, engine: APIClient) -> None:
    stranger = engine.create_container(image, ["sleep", "60"])["Id"]
    try:
        engine.start(stranger)
        seen = DockerBackend().observe()
        assert stranger not in {thing.id for thing in (*seen.nodes, *seen.builds)}
    finally:
        engine.remove_container(stranger, force=True)
