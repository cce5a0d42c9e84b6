"""Speaking RELP, in which log servers are sent lines, from beside a node that may or may not."""

from __future__ import annotations

from barelab.grading.evidence import Beside
from barelab.grading.subject import Subject

_OPEN = "open relp_version=0\nrelp_software=verify\ncommands=syslog"
_AUTHORITY = "/etc/ssl/certs/ca-certificates.crt"
# The node's files are below /proc/1/root. In plain text where it is told no authority; prints the
# answers, or how it was refused.
_RELP = """
import socket, ssl, sys
address, port, name, authority, certificate, key, *commands = sys.argv[1:]
root = "/proc/1/root"
try:
    wire = socket.create_connection((address, int(port)), timeout=8)
    if authority:
        trust = ssl.create_default_context(cafile=root + authority)
        if certificate:
            trust.load_cert_chain(root + certificate, root + key)
        wire = trust.wrap_socket(wire, server_hostname=name)
    for number, command in enumerate(commands, 1):
        word, _, data = command.partition(" ")
        wire.sendall(f"{number} {word} {len(data.encode())} {data}\\n".encode())
        said = wire.recv(4096)
        text = " ".join(said.decode(errors="replace").split())
        print((text if text.isprintable() else said.hex()) or "closed")
except OSError as error:
    print("refused:", " ".join(str(error).split()))
"""


def relp(
    on: Subject,
    source: str,
    server: tuple[str, str],
    proof: tuple[str, str],
    *commands: str,
    plain: bool = False,
) -> Beside:
    """Open a session with a server, from beside a node, and give it further commands.

    `server` names a role and one of its ports, `proof` a certificate and its key among the
    source's files; two empty texts are none. Whom it lets in it tells `200 OK`.
    """
    role, port = server
    target = on.lab.with_role(role)[0].name
    where = (on.address(target, "private"), str(on.lab.roles[role].ports[port]), target)
    words = (*where, "" if plain else _AUTHORITY, *proof, _OPEN, *commands)
    return on.beside(source, "python3", "-I", "-c", _RELP, *words)
