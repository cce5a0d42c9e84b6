"""`bench` measures whole processes beside docker compose, and leaves nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tools.whole import barelab

pytestmark = pytest.mark.e2e


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "barelab", "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=1200)


@pytest.mark.always
def test_the_help_is_measured_beside_a_bare_start_of_python() -> None:
    done = bench("--only", "help", "--rounds", "1", "--json")
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)["results"]
    assert result["target"] == 2.0
    assert len(result["ratio"]["values"]) == len(result["seconds"]["values"]) >= 10


@pytest.mark.always
def test_an_unknown_case_is_named_with_those_that_are() -> None:
    done = bench("--only", "nothing")
    assert done.returncode == 2
    assert "lab, many, running, help" in done.stderr


def test_a_lab_is_measured_beside_its_compose_copy_and_nothing_stays() -> None:
    done = bench("--only", "lab", "--rounds", "1", "--json")
    assert done.returncode == 0, done.stderr
    up, down, *floor = json.loads(done.stdout)["results"]
    assert (up["beside"]["name"], up["target"]) == ("docker compose", 0.7)
    assert (down["name"], down["target"]) == ("down simple", 0.8)
    assert up["reached"] in (True, False)
    assert [(each["name"], each["beside"]["name"], each["target"]) for each in floor] == [
        ("up simple", "containers that sleep", None),
        ("down simple", "containers that sleep", None),
    ]
    mark = "label=com.docker.compose.project=barelab-bench"
    listed = ["docker", "ps", "--all", "--quiet", "--filter", mark]
    assert not subprocess.run(listed, capture_output=True, text=True, check=True).stdout


@pytest.mark.always
def test_what_each_node_takes_of_memory_is_measured_and_nothing_stays() -> None:
    done = bench("--memory", "--rounds", "1", "--json")
    assert done.returncode == 0, done.stderr
    nodes = {each["name"]: each for each in json.loads(done.stdout)["nodes"]}
    assert list(nodes) == ["web1", "app1", "db1", "probe"]
    assert all(0 < each["mib"]["median"] < each["limit_mib"] for each in nodes.values())
    census = barelab("census", "--json")
    assert not [r for r in json.loads(census.stdout)["resources"] if "bench" in r["seat"]]
