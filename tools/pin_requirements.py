#!/usr/bin/env python3
"""Writes one of tools/requirements/*.txt anew, with the sha256 of every wheel.

    tools/pin_requirements.py test duckdb==2.0.0 polars==2.1.0 pyarrow==26.0.1 pytest==9.0.2

Wheels for x86-64 and arm64 and Debian 12's Python are resolved, downloaded and hashed, so
that tools/setup.sh can install with --require-hashes on both. Leading comment lines of an
existing file are kept. Moving a version is a commit of its own.
"""

import hashlib
import pathlib
import subprocess
import sys
import tempfile

MACHINES = ("x86_64", "aarch64")
GLIBC_OF_DEBIAN_12 = range(17, 37)


def download(requirements, machine, folder):
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_OF_DEBIAN_12]
    platforms += [f"manylinux2014_{machine}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:"]
    command += ["--implementation", "cp", "--python-version", "3.11", "--dest", folder]
    for platform in platforms:
        command += ["--platform", platform]
    subprocess.run(command + requirements, check=True)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    name, requirements = sys.argv[1], sys.argv[2:]
    hashes = {}
    for machine in MACHINES:
        with tempfile.TemporaryDirectory() as folder:
            download(requirements, machine, folder)
            for wheel in sorted(pathlib.Path(folder).iterdir()):
                package, version = wheel.name.split("-")[:2]
                pin = f"{package.lower().replace('_', '-')}=={version}"
                digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
                hashes.setdefault(pin, [])
                if digest not in hashes[pin]:
                    hashes[pin].append(digest)

    target = pathlib.Path(__file__).parent / "requirements" / f"{name}.txt"
    lines = []
    if target.exists():
        for line in target.read_text().splitlines():
            if not line.startswith("#"):
                break
            lines.append(line)
    for pin in sorted(hashes):
        lines.append(" \\\n".join([pin] + [f"    --hash=sha256:{h}" for h in hashes[pin]]))
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
