"""Files that the engine fetched from a node, as a tar that nobody has to trust."""

from __future__ import annotations

import io
import tarfile

from barelab.support.errors import CouldNotTell


def only_file(archive: bytes, where: str) -> bytes:
    """Return the content of the one regular file in a tar.

    Raises:
        CouldNotTell: there is none: it is a folder, a link or a device.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            entry = tar.next()
            content = tar.extractfile(entry) if entry and entry.isreg() else None
            if content is not None:
                return content.read()
    except tarfile.TarError as error:
        raise CouldNotTell(f"{where} did not arrive whole: {error}") from error
    raise CouldNotTell(f"{where} is not a regular file")
