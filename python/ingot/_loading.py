"""Loads the extension module so that its libraries meet nobody else's."""

import ctypes
import importlib
import os
import sys

# A function of libarrow that is there in every version.
_OF_ARROW = "_ZN5arrow12GetBuildInfoEv"


def load() -> None:
    """Imports ingot._ingot. Python loads modules apart from each other, unless somebody asked for RTLD_GLOBAL before:
    where another Arrow stands in the global scope, ours looks for its symbols at home first."""
    before = sys.getdlopenflags()
    flags = os.RTLD_NOW | os.RTLD_LOCAL
    if hasattr(ctypes.CDLL(None), _OF_ARROW):
        flags |= os.RTLD_DEEPBIND
    sys.setdlopenflags(flags)
    try:
        importlib.import_module("ingot._ingot")
    finally:
        sys.setdlopenflags(before)


load()
