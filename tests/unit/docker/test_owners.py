"""The ids of an image's users survive their way through its labels."""

from __future__ import annotations

import shlex
from typing import Any

from barelab.backends.docker import owners
from barelab.backends.docker.owners import Owners
from barelab.render.file import File

KNOWN = Owners({"root": 0, "www-data": 33, "app": 998}, {"root": 0, "app-deploy": 996})


class Engine:
    """Answers for one image, with the labels that a Dockerfile would give it."""

    def __init__(self, written: str) -> None:
        self.labels = dict(pair.split("=", 1) for pair in shlex.split(written))

    def inspect_image(self, _image: str) -> dict[str, Any]:
        return {"Config": {"Labels": self.labels or None}}


def test_what_a_build_writes_is_what_a_node_reads() -> None:
    assert owners.of_image(Engine(KNOWN.as_labels()), "any") == KNOWN  # type: ignore[arg-type]


def test_an_image_of_another_tool_says_nothing() -> None:
    assert owners.of_image(Engine(""), "any") is None  # type: ignore[arg-type]


def test_a_user_who_came_after_the_labels_is_not_known() -> None:
    assert KNOWN.knows(File("/a", b"", 0o644, "app", "app-deploy"))
    assert not KNOWN.knows(File("/a", b"", 0o644, "postgres", "root"))
