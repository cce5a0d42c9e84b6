"""A command as the engine is to start it in a container."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_OPERATOR = "ops"


@dataclass(frozen=True, slots=True)
class Call:
    """A command for `login`, started by the engine as `user`, who may have to become `login`."""

    container: str
    command: Sequence[str]
    user: str = "root"
    login: str = "root"

    def options(self, terminal: str, **more: Any) -> dict[str, Any]:
        """Return the arguments of the engine's exec; operators' commands start in their home."""
        home = f"/home/{_OPERATOR}" if self.login == _OPERATOR else "/"
        return {
            "container": self.container,
            "cmd": list(self.command),
            "stdin": True,
            "user": self.user,
            "workdir": home,
            "environment": {"TERM": terminal, "LANG": "C.UTF-8", **self._identity(home)},
            **more,
        }

    def _identity(self, home: str) -> dict[str, str]:
        # The engine sets HOME by whom it starts; who becomes somebody else needs the other one's.
        return {} if self.user == self.login else {"HOME": home, "USER": self.login}
