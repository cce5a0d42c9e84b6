"""Why a request failed, in the words of the front node's own log. Only ever an explanation."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from barelab.grading.access import Access
from barelab.support.errors import BarelabError
from barelab.support.text import clean

_ERROR = re.compile(r"\[(?:error|crit)\] .*?: \*\d+ (?P<what>.+?)(?: while [^,]*)?, client: ")
_UPSTREAM = re.compile(r'upstream: "(?P<url>[^"]+)"')
_JOURNAL = ("journalctl", "--no-pager", "--output=cat", "--lines=200", "--since=-30s")


def upstream_error(access: Access, nonce: str) -> str:
    """Return what the front node logged of a request, as "upstream app1:8000: connect() ..."."""
    try:
        said = access.backend.run(access.ref(access.lab.front), _JOURNAL, timeout_s=3.0)
    except BarelabError:
        return ""
    lines = (line for line in clean(said.text).splitlines() if nonce in line)
    return next(filter(None, (_explained(access, line) for line in lines)), "")


def _explained(access: Access, line: str) -> str:
    error, upstream = _ERROR.search(line), _UPSTREAM.search(line)
    if error is None:
        return ""
    where = f"upstream {_named(access, upstream.group('url'))}: " if upstream else ""
    return f"{where}{error.group('what')}"[:300]


def _named(access: Access, url: str) -> str:
    parts = urlsplit(url)
    by_address = {a: node for node, places in access.addresses.items() for a in places.values()}
    if parts.hostname in by_address:
        return f"{by_address[parts.hostname]}:{parts.port or 80}"
    return parts.netloc or url
