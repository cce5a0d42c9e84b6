"""An interruption is one, whatever the engine says when it is asked what there is by then."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pytest

from barelab.backends.base import Backend, SeatRef
from barelab.cli.lab import changing
from barelab.support.errors import EngineAway

OWNER = SeatRef("simple", "default")


@dataclass
class Engine:
    """A backend that has so many networks, or is away."""

    networks: int | None

    def observe(self, _owner: SeatRef) -> SimpleNamespace:
        if self.networks is None:
            raise EngineAway("it does not answer")
        return SimpleNamespace(nodes=(), networks=("network",) * self.networks)


@pytest.mark.parametrize(
    ("networks", "told"),
    [
        (2, "simple has 2 containers and networks: `barelab up simple` goes on, `barelab down"),
        (0, "simple has nothing yet: `barelab up simple` goes on\n"),
        (None, "what simple has could not be seen (it does not answer): `barelab up simple` goes"),
    ],
)
def test_it_ends_as_one_and_says_how_to_go_on(
    networks: int | None, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    backend = cast(Backend, Engine(networks))
    with pytest.raises(KeyboardInterrupt), changing(backend, OWNER):
        raise KeyboardInterrupt
    assert told in capsys.readouterr().err
