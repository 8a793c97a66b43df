"""``python -m ingot``: the program ``ingot``, where it is not on the path."""

from ingot._program import main

main()
