"""A lab made in another of the ways that its file offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from barelab.model.lab import Lab
from barelab.support.errors import UsageError
from barelab.support.text import did_you_mean, quoted


def parse(text: str) -> tuple[str, str]:
    """Return option and choice of a text like `replication=asynchronous`.

    Raises:
        UsageError: it is none.
    """
    option, sign, choice = text.partition("=")
    if not (option and sign and choice):
        raise UsageError(f"--set {quoted(text)}: write OPTION=CHOICE")
    return option, choice


def chosen(lab: Lab, choices: Mapping[str, str]) -> Lab:
    """Return the lab with the given choices; options that are not named stay as they are.

    Raises:
        UsageError: there is no such option or choice; the error names the nearest.
    """
    for option, choice in choices.items():
        if option not in lab.choices:
            names = ", ".join(lab.choices) or "none"
            hint = did_you_mean(option, lab.choices)
            raise UsageError(f"{lab.name} has no option {quoted(option)}{hint} (options: {names})")
        if choice not in lab.choices[option]:
            names, hint = ", ".join(lab.choices[option]), did_you_mean(choice, lab.choices[option])
            raise UsageError(
                f"{option} of {lab.name} cannot be {quoted(choice)}{hint} (choices: {names})"
            )
    return replace(lab, options={**lab.options, **choices})


def as_kept(lab: Lab, kept: Mapping[str, str]) -> Lab:
    """Return the lab with the choices that a seat was made with, as far as its file has them."""
    known = {option: each for option, each in kept.items() if each in lab.choices.get(option, ())}
    return chosen(lab, known)
