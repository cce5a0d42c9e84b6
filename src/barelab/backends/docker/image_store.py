"""Images as one stream, out of an engine and into another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from barelab.backends.docker import base_image
from barelab.backends.docker import client as engine
from barelab.backends.docker.client import translated
from barelab.support.errors import CouldNotTell

if TYPE_CHECKING:
    from docker import APIClient

_CHUNK_BYTES = 1 << 20


class ImageStore:
    """The images of the engine that the user's environment names."""

    def __init__(self) -> None:
        self._client: APIClient = engine.connect(engine.BUILD_S)

    @translated
    def architecture(self) -> str:
        """Return the machine that the engine's images run on, as in "x86_64"."""
        return engine.facts(self._client).architecture

    @translated
    def ensure_root(self, on_line: Callable[[str], None]) -> str:
        """Return the tag of the bare Debian image; pull or make it where it is missing."""
        return base_image.ensure_root(self._client, on_line)

    def stream(self, tags: Iterable[str]) -> Iterator[bytes]:
        """Yield a tar of the images with their tags; layers that they share are in it once.

        Raises:
            CouldNotTell: the engine has not all of them.
        """
        with engine.engine_errors():
            client = self._client
            answer = client.get(
                f"{client.base_url}/v{client.api_version}/images/get",
                params={"names": sorted(tags)},
                stream=True,
                timeout=engine.BUILD_S,
            )
            if not answer.ok:
                raise CouldNotTell(f"the engine cannot give its images: {answer.text.strip()}")
            yield from answer.iter_content(_CHUNK_BYTES)

    @translated
    def load(self, source: BinaryIO | Iterator[bytes], on_line: Callable[[str], None]) -> None:
        """Take the images of such a tar into the engine.

        Raises:
            CouldNotTell: the engine refused it.
        """
        for told in self._client.load_image(source, quiet=True):
            if "error" in told:
                raise CouldNotTell(f"the engine refused the images: {told['error']}")
            if line := str(told.get("stream", "")).strip():
                on_line(line)

    @translated
    def tags(self) -> frozenset[str]:
        """Return the tags of all images that the engine has."""
        return frozenset(t for image in self._client.images() for t in image.get("RepoTags") or ())
