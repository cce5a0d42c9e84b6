"""Asking the siem for its events, beside its node: its Elasticsearch answers nobody else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from barelab.grading.answers import Asked
from barelab.grading.evidence import Beside
from barelab.grading.subject import Subject
from barelab.support.wait import until

# The line that shows it, in the fields that rules ask for, and the rule's name.
Event = dict[str, Any]

_SEARCH = """
import sys, urllib.request
head = {"Content-Type": "application/json"}
asked = urllib.request.Request("http://127.0.0.1:9200/" + sys.argv[1], sys.argv[2].encode(), head)
print(urllib.request.urlopen(asked, timeout=10).read().decode())
"""
_LATEST = 200
# Java takes its time on a busy machine.
START_S = 150.0
# Of what follows within ten seconds one is told.
AGAIN_S = 14.0
# On a busy machine, and where lines had to wait.
TOLD_S = 100.0


def siem(on: Subject) -> str:
    """Return the siem's node."""
    return on.lab.with_role("siem")[0].name


def search(on: Subject, path: str, query: dict[str, Any]) -> tuple[dict[str, Any], Beside]:
    """Return what the siem's Elasticsearch answers to a query, waiting for one that starts.

    Raises:
        AssertionError: it does not answer within `START_S`.
    """
    seen: list[Beside] = []

    def answered() -> str:
        asked = ("python3", "-I", "-c", _SEARCH, path, json.dumps(query))
        seen.append(on.beside(siem(on), *asked))
        return seen[-1].text

    answer = until(answered, START_S, every_s=1.0)
    assert answer, f"Elasticsearch of {siem(on)} does not answer"
    return json.loads(answer), seen[-1]


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the documents of an answer."""
    return [hit["_source"] for hit in answer["hits"]["hits"]]


def events(on: Subject, word: str, rule: str = "") -> tuple[list[Event], Beside]:
    """Return the latest events, of one rule or of all, whose evidence has a word in it.

    Raises:
        AssertionError: nobody answers.
    """
    query = {"size": _LATEST, "sort": [{"alert_time": {"order": "desc", "unmapped_type": "date"}}]}
    answer, seen = search(on, "siem/_search", query)
    found = [
        row["match_body"] | {"rule": row["rule_name"]} for row in rows(answer) if "rule_name" in row
    ]
    found = [each for each in found if rule in ("", each["rule"])]
    return [each for each in found if word in each["message"]], seen


def told(
    on: Subject,
    acts: Mapping[str, Callable[[], str]],
    rule: str = "",
    within_s: float = TOLD_S,
) -> tuple[list[Event], list[Beside]]:
    """Return the event of each act, by its name, with its `word`, and what was seen.

    It counts for `within_s` seconds after the act, and where a `rule` is named, as its event.

    An act returns a word that nobody has seen before, which the line of its evidence has. It is
    done again where it may have come too soon after another: of what a rule finds on a node within
    ten seconds one is told.

    Raises:
        AssertionError: within `TOLD_S` one is no event.
    """
    found: dict[str, Event] = {}
    words: dict[str, tuple[str, float]] = {}
    seen: list[Beside] = []

    def all_told() -> bool:
        for word, (name, late) in words.items():
            if name not in found and time.monotonic() < late:
                those, beside = events(on, word, rule)
                if those:
                    found[name] = those[0] | {"word": word}
                    seen.append(beside)
        return len(found) == len(acts)

    events(on, on.nonce())  # waits for a siem that starts
    deadline = time.monotonic() + TOLD_S
    while len(found) < len(acts) and time.monotonic() < deadline:
        for name in (each for each in acts if each not in found):
            words[acts[name]()] = (name, time.monotonic() + within_s)
        until(all_told, AGAIN_S, every_s=0.5)
    left = " and ".join(name for name in acts if name not in found)
    assert not left, f"tried for {TOLD_S:g} s: {left} is no event after {within_s:g} s"
    return [found[name] for name in acts], seen


def attack(
    on: Subject, *paths: str, rule: str = "", within_s: float = TOLD_S
) -> tuple[list[Event], list[Asked | Beside]]:
    """Return the event of a request for each path that no visitor asks for, and what was seen.

    Raises:
        AssertionError: there is no answer, or no event.
    """
    answers: list[Asked] = []

    def ask(path: str) -> str:
        answers.append(on.ask_site(on.lab.sites[0], path))
        assert answers[-1].first.status, on.told(answers[-1])
        return answers[-1].nonces[0]

    found, seen = told(
        on, {f"a request for {path}": partial(ask, path) for path in paths}, rule, within_s
    )
    return found, [*answers, *seen]
