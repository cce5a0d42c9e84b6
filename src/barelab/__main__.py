"""Where `barelab` and `python -m barelab` start."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line. The help needs no more than its text, so it gets no more."""
    wants_help = sys.argv[1:] in ([], ["--help"], ["-h"])
    if wants_help and "_BARELAB_COMPLETE" not in os.environ:
        if _help_is_written():
            return
        sys.argv[1:] = ["--help"]
    from barelab.cli.main import run

    code = run()
    # After an interruption something may be under way that takes long. Else all is done, and said;
    # what an interpreter does before it ends takes it 20 ms.
    os._exit(code)


def _help_is_written() -> bool:
    with open(os.path.dirname(__file__) + "/cli/help.txt", "rb") as text:  # noqa: PTH120, PTH123
        try:
            os.write(1, text.read())
        except OSError:  # to be met again, and told, where every error is
            return False
    return True


if __name__ == "__main__":
    main()
