"""The build backend of pyproject.toml: scikit-build-core, once the project's own set-up has brought what the build needs."""

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

from scikit_build_core import build as backend
from scikit_build_core.build import (
    build_sdist as build_sdist,
    get_requires_for_build_editable as get_requires_for_build_editable,
    get_requires_for_build_sdist as get_requires_for_build_sdist,
    get_requires_for_build_wheel as get_requires_for_build_wheel,
    prepare_metadata_for_build_editable as prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel as prepare_metadata_for_build_wheel,
)

ROOT = pathlib.Path(__file__).resolve().parent.parent


def set_up():
    """Installs what is missing, or says the one line to type."""
    # The build environment's own packages are not the set-up's matter.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    result = subprocess.run([ROOT / "tools/setup.sh", "build"], check=False, env=environment, stdout=sys.stderr)
    if result.returncode != 0:
        sys.exit(f"ingot: what the build needs could not be installed; see above, or run {ROOT}/tools/setup.sh")
    # The compiler that `make build` uses, not the one that built Python: the compiler cache is shared then.
    if compiler := shutil.which("c++"):
        os.environ.setdefault("CXX", compiler)
    header = pathlib.Path(sysconfig.get_path("include"), "Python.h")
    if not header.exists():
        sys.exit(f"ingot: {header} is missing; type: apt-get install python3-dev")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    set_up()
    return backend.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    set_up()
    return backend.build_editable(wheel_directory, config_settings, metadata_directory)
