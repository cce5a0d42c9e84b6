"""`completion`: shell completion, by click's own mechanism."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from barelab.support import console


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a shell's completion script; `barelab completion bash >> ~/.bashrc` installs it."""
    from barelab.cli.main import barelab

    kind = get_completion_class(shell)
    assert kind is not None
    console.say(kind(barelab, {}, "barelab", "_BARELAB_COMPLETE").source())
