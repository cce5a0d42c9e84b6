"""`simple` comes up on every kind of engine, and no node keeps a capability that it should not."""

from __future__ import annotations

import os

import pytest

from barelab.backends.docker.engines import modern
from barelab.launcher.engines import Kind, Result, try_lab
from barelab.model.loading import load_lab

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(os.geteuid() != 0, reason="a second engine needs root"),
]


def try_simple(kind: Kind) -> Result:
    result = try_lab(kind, load_lab("simple"), print)
    print(result)
    assert (result.systemd, result.sys_admin) == ("running", "no")
    return result


def test_a_lab_comes_up_on_this_machines_engine() -> None:
    result = try_simple(Kind("this machine's"))
    if result.cgroups != "v1":
        pytest.skip("it came up, on cgroup v2: this machine has no v1 to try")
    assert result.recipe == "bind"


@pytest.mark.always
def test_a_lab_comes_up_on_cgroup_v2() -> None:
    result = try_simple(Kind("cgroup v2", 2))
    assert result.cgroups == "v2"
    old = tuple(map(int, result.api.split("."))) < (1, 48)
    assert result.recipe == ("remount" if old else "writable-cgroups")


def test_a_lab_comes_up_on_a_modern_engine_with_writable_cgroups() -> None:
    if modern.built() is None and (lack := modern.lacking()):
        pytest.skip(lack)
    result = try_simple(Kind("modern", 2, modern.build(print), modern.OPTIONS))
    assert (result.cgroups, result.recipe) == ("v2", "writable-cgroups")
