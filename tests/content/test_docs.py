"""What the documentation shows exists: commands, options, files, pictures."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from barelab.cli.main import COMMANDS, barelab
from barelab.dev.pages import CONSOLE, blocks, calls, not_printed, pages

ROOT = Path(__file__).resolve().parents[2]
PAGES = pages(ROOT)
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
INLINE = re.compile(r"`(?:\./)?barelab ([a-z][^`]*)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
SHELLS = ("sh", "bash")
LARGEST_BYTES = 150 * 1024


def spoken(text: str) -> list[str]:
    """Return every command line of barelab that a page shows or speaks of."""
    found = [match[1] for match in INLINE.finditer(text)]
    for block in blocks(text):
        lines = block.text.splitlines() if block.language in SHELLS else []
        if block.language == CONSOLE:
            lines = [call.command for call in calls(block)]
        for line in lines:
            program, _, rest = line.partition(" ")
            if program in ("barelab", "./barelab"):
                found.append(rest)
    return found


def fault(line: str) -> str:
    """Return what is wrong with a command line, or nothing."""
    command: click.Command = barelab
    context = click.Context(barelab, info_name="barelab")
    words = [w for w in shlex.split(line.partition("#")[0]) if w not in ("|", ">>", "&&")]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        found = command.get_command(context, name)
        if found is None:
            return f"no command {name}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    known = {option for each in command.get_params(context) for option in each.opts}
    options = [w.partition("=")[0] for w in words[: [*words, "--"].index("--")] if w[0] == "-"]
    unknown = [option for option in options if option not in known]
    return f"no option {', '.join(unknown)} of {command.name}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_that_a_page_shows_exists(page: Path) -> None:
    faults = {line: told for line in spoken(page.read_text()) if (told := fault(line))}
    assert not faults


def test_a_command_that_does_not_exist_is_found() -> None:
    text = "`barelab upp simple`\n\n```console\n$ ./barelab status --jsn\n```\n"
    assert [fault(line) for line in spoken(text)] == [
        "no command upp",
        "no option --jsn of status",
    ]


def test_lines_are_compared_without_their_figures() -> None:
    printed = "db1 running private 10.87.2.132\n[1.5 s] simple (seat x) is down\n"
    assert not_printed(["db1   running  private 10.87.0.9", "..."], printed) == []
    assert not_printed(["db1 stopped private 10.87.0.9"], printed) == [
        "db1 stopped private 10.87.0.9"
    ]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/assets").iterdir()), ids=lambda p: p.name)
def test_a_picture_is_small_and_shown(picture: Path) -> None:
    assert picture.stat().st_size < LARGEST_BYTES
    assert any(picture.name in page.read_text() for page in PAGES)


def test_the_reference_is_made_from_all_commands() -> None:
    text = (ROOT / "docs/commands.md").read_text()
    assert "::: mkdocs-click" in text
    assert ":module: barelab.cli.main" in text
    context = click.Context(barelab)
    assert [name for name in COMMANDS if barelab.get_command(context, name) is None] == []
