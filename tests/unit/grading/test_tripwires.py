"""Tools that were altered are seen from outside, and make every verdict void."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from barelab.grading import Evidence, Subject, check, evidence, tripwires
from barelab.grading.results import Verdict
from barelab.grading.tripwires import ToolsAltered, look, run_guarded
from barelab.support.errors import CouldNotTell


@check("answers")
def answers(on: Subject) -> Evidence:
    return evidence("it does", on.ask_site("portal"))


@pytest.mark.parametrize(
    ("sight", "changed", "deep", "told"),
    [
        ({"altered": ["/usr/bin/systemctl"]}, (), False, "web1 (/usr/bin/systemctl)"),
        ({"mounted": ["/usr/bin/ss"]}, (), False, "web1 (/usr/bin/ss)"),
        ({"init": "/tmp/init"}, (), False, "web1 (process 1 is /tmp/init)"),
        ({}, ("/etc/ld.so.preload",), True, "web1 (/etc/ld.so.preload)"),
        ({}, ("/usr", "/usr/bin", "/usr/bin/curl"), True, "web1 (/usr/bin/curl)"),
        ({}, ("/usr/lib/x86_64-linux-gnu/libc.so.6",), True, "libc.so.6"),
        ({"altered": [f"/usr/bin/{n}" for n in "abcd"]}, (), False, "/usr/bin/c and 1 more)"),
    ],
)
def test_a_hit_is_named_with_the_way_back(
    access: Any, backend: Any, sight: dict[str, Any], changed: Any, deep: bool, told: str
) -> None:
    backend.sight, backend.changed = (lambda _: sight), {"web1": changed}
    with pytest.raises(ToolsAltered) as caught:
        look(access, deep=deep)
    assert str(caught.value).startswith("tools altered on web1 (")
    assert told in str(caught.value)
    assert "`barelab reset web1`" in str(caught.value)


@pytest.mark.parametrize(
    "changed",
    ["/etc/nginx/nginx.conf", "/usr/lib/python3/x.pyc", "/usr/local/bin/mine", "/usr/bin", "/var"],
)
def test_what_administrators_change_is_no_hit(access: Any, backend: Any, changed: str) -> None:
    backend.changed = {"web1": (changed,)}
    assert look(access, deep=True)["web1"].hits == ()


def test_with_altered_tools_nothing_is_graded(access: Any, backend: Any) -> None:
    backend.sight = lambda _: {"altered": ["/usr/bin/curl"]}
    result = run_guarded([answers], access)
    assert result.verdict is Verdict.COULD_NOT_GRADE
    assert result.points == 0
    backend.sight = lambda _: {}
    assert run_guarded([answers], access).verdict is Verdict.PASS


def test_a_node_that_cannot_be_looked_at_is_not_graded(access: Any, backend: Any) -> None:
    backend.blind = b"no python3"
    with pytest.raises(CouldNotTell, match="web1 could not be looked at: no python3"):
        look(access, deep=False)


def _seen(root: Path, created: float) -> dict[str, Any]:
    """Run the program that looks from beside, with this folder as the node's root."""
    source = tripwires._LOOK.read_text().replace('"/proc/1/root"', repr(str(root)))
    source = source.replace('"/proc/1/exe"', '"/proc/self/exe"')  # ours may not be looked at
    command = [sys.executable, "-I", "-c", source, str(created)]
    return dict(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))


def test_the_look_sees_changed_tools_shadows_and_preloads(tmp_path: Path) -> None:
    old = ("usr/bin/systemctl", "usr/sbin/nginx", "usr/lib/x/libc.so.6", "usr/lib/x/notes.txt")
    for name in old:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old")
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    (tmp_path / "usr/local/bin/app-manage").write_text("no shadow")
    later = time.time() + 1
    assert _seen(tmp_path, later)["altered"] == []
    assert _seen(tmp_path, 0.0)["altered"] == sorted(f"/{name}" for name in old[:3])
    (tmp_path / "usr/local/bin/nginx").write_text("a shadow")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/ld.so.preload").touch()
    assert _seen(tmp_path, later)["altered"] == ["/etc/ld.so.preload", "/usr/local/bin/nginx"]
