from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barelab.model.document import read_document
from barelab.model.loading import load_app, load_exercise, load_lab, load_role
from barelab.support.errors import ContentError

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in [("a", "b"), ("b", "c"), ("c", "d")]
)
BOMBS = {
    "laughs": LAUGHS,
    "deep": "[" * 100_000,
    "wide": "a: [" + "x," * 50_000 + "]",
    "sexagesimal": "a: " + "1:" * 90_000,
}
# Calls and returns of functions, Python's and C's: a second of an idle core takes ten millions or
# more, and unlike a second it is the same on a busy one. The costliest bomb takes 1.5 millions.
MAX_CALLS = 3_000_000
KEYS = st.sampled_from(
    ("title", "nodes", "networks", "role", "count", "variants", "answer", "by", "path", "app")
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | KEYS
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=12,
)
SLOW = settings(
    max_examples=25,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("parser", ["CSafeLoader", "SafeLoader"])
def test_a_bomb_is_left_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: str, parser: str
) -> None:
    monkeypatch.setattr(yaml, "CSafeLoader", getattr(yaml, parser))
    (tmp_path / "x.yaml").write_text(BOMBS[bomb])
    calls = _calls(lambda: _swallow(lambda: read_document(tmp_path / "x.yaml")))
    assert calls < MAX_CALLS


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_takes_less_than_100_mib(tmp_path: Path, bomb: str) -> None:
    (tmp_path / "x.yaml").write_text(BOMBS[bomb])
    tracemalloc.start()
    _swallow(lambda: read_document(tmp_path / "x.yaml"))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 100 * 1024**2


@SLOW
@given(data=st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"\\#?,% \n\t", max_size=60))
def test_any_text_is_read_or_refused(tmp_path: Path, data: str | bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    _swallow(lambda: read_document(path))


@SLOW
@given(tree=TREES, place=st.integers(0, 200))
def test_any_structure_is_loaded_or_refused(root: Path, tree: Any, place: int) -> None:
    files = {
        "labs/simple.yaml": lambda: load_lab("simple", root),
        "images/nginx/role.yaml": lambda: load_role("nginx", root),
        "app/app.yaml": lambda: load_app(root),
        "exercises/nginx/bad-gateway/exercise.yaml": lambda: load_exercise(
            "nginx/bad-gateway", root
        ),
    }
    name = list(files)[place % len(files)]
    sound = (root / name).read_text()
    try:
        (root / name).write_text(yaml.safe_dump(_grafted(yaml.safe_load(sound), tree, place)))
        _swallow(files[name])
    finally:
        (root / name).write_text(sound)


def _grafted(whole: Any, tree: Any, place: int) -> Any:
    """Return the sound structure with one of its values replaced by `tree`."""
    if not isinstance(whole, dict | list) or not whole:
        return tree
    keys = list(whole) if isinstance(whole, dict) else list(range(len(whole)))
    key, rest = keys[place % len(keys)], place // len(keys)
    whole[key] = tree if rest == 0 else _grafted(whole[key], tree, rest - 1)
    return whole


def _calls(work: Callable[[], None]) -> int:
    count = 0

    def tally(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(tally)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _swallow(load: Any) -> None:
    try:
        load()
    except ContentError as error:
        assert error.line >= 1
        str(error).encode()
