#!/usr/bin/env python3
"""Gives the shared libraries of an installed Python package names of their own.

    tools/private_libraries.py PACKAGE_FOLDER

A process may hold another libarrow or libzstd already: the dynamic linker takes the first library of a name for all who
need that name. So every library in PACKAGE_FOLDER/_lib becomes `ing…` instead of `lib…`, in its file name, in its SONAME,
and wherever the package's libraries, modules and program need it. The names have the same length, so the
files are changed in place.

Symbols marked "unique" (GNU_UNIQUE: static variables of inline functions) are shared by a whole process even between
libraries that were loaded apart from each other. Two versions of Arrow or DuckDB must not do that: they become weak.
"""

import pathlib
import struct
import sys

DT_NEEDED, DT_STRTAB, DT_SONAME = 1, 5, 14
PT_LOAD, PT_DYNAMIC, SHT_DYNSYM = 1, 2, 11
STB_WEAK, STB_GNU_UNIQUE = 2, 10
SYMBOL_BYTES = 24


class Elf:
    """A 64-bit little-endian ELF file with a dynamic section. Raises ValueError for anything else."""

    def __init__(self, path):
        self.path = path
        self.data = bytearray(path.read_bytes())
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path} is no 64-bit little-endian ELF file")
        header = struct.unpack_from("<QQIHHHHHH", self.data, 32)
        self.program_offset, self.section_offset = header[0], header[1]
        self.program_size, self.program_count, self.section_size, self.section_count = header[4:8]
        self.segments = [self._segment(i) for i in range(self.program_count)]
        self.dynamic = self._read_dynamic()

    def _segment(self, index):
        kind, _, offset, address, _, size = struct.unpack_from(
            "<IIQQQQ", self.data, self.program_offset + index * self.program_size
        )
        return kind, offset, address, size

    def _read_dynamic(self):
        ((_, offset, _, size),) = [segment for segment in self.segments if segment[0] == PT_DYNAMIC]
        entries = [struct.unpack_from("<QQ", self.data, offset + i) for i in range(0, size, 16)]
        return [(tag, value) for tag, value in entries if tag != 0]

    def offset_of(self, address):
        """Where an address lies in the file."""
        for kind, offset, start, size in self.segments:
            if kind == PT_LOAD and start <= address < start + size:
                return offset + address - start
        raise ValueError(f"{self.path}: address {address:#x} is in no segment")

    def value(self, tag):
        return next(value for each, value in self.dynamic if each == tag)

    def text_at(self, offset):
        return bytes(self.data[offset : self.data.index(0, offset)]).decode()

    def names(self, tag):
        """(file offset, text) of all entries of that tag."""
        strings = self.offset_of(self.value(DT_STRTAB))
        return [(strings + value, self.text_at(strings + value)) for each, value in self.dynamic if each == tag]

    @property
    def soname(self):
        return next((text for _, text in self.names(DT_SONAME)), self.path.name)

    def symbols(self):
        """File offsets of the dynamic symbols."""
        for i in range(self.section_count):
            at = self.section_offset + i * self.section_size
            kind = struct.unpack_from("<I", self.data, at + 4)[0]
            if kind == SHT_DYNSYM:
                offset, size = struct.unpack_from("<QQ", self.data, at + 24)
                return range(offset, offset + size, SYMBOL_BYTES)
        raise ValueError(f"{self.path}: no table of dynamic symbols")

    def weaken_unique_symbols(self):
        for at in self.symbols():
            info = self.data[at + 4]
            if info >> 4 == STB_GNU_UNIQUE:
                self.data[at + 4] = STB_WEAK << 4 | info & 15

    def rename(self, renamed):
        """Replaces names of libraries by others of the same length."""
        strings = self.offset_of(self.value(DT_STRTAB))
        places = {offset: text for tag in (DT_NEEDED, DT_SONAME) for offset, text in self.names(tag) if text in renamed}
        # Linkers let a text that ends like another one lie inside it.
        taken = {strings + struct.unpack_from("<I", self.data, at)[0] for at in self.symbols()}
        for offset, text in places.items():
            new = renamed[text].encode()
            if len(new) != len(text) or taken & set(range(offset, offset + len(text))):
                raise ValueError(f"{self.path}: cannot rename {text}")
            self.data[offset : offset + len(new)] = new

    def write(self, path):
        mode = self.path.stat().st_mode
        self.path.unlink()
        path.write_bytes(self.data)
        path.chmod(mode)


def private_name(name):
    if not name.startswith("lib"):
        raise ValueError(f"{name} does not begin with lib")
    return "ing" + name[3:]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    package = pathlib.Path(sys.argv[1])
    libraries = []
    for path in sorted((package / "_lib").glob("lib*.so*")):
        if path.is_symlink():
            path.unlink()  # a second name, for linking; wheels know no links
        else:
            libraries.append(Elf(path))
    renamed = {library.soname: private_name(library.soname) for library in libraries}
    for library in libraries:
        name = renamed[library.soname]
        library.weaken_unique_symbols()
        library.rename(renamed)
        library.write(library.path.with_name(name))
    for path in (package / "_bin" / "ingot", *package.glob("_lib/ingot_*.so"), *package.glob("_ingot*.so")):
        user = Elf(path)
        user.rename(renamed)
        user.write(path)


if __name__ == "__main__":
    main()
