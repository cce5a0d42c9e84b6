"""The content that is made for measuring is sound, and built apart from the real one."""

from __future__ import annotations

from pathlib import Path

from barelab.bench import content_root as made
from barelab.model.loading import load_lab
from barelab.support.paths import content_root


def test_the_lab_of_many_nodes_is_a_lab(tmp_path: Path) -> None:
    lab = load_lab(made.MANY, made.many(tmp_path / "content"))
    assert len(lab.visible()) == 26
    assert lab.front == lab.visible()[0].name


def test_content_that_nobody_built_shares_no_image(tmp_path: Path) -> None:
    folder = made.unbuilt(tmp_path / "content")
    assert set(made.tags("simple", folder)).isdisjoint(made.tags("simple", content_root()))
