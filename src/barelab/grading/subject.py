"""What a check asks: from the network, of the engine, and last of all of the nodes."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from barelab.backends.base import NodeSeen, Output
from barelab.grading.access import BESIDE_S, Access
from barelab.grading.answers import Asked
from barelab.grading.evidence import Beside, Changes, Content, Grounds, Told
from barelab.grading.explain import upstream_error
from barelab.grading.files import only_file
from barelab.launcher.front import site_url
from barelab.launcher.probe import Answer
from barelab.model.app import Request
from barelab.model.lab import Lab
from barelab.model.role import Role
from barelab.render.file import File
from barelab.render.nodes import BASE
from barelab.support.errors import CouldNotTell

if TYPE_CHECKING:
    from testinfra.host import Host

FILE_BYTES = 1 << 20
HTTPS = 443
# Longer than a busy laptop makes a good page wait; a third of a check's own time.
PATIENCE_S = 10.0


class Subject:
    """A running lab as one check sees it; notes what it was told from outside."""

    def __init__(self, access: Access, grounds: Grounds) -> None:
        self._access, self._grounds = access, grounds

    @property
    def lab(self) -> Lab:
        """The lab."""
        return self._access.lab

    @property
    def backend_ports(self) -> frozenset[int]:
        """The ports of nodes where what they run on comes in; they are nobody's fault."""
        return self._access.backend.of(self._access.owner).own_ports

    def nonce(self) -> str:
        """Return a text that nobody has seen before."""
        return secrets.token_hex(8)

    def url(self, site: str, path: str = "/") -> str:
        """Return the address of a site's page, as a browser outside asks for it."""
        return site_url(self.lab, site, path, self._access.published.get("https"))

    def secret(self, file: str) -> str:
        """Return the seat's password that nodes keep in a file so named, such as `api-token`."""
        return self._access.secret(file)

    def address(self, node: str, network: str | None = None) -> str:
        """Return a node's address in a network, or in its first one."""
        places = self._access.addresses[node]
        return places[network or self.lab.node(node).networks[0]]

    def roles(self, node: str) -> tuple[Role, ...]:
        """Return the roles of a node, the base that every node has before its own."""
        from barelab.model.role_file import load_role

        base = load_role(BASE, self.lab.path.parent.parent)
        return (base, *(self.lab.roles[role] for role in self.lab.node(node).roles))

    def callers(self, node: str, port: int) -> tuple[str, ...]:
        """Return the nodes with an arrow to a port of a node."""
        ends = {node, self.lab.node(node).group}
        sources = {t.source for t in self.lab.talks if t.port == port and t.target in ends}
        return tuple(n.name for n in self.lab.visible() if sources & {n.name, n.group})

    # From the network, through the probe.

    def ask_site(self, site: str, path: str = "/", *, times: int = 1, **question: Any) -> Asked:
        """Ask for a page through the front door, each time with a fresh nonce in the query.

        When no answer comes, the rest of the times is not asked: a silent site is slow to ask.
        `question` may hold what the probe's `http` takes: `method`, `headers`, `body`, `zeros`,
        `timeout_s`.
        """
        url = self.url(site, path)
        mark = "&" if "?" in path else "?"
        nonces, answers = list[str](), list[Answer]()
        while len(answers) < times and not (answers and answers[-1].error):
            nonces.append(self.nonce())
            answers.append(self.ask(f"{url}{mark}nonce={nonces[-1]}", **question))
        asked = Asked(url, self.lab.front, tuple(nonces), tuple(answers))
        self._grounds.note(asked)
        return asked

    def ask(self, url: str, *, node: str = "", port: int = HTTPS, **question: Any) -> Answer:
        """Send one HTTP request to a node, the front one unless another is named, as for `url`."""
        question.setdefault("timeout_s", PATIENCE_S)
        with self._access.probe() as probe:
            answer = probe.http(
                url, address=self.address(node or self.lab.front), port=port, **question
            )
        self._grounds.note(answer)
        return answer

    def probe(self, kind: str, **question: Any) -> Told:
        """Ask the probe a question of another kind, such as `tcp` or `postgres`."""
        with self._access.probe() as probe:
            answer = Told(probe.ask(kind, **question))
        self._grounds.note(answer)
        return answer

    def request(self, request: Request, key: str = "") -> Asked:
        """Send one of the requests of app.yaml, its key and the API's token filled in."""

        def filled(text: str) -> str:
            return text.replace("{token}", token).replace("{key}", key).replace("{keys}", key)

        token = self.secret("api-token")
        headers = {name: filled(value) for name, value in request.headers.items()}
        body = b""
        if request.json is not None:
            body = filled(json.dumps(dict(request.json))).encode()
            headers["Content-Type"] = "application/json"
        path = filled(request.path)
        return self.ask_site(request.site, path, method=request.method, headers=headers, body=body)

    # Of the engine.

    def engine(self, node: str) -> NodeSeen:
        """Return what the engine knows of a node now."""
        seen = self._access.look()[node]
        self._grounds.note(seen)
        return seen

    def file(self, node: str, path: str) -> Content:
        """Return the content of a node's file, fetched by the engine, at most `FILE_BYTES` long."""
        archive = self._access.backend.fetch(self._access.ref(node), path, FILE_BYTES)
        content = Content(only_file(archive, f"{node}:{path}"))
        self._grounds.note(content)
        return content

    def changes(self, node: str) -> Changes:
        """Return the paths in which a node's files differ from its image's; takes up to 1 s."""
        found = Changes(self._access.backend.changes(self._access.ref(node)))
        self._grounds.note(found)
        return found

    def made_with(self, node: str) -> tuple[File, ...]:
        """Return the files that a node got when it was made: no answer, but what to compare with.

        Raises:
            CouldNotTell: the node was made by another version of barelab.
        """
        from barelab.grading.made import made_with

        return made_with(self._access, node)

    def reboot(self, node: str) -> None:
        """Reboot a node and return when its start-up has come to an end."""
        from barelab.grading.reboot import reboot

        self._grounds.refuse_late()
        reboot(self._access, (node,))

    # With our own programs, beside a node.

    def beside(self, node: str, *command: str, timeout_s: float = BESIDE_S) -> Beside:
        """Run a program of the probe's image in a node's process and network namespaces.

        The node's files are below /proc/1/root, its processes in /proc. What it sends comes from
        the node's addresses. What it writes stays beside the node for the rest of the grading, so
        it takes a temporary folder of its own.
        """
        self._grounds.refuse_late()
        said = self._access.beside(node, command, timeout_s)
        if said.cut:
            raise CouldNotTell(f"{node}: `{command[0]}` printed more than can be read")
        seen = Beside(said)
        self._grounds.note(seen)
        return seen

    # Of the nodes themselves: explains, and never makes a pass by itself.

    def node(self, name: str) -> Host:
        """Return a node in testinfra's terms."""
        from barelab.grading.testinfra_backend import host

        self._grounds.refuse_late()
        return host(self._access.backend, self._access.ref(name))

    def run(
        self,
        node: str,
        *command: str,
        user: str = "root",
        stdin: bytes = b"",
        timeout_s: float = 10.0,
    ) -> Output:
        """Run a command in a node.

        Raises:
            CouldNotTell: it did not end in time, or printed too much.
        """
        self._grounds.refuse_late()
        ref = self._access.ref(node)
        output = self._access.backend.run(ref, command, user=user, stdin=stdin, timeout_s=timeout_s)
        if output.cut:
            raise CouldNotTell(f"{node}: `{command[0]}` printed more than can be read")
        return output

    # In words.

    def told(self, asked: Asked) -> str:
        """Return question and answers in a line, and what the front node logged of a 502 or 504."""
        failed = [
            n for n, a in zip(asked.nonces, asked.answers, strict=True) if a.status in (502, 504)
        ]
        reason = upstream_error(self._access, failed[-1]) if failed else ""
        return f"{asked.told()}, {reason}" if reason else asked.told()
