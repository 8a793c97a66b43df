"""The program ``ingot`` that the wheel carries."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Becomes the program, with the same arguments."""
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_bin", "ingot")
    try:
        os.execv(program, ["ingot", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"ingot: cannot start {program}: {error.strerror}")


if __name__ == "__main__":
    main()
