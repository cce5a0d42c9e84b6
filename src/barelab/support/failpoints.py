"""Named points at which a test kills this process, to see that the next one copes."""

from __future__ import annotations

import os
import signal


def failpoint(name: str) -> None:
    """Kill this process with SIGKILL when BARELAB_FAILPOINT names this point."""
    if os.environ.get("BARELAB_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
