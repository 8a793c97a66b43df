#!/usr/bin/env python3
"""Prints header folder, library and version of the system's DuckDB, or nothing when none fits.

    tools/system_duckdb.py HEADER_FOLDER LIBRARY

tools/setup.sh and cmake/dependencies.cmake both ask it, so that they agree. A fitting one has the functions that
hand out Arrow data (1.4) and is of the same major version as the header that goes with it.
"""

import ctypes
import ctypes.util
import pathlib
import sys

NEEDED = ("duckdb_data_chunk_to_arrow", "duckdb_to_arrow_schema", "duckdb_get_table_names")
HEADERS = ("/usr/local/include", "/usr/include")
FOLDERS = ("/usr/local/lib", "/usr/lib", "/usr/lib64")


def first(folders, name):
    found = [pathlib.Path(folder, name) for folder in folders if pathlib.Path(folder, name).exists()]
    return found[0] if found else None


def main():
    given = sys.argv[1:] + ["", ""]
    header = first([given[0]] if given[0] else HEADERS, "duckdb.h")
    folders = [*FOLDERS, *map(str, pathlib.Path("/usr/lib").glob("*-linux-gnu"))]
    library = pathlib.Path(given[1]) if given[1] else first(folders, "libduckdb.so")
    if header is None or library is None:
        return
    text = header.read_text(encoding="utf-8", errors="replace")
    try:
        loaded = ctypes.CDLL(str(library))
    except OSError:
        return
    if not all(name in text and hasattr(loaded, name) for name in NEEDED):
        return
    loaded.duckdb_library_version.restype = ctypes.c_char_p
    version = loaded.duckdb_library_version().decode().lstrip("v")
    print(f"{header.parent};{library};{version}")


if __name__ == "__main__":
    main()
