"""The program ``ingot`` that the wheel carries."""

from __future__ import annotations

import os
import sys

from ingot import _ingot


def path() -> str:
    """Where the program lies: beside the extension module, which in an editable installation is not beside this file."""
    return os.path.join(os.path.dirname(os.path.abspath(_ingot.__file__)), "_bin", "ingot")


def main() -> None:
    """Becomes the program, with the same arguments."""
    program = path()
    try:
        os.execv(program, ["ingot", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"ingot: cannot start {program}: {error.strerror}")


if __name__ == "__main__":
    main()
