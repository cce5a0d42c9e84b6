"""Small helpers for the words in messages."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHOWN = 60
_SIMILAR = 0.65  # difflib's ratio: db2 is near db1, sites is not near titel
# CSI, OSC and other escape sequences, then every control character but tab and newline.
_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]",
    re.DOTALL,
)


def clean(text: str) -> str:
    """Return text from elsewhere without anything that a terminal would obey."""
    return _SEQUENCES.sub("", text)


def nearest(word: str, words: Iterable[str], at_most: int = 3) -> tuple[str, ...]:
    """Return those of `words` that `word` may be a slip of, the most similar first."""
    from difflib import get_close_matches

    return tuple(get_close_matches(word, sorted(set(words)), n=at_most, cutoff=_SIMILAR))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return the end of a message, as in "; did you mean 'simple'?", or "" when nothing is near."""
    near = nearest(word, words)
    return f"; did you mean {' or '.join(map(quoted, near))}?" if near else ""


def quoted(text: str) -> str:
    """Return the text in quotes, cut when long and with no control character left as it is."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")
