"""A container is frozen although it moves, and what cannot be frozen is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from unittest import mock

import pytest
from docker import APIClient
from docker.errors import APIError

from barelab.backends.docker import power

MOVING = APIError("500", explanation="OCI runtime pause failed: unable to freeze: unknown")
PAUSED = APIError("409", explanation="Container 1 is already paused")
GONE = APIError("404", explanation="No such container: 1")


def engine(answers: Sequence[APIError | None]) -> APIClient:
    return cast(APIClient, mock.Mock(pause=mock.Mock(side_effect=answers)))


@pytest.mark.parametrize("answers", [[None], [MOVING, MOVING, None], [MOVING, PAUSED], [PAUSED]])
def test_it_is_tried_until_it_stands_still(answers: Sequence[APIError | None]) -> None:
    client = engine(answers)
    power.pause(client, "1")
    assert cast(mock.Mock, client).pause.call_count == len(answers)


def test_what_cannot_be_frozen_is_told() -> None:
    with pytest.raises(APIError, match="404"):
        power.pause(engine([GONE]), "1")
    with (
        mock.patch.object(power, "_FREEZING_S", 0.0),
        pytest.raises(APIError, match="500"),
    ):
        power.pause(engine([MOVING] * 9), "1")
