"""What somebody else removes meanwhile is removed."""

from __future__ import annotations

from typing import cast
from unittest import mock

import pytest
from docker import APIClient
from docker.errors import APIError, NotFound
from requests import Response

from barelab.backends.docker import node

GONE = NotFound("No such container: 1")


def refused(status: int) -> APIError:
    response = Response()
    response.status_code = status
    return APIError("refused", response=response)


def engine(removed: APIError | None, waited: APIError | None = None) -> APIClient:
    remove, wait = mock.Mock(side_effect=removed), mock.Mock(side_effect=waited)
    return cast(APIClient, mock.Mock(remove_container=remove, wait=wait))


@pytest.mark.parametrize(
    ("removed", "waited"),
    [(None, None), (GONE, None), (refused(409), None), (refused(409), GONE)],
)
def test_it_is_gone_whoever_removed_it(removed: APIError | None, waited: APIError | None) -> None:
    node.remove_node(engine(removed, waited), "1")


@pytest.mark.parametrize(
    ("removed", "waited"), [(refused(500), None), (refused(409), refused(500))]
)
def test_what_the_engine_refuses_is_told(removed: APIError, waited: APIError | None) -> None:
    with pytest.raises(APIError, match="500"):
        node.remove_node(engine(removed, waited), "1")
