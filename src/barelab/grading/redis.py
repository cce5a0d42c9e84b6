"""Asking a Redis in its own protocol, from a node that may."""

from __future__ import annotations

import json
from collections.abc import Sequence

from barelab.grading.evidence import Beside
from barelab.grading.subject import Subject

# Runs beside a node that may ask: sends commands in Redis' own protocol and prints the answers.
ASK = """
import json, socket, ssl, sys
words = json.loads(sys.argv[1])
trust = ssl.create_default_context(cafile="/proc/1/root/etc/ssl/certs/ca-certificates.crt")
said = []
try:
    link = socket.create_connection((words["address"], words["port"]), 5)
    link.settimeout(5)
    if words["tls"]:
        link = trust.wrap_socket(link, server_hostname=words["name"])
    stream = link.makefile("rwb")
    for command in words["commands"]:
        stream.write(b"*%d\\r\\n" % len(command))
        for word in command:
            sent = b"x" * word if isinstance(word, int) else word.encode()
            stream.write(b"$%d\\r\\n%s\\r\\n" % (len(sent), sent))
        stream.flush()
        line = stream.readline().decode().strip()
        if line[:1] == "$" and line != "$-1":
            line = stream.read(int(line[1:]) + 2).decode().strip()
        said.append(line)
except OSError as error:
    said.append(f"{type(error).__name__}: {error}")
print(json.dumps(said))
"""


def ask_redis(
    on: Subject, node: str, port: int, commands: Sequence[Sequence[str | int]], *, tls: bool = True
) -> tuple[list[str], Beside]:
    """Return a line of answer to each command, sent from beside a node with an arrow to it.

    A number among a command's words stands for a text of so many letters. The last line is the
    error where the connection broke.
    """
    words = {
        "address": on.address(node),
        "name": node,
        "port": port,
        "tls": tls,
        "commands": commands,
    }
    seen = on.beside(on.callers(node, port)[0], "python3", "-I", "-c", ASK, json.dumps(words))
    assert seen.output.exit_code == 0, seen.output.stderr.decode(errors="replace")[-300:]
    return json.loads(seen.text), seen


def refuses_strangers(
    on: Subject, node: str, port: int, logins: Sequence[Sequence[str]], question: Sequence[str]
) -> tuple[str, list[Beside]]:
    """Return what a Redis says to whoever has no password, and what was seen.

    Asks without TLS, with TLS and no log-in, and then with each log-in that must not be one.

    Raises:
        AssertionError: it answers one of them.
    """
    plain, saw = ask_redis(on, node, port, [["PING"]], tls=False)
    assert "PONG" not in plain[-1], f"{node} answers without TLS: {plain[-1]}"
    seen = [saw]
    for login in ([], *([each] for each in logins)):
        answers, saw = ask_redis(on, node, port, [*login, question])
        told = answers[-1]
        assert "NOAUTH" in told, f"{node} answers {login or 'who says nothing'}: {told}"
        seen.append(saw)
    return told, seen


def refuses_commands(
    on: Subject, node: str, port: int, login: Sequence[str], commands: Sequence[Sequence[str]]
) -> tuple[str, list[Beside]]:
    """Return what a Redis says to the last command that the application must not give.

    Raises:
        AssertionError: it obeys one of them.
    """
    seen = []
    for command in commands:
        answers, saw = ask_redis(on, node, port, [login, command])
        told = answers[-1]
        assert "NOPERM" in told, f"{node} lets the application {command[0]}: {told}"
        seen.append(saw)
    return told, seen
