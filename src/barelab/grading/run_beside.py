"""What runs beside a node: takes commands as lines of JSON, runs each, and tells how it ended.

Runs in a container of the probe's image in the node's namespaces, with Debian's Python and nothing
else: `python3 -I -u -c SOURCE`. One question at a time; its input's end is its own.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time


def run(command: list[str], timeout_s: float, cap_bytes: int) -> dict[str, object]:
    """Return the exit code and output of a command, or that it was late or printed too much."""
    deadline = time.monotonic() + timeout_s
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        return {"error": str(error)}
    told: dict[int, bytearray] = {
        stream.fileno(): bytearray() for stream in (process.stdout, process.stderr) if stream
    }
    out, err = told.values()
    waiting = set(told)
    try:
        while waiting and len(out) + len(err) <= cap_bytes:
            ready = select.select(waiting, [], [], max(0.0, deadline - time.monotonic()))[0]
            if not ready:
                return {"late": True}
            for stream in ready:
                data = os.read(stream, 65536)
                told[stream] += data
                waiting -= set() if data else {stream}
        cut = bool(waiting)
        code = -1 if cut else process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return {"late": True}
    finally:
        end(process)
    written = [base64.b64encode(text[:cap_bytes]).decode() for text in (out, err)]
    return {"exit_code": code, "stdout": written[0], "stderr": written[1], "cut": cut}


def end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a command, and close its pipes."""
    with contextlib.suppress(ProcessLookupError):  # it has ended, and all that it started
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        ended = run(asked["command"], asked["timeout_s"], asked["cap_bytes"])
        print(json.dumps({**ended, "nonce": asked["nonce"]}), flush=True)


if __name__ == "__main__":
    main()
