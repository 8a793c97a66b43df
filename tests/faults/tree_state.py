"""What lies in a tree: published files, manifests that prove them, and what should not be left."""

import hashlib
import json
import os
import pathlib

STATE = ".ingot"
PART = ".ingot-part"
# What is made of published files and may be made again at any time; a scenario may ask for its answers.
DERIVED = (".ingot-index", ".duckdb")
# A database's log of its last writes: gone when the database is closed in order.
LOG = ".duckdb.wal"


class Damaged(Exception):
    """A published file that is not what its manifest says."""


def walk(top):
    """Yields (path relative to top, full path) of everything that is not a folder."""
    for folder, folders, names in os.walk(top):
        folders.sort()
        for name in sorted(names + [f for f in folders if os.path.islink(os.path.join(folder, f))]):
            full = os.path.join(folder, name)
            yield os.path.relpath(full, top), full


def digest(path):
    if os.path.islink(path):
        return "-> " + os.readlink(path)
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def is_published(path):
    parts = pathlib.PurePath(path).parts
    return STATE not in parts and not parts[-1].endswith((PART, LOG, *DERIVED))


def is_manifest(path):
    return os.path.basename(path).endswith("manifest.json")


def named_by(top, manifest, name):
    """Where a file is that a manifest names: relative to its own folder, or to one above, as the store's root."""
    folder = os.path.dirname(manifest)
    while True:
        full = os.path.join(top, folder, name)
        if os.path.exists(full):
            return full
        if not folder:
            raise Damaged(f"{manifest} names {name}, which is missing")
        folder = os.path.dirname(folder)


def manifest_core(top, path):
    with open(os.path.join(top, path), encoding="utf-8") as file:
        try:
            return json.load(file)["ingot"]
        except (ValueError, KeyError) as error:
            raise Damaged(f"{path} is no manifest: {error}") from error


def proof(top, path):
    """A manifest as its content id and files, each compared with what is on disk."""
    core = manifest_core(top, path)
    files = []
    for entry in core["files"]:
        full = named_by(top, path, entry["path"])
        if os.path.getsize(full) != entry["bytes"] or digest(full) != entry["sha256"]:
            raise Damaged(f"{entry['path']} is not what {path} says")
        files.append((entry["path"], entry["sha256"]))
    return f"content {core['content_id']} of {sorted(files)}"


def published(top):
    """Path -> content of every published file; a manifest counts as what it proves, not as its bytes, because run id
    and times differ from run to run. Raises Damaged when one does not prove its files."""
    return {path: proof(top, path) if is_manifest(path) else digest(full) for path, full in walk(top) if is_published(path)}


def whole_files(top):
    """Path -> sha256 of the published data files, without asking any manifest."""
    return {path: digest(full) for path, full in walk(top) if is_published(path) and not is_manifest(path)}


def manifests(top):
    """Path -> the beginning of what `proof` gives, without asking for the files."""
    return {
        path: f"content {manifest_core(top, path)['content_id']} "
        for path, _ in walk(top)
        if is_published(path) and is_manifest(path)
    }


def left_over(top, keeps=()):
    """What garbage collection should have removed: every file in a state folder, and every staged file elsewhere."""
    return sorted(
        path
        for path, _ in walk(top)
        if not is_published(path) and not path.endswith(DERIVED) and os.path.basename(path) not in keeps
    )
