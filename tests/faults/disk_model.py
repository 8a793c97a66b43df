"""A file system as a list of operations, of which a power loss keeps only some.

Live, every call is applied at once, so that paths resolve as they did for the program. Afterwards any subset of the
operations can be applied to the tree that stood there before: an operation names inodes and folders, not paths, and one
that has lost its ground (its file was never created) has no effect.

What a sync promises: fsync of a file keeps its data and size; fsync of a folder keeps the changes of its entries; a
rename between two folders is one operation, kept when either is synced; syncfs keeps all that came before.
"""

import hashlib
import os
import re
import shutil
import stat

class Node:
    def __init__(self, number, is_folder, mode=0o755):
        self.number = number
        self.is_folder = is_folder
        self.mode = mode
        self.entries = {}
        self.data = bytearray()
        self.target = None  # of a symbolic link


class Disk:
    """Nodes by number; node 0 is the root of what is modelled."""

    def __init__(self):
        self.nodes = {}

    @classmethod
    def load(cls, top):
        disk = cls()
        disk.paths = {}
        seen = {}

        def add(path):
            status = os.lstat(path)
            key = (status.st_dev, status.st_ino)
            if key in seen:
                return seen[key]
            number = len(disk.nodes)
            seen[key] = number
            node = disk.nodes[number] = Node(number, stat.S_ISDIR(status.st_mode), stat.S_IMODE(status.st_mode))
            if node.is_folder:
                for name in sorted(os.listdir(path)):
                    node.entries[name] = add(os.path.join(path, name))
            elif os.path.islink(path):
                node.target = os.readlink(path)
            else:
                with open(path, "rb") as file:
                    node.data = bytearray(file.read())
            return number

        add(top)
        return disk

    def copy(self):
        disk = Disk()
        for number, node in self.nodes.items():
            twin = disk.nodes[number] = Node(number, node.is_folder, node.mode)
            twin.entries = dict(node.entries)
            twin.data = bytearray(node.data)
            twin.target = node.target
        return disk

    def resolve(self, start, path):
        """(folder's number, last name, number or None). Links are not followed: the program follows none."""
        folder, node, name = None, start, None
        parts = [part for part in path.split("/") if part and part != "."]
        for part in parts:
            if node is None or not self.nodes[node].is_folder:
                raise KeyError(path)
            folder, name = node, part
            node = self.nodes[node].entries.get(part)
        return folder, name, node

    def write_to(self, top, journals):
        """Makes the tree for real. Journals name the inode of a folder: it gets the number that the copy has."""
        made, late = {}, []

        def make(number, path, shown):
            node = self.nodes[number]
            if number in made and not node.is_folder:
                os.link(made[number], path, follow_symlinks=False)
                return
            made.setdefault(number, path)
            if node.is_folder:
                os.mkdir(path)
                for name, child in sorted(node.entries.items()):
                    make(child, os.path.join(path, name), f"{shown}/{name}")
                os.chmod(path, node.mode)
            elif node.target is not None:
                os.symlink(node.target, path)
            else:
                with open(path, "wb") as file:
                    file.write(node.data)
                if number in journals:
                    late.append((number, path))

        make(0, top, "")
        for number, path in late:
            folder = made.get(journals[number])
            rewrite_inode(path, os.stat(folder).st_ino if folder else 0)

    def signature(self, journals):
        """Equal for two disks that recovery cannot tell apart."""
        lines = []

        def visit(number, path):
            node = self.nodes[number]
            extra = f" {journals[number]}" if number in journals else ""
            content = hashlib.sha256(bytes(node.data)).hexdigest()
            lines.append(f"{path} {number} {node.is_folder} {node.target} {content}{extra}")
            if node.is_folder:
                for name, child in sorted(node.entries.items()):
                    visit(child, f"{path}/{name}")

        visit(0, "")
        return hashlib.sha256("\n".join(lines).encode()).digest()


def rewrite_inode(path, inode):
    with open(path, "rb") as file:
        text = file.read()
    body, _, end = text.rpartition(b"end ")
    if not re.search(rb"^inode \d+$", body, re.MULTILINE) or len(end) != 65:
        return  # not whole: nobody will believe it
    body = re.sub(rb"^inode \d+$", b"inode %d" % inode, body, flags=re.MULTILINE)
    with open(path, "wb") as file:
        file.write(body + b"end " + hashlib.sha256(body).hexdigest().encode() + b"\n")


def journaled_folders(top):
    """Journal -> the folder whose inode it names, both relative to the tree."""
    inodes, journals = {}, {}
    for folder, _, names in os.walk(top):
        inodes[os.stat(folder).st_ino] = os.path.relpath(folder, top)
        if "journal" in names:
            with open(os.path.join(folder, "journal"), "rb") as file:
                if match := re.search(rb"^inode (\d+)$", file.read(), re.MULTILINE):
                    journals[os.path.relpath(os.path.join(folder, "journal"), top)] = int(match[1])
    return {path: inodes[inode] for path, inode in journals.items() if inode in inodes}


def copy_tree(source, target):
    """A copy whose journals name the copied folders."""
    shutil.copytree(source, target, symlinks=True)
    for journal, folder in journaled_folders(source).items():
        rewrite_inode(os.path.join(target, journal), os.stat(os.path.join(target, folder)).st_ino)


class Operation:
    """One change, and which syncs keep it: those of `nodes` (all of them at syncfs)."""

    def __init__(self, kind, nodes, apply, text):
        self.kind = kind  # "data" or "names"
        self.nodes = frozenset(nodes)
        self.apply = apply
        self.text = text


def write_operation(number, offset, data):
    def apply(disk):
        node = disk.nodes[number]
        node.data.extend(bytes(max(0, offset - len(node.data))))
        node.data[offset : offset + len(data)] = data

    return Operation("data", [number], apply, f"write {len(data)} bytes at {offset}")


def size_operation(number, size):
    def apply(disk):
        data = disk.nodes[number].data
        del data[size:]
        data.extend(bytes(size - len(data)))

    return Operation("data", [number], apply, f"set size {size}")


def link_operation(folder, name, number):
    def apply(disk):
        disk.nodes[folder].entries[name] = number

    return Operation("names", [folder], apply, f"add {name}")


def unlink_operation(folder, name, number):
    def apply(disk):
        if disk.nodes[folder].entries.get(name) == number:
            del disk.nodes[folder].entries[name]

    return Operation("names", [folder], apply, f"remove {name}")


def rename_operation(source, source_name, target, target_name, number, other):
    """`other` is the node that an exchange brings back, or None."""

    def apply(disk):
        left, right = disk.nodes[source].entries, disk.nodes[target].entries
        if left.get(source_name) != number or (other is not None and right.get(target_name) != other):
            return
        del left[source_name]
        right[target_name] = number
        if other is not None:
            left[source_name] = other

    return Operation("names", [source, target], apply, f"rename {source_name} to {target_name}")
