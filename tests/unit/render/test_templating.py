"""Templates are compiled once for all calls of a user; where nothing can be kept, each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from barelab.render import templating
from barelab.render.templating import render_text
from barelab.support.errors import ContentError
from barelab.support.paths import cache_dir

SOURCE = Path("a.conf.j2")


def afresh() -> None:
    """Forget what this process has compiled, as the next call of barelab has."""
    templating._template.cache_clear()
    templating._environment.cache_clear()


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    afresh()
    yield
    afresh()


def test_what_was_compiled_is_there_for_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    assert render_text("listen {{ port }};\n", {"port": 80}, SOURCE) == "listen 80;\n"
    afresh()
    monkeypatch.setattr("jinja2.Environment.compile", lambda *_, **__: pytest.fail("once more"))
    assert render_text("listen {{ port }};\n", {"port": 81}, SOURCE) == "listen 81;\n"


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same() -> None:
    (cache_dir() / "templates").mkdir()
    templating._environment()
    (cache_dir() / "templates").rmdir()
    assert render_text("{{ word }}", {"word": "yes"}, SOURCE) == "yes"


def test_a_kept_template_still_tells_the_line_of_what_it_lacks() -> None:
    for _ in range(2):
        with pytest.raises(ContentError, match=r"a\.conf\.j2:12.*'port'"):
            render_text("one\nlisten {{ port }};\n", {}, SOURCE, line=11)
        afresh()
