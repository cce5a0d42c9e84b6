"""The group of all commands, each loaded when called, and the one place that catches errors."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from barelab import __version__
from barelab.support.errors import BarelabError, PipeClosed, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMPLETE = "_BARELAB_COMPLETE"  # set by the completion script of a shell

_NAME = "barelab"
INTERRUPTED = 130
_COULD_NOT_TELL = 3

# name: (module below barelab.cli, attribute, what it does); in the order of the help.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "up": ("lab", "up", "Bring a lab up and wait until its page answers."),
    "down": ("lab", "down", "Take a lab down. Asks nothing and leaves nothing."),
    "reset": ("lab", "reset", "Make a node, or every node, anew."),
    "status": ("look", "status", "Show every seat: its state, sites and nodes."),
    "list": ("look", "list_labs", "List the labs that can be brought up."),
    "open": ("look", "open_site", "Open a site of a lab in the browser."),
    "shell": ("node", "shell", "Log in to a node as its operator."),
    "exec": ("node", "exec_command", "Run a command in a node."),
    "logs": ("logs", "logs", "Show the journal of a node, or every node's lines."),
    "cp": ("node", "cp", "Copy files between here and a node."),
    "census": ("look", "census", "List everything of seats that exists here."),
    "cost": ("cost", "cost", "What a lab would be as servers, and their price."),
    "verify": ("verify", "verify", "Is this lab what its picture says?"),
    "exercise": ("exercise", "exercise", "Break a lab, repair it, be graded."),
    "progress": ("progress", "progress", "Show what has been passed and what is next."),
    "results": ("signed", "results", "Verify signed results of exercises."),
    "prove": ("prove", "prove", "Prove that every exercise grades right."),
    "drill": ("drill", "drill", "Rehearse an outage under load, with a stopwatch."),
    "render": ("render", "render", "Write a lab as plain compose or as a picture."),
    "doctor": ("doctor", "doctor", "Say what this machine lacks, with remedies."),
    "bundle": ("bundle", "bundle", "Carry labs to machines without a network."),
    "new": ("new", "new", "Write a new exercise, role or lab that explains itself."),
    "bench": ("bench", "bench", "Measure barelab against plain compose."),
    "test": ("dev", "test", "Run barelab's own checks and tests."),
    "dev": ("dev", "dev", "Commands for barelab's developers."),
    "completion": ("completion", "completion", "Print the completion script of a shell."),
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are called, not for the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        loaded = getattr(importlib.import_module(f"barelab.cli.{module}"), attribute)
        return loaded if isinstance(loaded, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        unknown = args and args[0] not in COMMANDS and not args[0].startswith("-")
        if unknown and not ctx.resilient_parsing:
            from barelab.support.text import did_you_mean, quoted

            ctx.fail(f"no command {quoted(args[0])}{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        found = [(name, text) for name, (_, _, text) in COMMANDS.items()]
        names = [CompletionItem(n, help=text) for n, text in found if n.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks and log lines.")
@click.version_option(__version__, prog_name=_NAME)
def barelab() -> None:
    """Replicas of Django production sites on one laptop: break, repair, rehearse."""


def run() -> int:
    """Run the command line and return its exit code; every error becomes one line here."""
    arguments, debug = _without_debug(sys.argv[1:])
    if debug:
        import logging

        logging.basicConfig(level=logging.DEBUG)
    try:
        _open_streams()
        code = _dispatch(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _let_go()
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place where every error ends
        return _ended(error, debug)
    return code


def help_text() -> str:
    """Return what `barelab --help` prints, as click makes it at 80 columns."""
    context = barelab.make_context(
        _NAME, [], resilient_parsing=True, terminal_width=80, max_content_width=80
    )
    return barelab.get_help(context) + "\n"


def _without_debug(words: list[str]) -> tuple[list[str], bool]:
    """Take --debug out wherever it stands, but not out of a command that is meant for a node."""
    end = words.index("--") if "--" in words else len(words)
    ours = [word for word in words[:end] if word != "--debug"]
    return ours + words[end:], len(ours) < end


def _dispatch(arguments: list[str]) -> int:
    asked = os.environ.get(COMPLETE)
    if asked:
        from click.shell_completion import shell_complete

        return shell_complete(barelab, {}, _NAME, COMPLETE, asked)
    try:
        with barelab.make_context(_NAME, arguments) as context:
            barelab.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return 0


def _open_streams() -> None:
    """Let what the caller closed lead nowhere, before a file that we open takes its place.

    Raises:
        UsageError: nobody would hear the answer.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    if sys.stdout is None:
        raise UsageError("standard output is closed; to hear nothing, send it to /dev/null")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _ended(error: Exception, debug: bool) -> int:
    """Tell the user of an error, if he can be told; return its exit code."""
    try:
        return _told(error, debug)
    except BrokenPipeError:
        return PipeClosed.exit_code
    except OSError:  # standard error takes nothing
        return _COULD_NOT_TELL
    finally:
        _let_go()


def _told(error: Exception, debug: bool) -> int:
    if isinstance(error, PipeClosed | BrokenPipeError):
        return PipeClosed.exit_code
    if debug:
        import traceback

        traceback.print_exception(error)
    match error:
        case BarelabError():
            sys.stderr.write(f"barelab: {error}\n")
            return error.exit_code
        case click.Abort():
            return INTERRUPTED
        case click.ClickException():
            error.show()
            return error.exit_code
        case OSError(filename=None, errno=errno.ENOSPC):  # click's own, of a help text
            sys.stderr.write(f"barelab: the output cannot be written: {error.strerror}\n")
            return _COULD_NOT_TELL
    sys.stderr.write(
        f"barelab: internal error: {type(error).__name__}: {error} "
        "(run with --debug for the traceback; please report it)\n"
    )
    return _COULD_NOT_TELL


def _let_go() -> None:
    """Send what was written and not sent yet, where somebody takes it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            if stream is not None:
                stream.flush()
