"""The front door of a seat, asked as a browser on this machine asks: by its published port."""

from __future__ import annotations

import functools
import http.client
import re
import socket
import ssl
import time
from collections.abc import Callable

from barelab.backends.base import Backend, SeatRef
from barelab.launcher.probe import Answer, Probe
from barelab.model.lab import Lab
from barelab.render.nodes import Site
from barelab.support.errors import CouldNotTell, EngineAway
from barelab.support.patience import patient
from barelab.support.wait import until

# One page, on a machine that does much else: what `up` saw, `status` must see too.
_PAGE_S = 5.0
_BODY_BYTES = 1 << 20
_HERE = "127.0.0.1"
# In access logs, beside the probe's "barelab-probe".
_WHO = {"User-Agent": "barelab"}


def site_url(lab: Lab, site: str, path: str = "/", port: int | None = None) -> str:
    """Return the address of a site's page, as a browser asks for it."""
    return lab.url(site, port or 443) + path


class Front:
    """The page of a lab's first site. `authority` returns the seat's own, as PEM.

    The probe is asked where nothing answers at the port: that of an engine on another machine is
    published there.
    """

    def __init__(
        self,
        backend: Backend,
        lab: Lab,
        owner: SeatRef,
        site: Site,
        authority: Callable[[], bytes],
    ) -> None:
        self._lab, self._site, self._authority = lab, site, authority
        self._probe = Probe(backend, owner)
        self._first = lab.app.sites[lab.sites[0]]
        self._shows = re.escape(self._first.shows or "")

    @property
    def url(self) -> str:
        """The page's address."""
        return site_url(self._lab, self._first.name, self._first.page, self._port)

    def page(self, deadline_s: float) -> Answer:
        """Ask for the page until it shows data from the database, at most `deadline_s` long.

        `matched` of the last answer says whether it does.

        Raises:
            EngineAway: the probe had to be asked, and could not.
        """
        answer = Answer(0, (), b"", 0.0, {}, "no port is published", False)

        def ask() -> bool:
            nonlocal answer
            answer = self._once(self._port)
            return answer.matched

        if self._port:
            until(ask, deadline_s)
        return answer if answer.status else self._from_inside()

    def close(self) -> None:
        """End the probe's program, where it was asked."""
        self._probe.close()

    @property
    def _port(self) -> int:
        return self._site.ports.get("https", 0)

    @functools.cached_property
    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=self._authority().decode())
        return context

    def _once(self, port: int) -> Answer:
        name, began = self._lab.host(self._first.name), time.monotonic()
        asking = http.client.HTTPConnection(name, port)
        try:
            with (
                socket.create_connection((_HERE, port), patient(_PAGE_S)) as raw,
                self._context.wrap_socket(raw, server_hostname=name) as asking.sock,
            ):
                asking.request("GET", self._first.page, headers=_WHO)
                said = asking.getresponse()
                body = said.read(_BODY_BYTES)
        except (OSError, http.client.HTTPException) as error:
            why = str(error) or type(error).__name__
            return Answer(0, (), b"", time.monotonic() - began, {}, why, False)
        shown = said.status == 200 and bool(re.search(self._shows, body.decode(errors="replace")))
        return Answer(said.status, (), body, time.monotonic() - began, {}, "", shown)

    def _from_inside(self) -> Answer:
        """Ask the probe, and take one that is too slow to answer for a page that is not there."""
        try:
            return self._probe.http(
                self.url,
                kind="until",
                address=next(iter(self._site.addresses[self._lab.front].values())),
                port=443,
                deadline_s=0.0,
                timeout_s=_PAGE_S,
                matches=self._shows,
            )
        except EngineAway:
            raise
        except CouldNotTell as error:
            self._probe.close()
            return Answer(0, (), b"", 0.0, {}, str(error), False)
