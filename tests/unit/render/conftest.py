from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from barelab.model.lab import Lab
from barelab.model.loading import load_lab

ROOT = Path(__file__).resolve().parents[3]

THREE = """\
title: Three
summary: One of each.
networks:
  public: {}
  private: {internal: true}
nodes:
  web1: {role: nginx, networks: [public, private]}
  app1: {roles: [release, django], networks: [private]}
  db1: {role: postgres, networks: [private]}
front: web1
sites: [portal, console]
talks:
  - {from: user, to: web1, port: 443}
  - {from: web1, to: app1, port: 8000}
  - {from: app1, to: db1, port: 5432}
"""


@pytest.fixture
def make_lab(tmp_path: Path) -> Callable[[str], Lab]:
    """Return a function that loads a lab file's text, with our own roles and application."""

    def make(text: str) -> Lab:
        (tmp_path / "labs").mkdir(exist_ok=True)
        for name in ("images", "app"):
            if not (tmp_path / name).exists():
                (tmp_path / name).symlink_to(ROOT / name)
        (tmp_path / "labs" / "made.yaml").write_text(text)
        return load_lab("made", tmp_path)

    return make


@pytest.fixture
def three(make_lab: Callable[[str], Lab]) -> Lab:
    """Return a lab of three nodes."""
    return make_lab(THREE)
