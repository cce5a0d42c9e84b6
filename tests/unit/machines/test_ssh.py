"""Commands over SSH: what they print, how they end, and what is said when nobody answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from barelab.backends.vagrant import ssh
from barelab.support.errors import CouldNotTell, Gone

# In place of OpenSSH: runs here what it would run there. The address decides whether one answers.
PROGRAM = """#!/bin/sh
while [ $# -gt 0 ] && [ "$1" != -- ]; do address=$1; shift; done
[ "$address" != away ] || { echo "ssh: connect to host away port 2200: No route" >&2; exit 255; }
shift
exec sh -c "$*"
"""


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put it first into the path, and everything that is kept into a folder of the test's."""
    found = tmp_path / "bin" / "ssh"
    found.parent.mkdir()
    found.write_text(PROGRAM)
    found.chmod(0o755)
    monkeypatch.setenv("PATH", f"{found.parent}:/usr/bin:/bin:/usr/sbin:/sbin")
    monkeypatch.setattr(ssh.boxes, "key", lambda: tmp_path / "key")


def way(address: str = "here") -> ssh.Way:
    return ssh.Way("web1", "barelab.simple.default.web1", lambda: address)


def test_output_errors_and_exit_code_come_back() -> None:
    done = way().run(("sh", "-c", "echo out; echo err >&2; exit 3"))
    assert (done.exit_code, done.stdout, done.stderr) == (3, b"out\n", b"err\n")
    assert not done.cut


def test_words_arrive_as_they_were_given() -> None:
    assert way().run(("printf", "%s|", "a b", "$HOME", "it's", "")).text == "a b|$HOME|it's||"


def test_standard_input_of_any_size_is_sent() -> None:
    data = b"x" * (1 << 20)
    assert way().run(("wc", "-c"), stdin=data).text == str(len(data))


def test_what_prints_without_end_is_cut() -> None:
    done = way().run(("sh", "-c", "yes"), cap_bytes=1000)
    assert (done.cut, len(done.stdout)) == (True, 1000)


def test_a_command_that_does_not_end_is_given_up() -> None:
    with pytest.raises(CouldNotTell, match=r"`sleep` on web1 did not end in time"):
        way().run(("sleep", "60"), timeout_s=0.2)


def test_a_machine_that_is_away_is_named_with_what_ssh_says() -> None:
    with pytest.raises(CouldNotTell, match=r"web1 does not answer: .*No route"):
        way("away").run(("true",))
    assert not way("away").answers()
    assert way().answers()


def test_output_is_handed_on_with_the_exit_code() -> None:
    out, err = bytearray(), bytearray()
    script = ("sh", "-c", "cat; echo err >&2; exit 4")
    assert way().pass_through(script, "root", b"said", out.extend, err.extend) == 4
    assert (bytes(out), bytes(err)) == (b"said", b"err\n")


def test_a_program_answers_line_by_line_until_it_ends() -> None:
    stream = way().stream(("sh", "-c", 'read -r a; echo "got $a"; read -r b; echo "and $b"'), "it")
    assert stream.ask(b"one", 5.0) == b"got one"
    assert stream.ask(b"two", 5.0) == b"and two"
    with pytest.raises(Gone, match="it has ended: it said nothing"):
        stream.ask(b"three", 5.0)
    stream.close()


def test_what_a_program_complained_of_is_told_with_its_end() -> None:
    stream = way().stream(("sh", "-c", "echo no module >&2"), "it")
    with pytest.raises(Gone, match="it has ended: no module"):
        stream.ask(b"one", 5.0)
    stream.close()


def test_a_program_that_says_nothing_is_not_waited_for() -> None:
    stream = way().stream(("sleep", "60"), "the program in web1")
    with pytest.raises(CouldNotTell, match=r"the program in web1 did not answer within 0\.1 s"):
        stream.ask(b"hello", 0.1)
    stream.close()


def test_closing_a_way_that_was_never_used_does_nothing() -> None:
    way().close()
