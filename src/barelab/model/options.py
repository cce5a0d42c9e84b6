"""A lab made in another of the ways that its file offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from barelab.model.lab import PRESENCE, WITHOUT, Lab, Node
from barelab.model.names import PROBE
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


def without(lab: Lab, names: Iterable[str]) -> dict[str, str]:
    """Return the choices that leave nodes or groups of the lab out.

    Raises:
        UsageError: one cannot be left out; the error names the nearest that can.
    """
    can = [option for option, choices in lab.choices.items() if choices == PRESENCE]
    for name in names:
        if name not in can:
            told = ", ".join(can) or "none"
            raise UsageError(
                f"--without {quoted(name)}: {lab.name} can do without {told}"
                f"{did_you_mean(name, can)}"
            )
    return dict.fromkeys(names, WITHOUT)


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
    return _left(replace(lab, options={**lab.options, **choices}))


def as_kept(lab: Lab, kept: Mapping[str, str]) -> Lab:
    """Return the lab with the choices that a seat was made with, as far as its file has them."""
    known = {option: each for option, each in kept.items() if each in lab.choices.get(option, ())}
    return chosen(lab, known)


def _left(lab: Lab) -> Lab:
    """Return the lab without the nodes that are left out, what only they are, and their arrows."""
    gone = {
        option
        for option, choice in lab.options.items()
        if choice == WITHOUT and lab.choices[option] == PRESENCE
    }
    if not gone:
        return lab
    nodes = _whole(lab, [node for node in lab.nodes if node.group not in gone])
    gone = {node.group for node in lab.nodes} - {node.group for node in nodes}
    ends = {*gone, *(node.name for node in lab.nodes if node.group in gone)}
    used = {PROBE, *(role for node in nodes for role in node.roles)}
    return replace(
        lab,
        nodes=nodes,
        talks=tuple(talk for talk in lab.talks if not {talk.source, talk.target} & ends),
        roles={name: role for name, role in lab.roles.items() if name in used},
    )


def _whole(lab: Lab, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the nodes whose roles have all that they need among them."""
    used = {role for node in nodes for role in node.roles}
    kept = [
        n for n in nodes if used.issuperset(need for r in n.roles for need in lab.roles[r].needs)
    ]
    return tuple(nodes) if len(kept) == len(nodes) else _whole(lab, kept)
