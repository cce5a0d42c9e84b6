"""Compiled templates, kept: to compile those of a small lab takes a sixth of a second of a core."""

from __future__ import annotations

from contextlib import suppress

from jinja2.bccache import Bucket, FileSystemBytecodeCache

from barelab.support.paths import cache_dir


class Compiled(FileSystemBytecodeCache):
    """Those of this user; where none can be written, they are compiled again."""

    def __init__(self) -> None:
        folder = cache_dir() / "templates"
        folder.mkdir(exist_ok=True)
        super().__init__(str(folder))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write one down."""
        with suppress(OSError):
            super().dump_bytecode(bucket)
