"""A wrong file gives one error with its place: exit code 2, no traceback, soon."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tools.content import Content, copied
from tools.seat import PROGRAM

# A hundred times what it takes on a quiet machine: whoever walks through a bomb takes for ever.
LIMIT_S = 20.0
LAB, ROLE = "labs/simple.yaml", "images/nginx/role.yaml"
EXERCISE = "exercises/nginx/bad-gateway/exercise.yaml"
LISTS = {LAB: ("list",), ROLE: ("list",), EXERCISE: ("exercise", "list")}
BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))

FAULTS = [
    ("wrong key", LAB, "front:", "frnt:", "unknown key 'frnt'; did you mean 'front'?"),
    ("wrong type", LAB, "title: Simple", "title: [Simple]", "'title' must be text, not a list"),
    ("wrong reference", LAB, "role: nginx", "role: ngin", "did you mean 'nginx'?"),
    ("name twice", LAB, "  db1:", "  app1:", "there are two nodes named 'app1'"),
    ("key twice", LAB, "front: web1", "front: web1\nfront: web1", "stands here twice"),
    ("unsafe name", LAB, "  db1:", '  "db1;reboot":', "'db1;reboot' must be a name"),
    ("substitution", LAB, "  db1:", '  "$(id)":', "'$(id)' must be a name"),
    ("leading hyphen", LAB, "  db1:", "  -db1:", "'-db1' must be a name"),
    ("newline in a name", LAB, "  db1:", '  "db1\\n":', "must be one line"),
    ("no YAML", LAB, "title: Simple", "title: ]Simple", "is not YAML"),
    ("tag", LAB, "title: Simple", "title: !!python/object/apply:os.system [id]", "the tag '"),
    ("bomb", LAB, "title: Simple", f"a0: &a0 x\n{BOMB}title: Simple", "'&a0' is not allowed"),
    ("depth", LAB, "title: Simple", f"title: {'[' * 100}{']' * 100}", "levels deep"),
    ("size", LAB, "title: Simple", f"title: [{'a, ' * 6000}]", "more than 5000 values"),
    ("wrong key", ROLE, "units:", "unit:", "unknown key 'unit'; did you mean 'units'?"),
    ("wrong type", ROLE, "memory_mib: 64", "memory_mib: much", "must be a whole number"),
    ("wrong reference", ROLE, "[django]", "[djngo]", "did you mean 'django'?"),
    ("out of range", ROLE, "https: 443", "https: 70000", "must be from 1 to 65535"),
    ("tag", ROLE, "title: Nginx", "title: !Nginx x", "the tag '!Nginx' is not allowed"),
    ("wrong key", EXERCISE, "level:", "levl:", "unknown key 'levl'; did you mean 'level'?"),
    ("wrong type", EXERCISE, "minutes: ", "minutes: about ", "must be a whole number"),
    ("wrong reference", EXERCISE, "lab: simple", "lab: simpel", "did you mean 'simple'?"),
    ("alias", EXERCISE, "title: ", "title: *t\n# ", "'*t' is not allowed"),
]


def call(content: Content, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("STATE", "DATA", "CACHE")}
    return subprocess.run(
        [PROGRAM, *words],
        env={**os.environ, **folders, "BARELAB_CONTENT": str(content.root)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return copied(tmp_path / "content")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [fault[1:] for fault in FAULTS],
    ids=[f"{name} in a {Path(file).parts[0]} file" for name, file, *_ in FAULTS],
)
def test_a_fault_is_told_in_one_line_with_file_and_line(
    content: Content, tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    path = content.root / file
    place = path.read_text().partition(old)[0].count("\n") + 1
    content.replace(file, old, new)
    done = call(content, tmp_path, *LISTS[file])
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    where, _, what = line.removeprefix(f"barelab: {path}:").partition(": ")
    assert int(where) in range(place, place + new.count("\n") + 1)
    assert told in what


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("up", "simpel"), "no lab 'simpel'; did you mean 'simple'?"),
        (("exercise", "start", "nginx/bad-gatway"), "did you mean 'nginx/bad-gateway'?"),
        (("up", "../simple"), "no lab '../simple'"),
        (("up", "simple", "--seat", "a;b"), "'a;b' is no name for a seat"),
        (("up", "simple", "--seat=-x"), "'-x' is no name for a seat"),
        (("up", "simple", "--scale", "ap=2"), "did you mean 'app'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_unknown_name_is_told_with_the_nearest(
    content: Content, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = call(content, tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert told in line
