"""The one tree of errors that a user may see, each class with its exit code."""

from __future__ import annotations

from pathlib import Path


class BarelabError(Exception):
    """What went wrong, where, and what to do, in one line for the user."""

    exit_code = 3


class UsageError(BarelabError):
    """The user asked for something that does not exist or does not fit."""

    exit_code = 2


class ContentError(UsageError):
    """A lab, role or exercise file is wrong; the message starts with FILE:LINE."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line = path, line


class AnswerIsNo(BarelabError):
    """The question was answered, and the answer is no."""

    exit_code = 1


class CouldNotTell(BarelabError):
    """Something that we needed did not answer: engine, node, probe, disk."""

    exit_code = 3


class OutputLost(CouldNotTell):
    """What we print cannot be written."""


class PipeClosed(OutputLost):
    """Whoever read what we print is gone. It is told to nobody."""

    exit_code = 141  # as a shell tells of a program that SIGPIPE ended: 128 and the signal's number


class EngineAway(CouldNotTell):
    """The container engine does not answer or is not there."""


class EngineDenied(EngineAway):
    """The container engine is there, and the user may not use it."""


class Gone(CouldNotTell):
    """A program that answers line by line has ended."""


class NotReady(CouldNotTell):
    """A lab did not become ready; the message names node, unit and its last journal lines."""


class PortTaken(CouldNotTell):
    """A host port that was free when it was chosen is taken by now."""

    def __init__(self, port: int, message: str) -> None:
        super().__init__(message)
        self.port = port


class NotOurs(CouldNotTell):
    """Something that is not ours stands where we would build; it stays untouched."""


class Overtaken(CouldNotTell):
    """What was observed has changed since: look again, then decide anew."""


class SubnetTaken(CouldNotTell):
    """A subnet that was free when it was chosen is taken by now."""
