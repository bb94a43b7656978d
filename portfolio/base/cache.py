"""What was computed once and can be computed again: clean tables and customer bases, as files for any process to read.

    orders-<key>.parquet, orders-<key>.json     a clean table, with its ledger and digests
    facts-<key>.parquet, base-<key>.parquet     what is known of each customer on the last day of a period

A key tells all that a file is made of, so a file is never wrong, only unused. The folder may be deleted at any time
between runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock

import portfolio

# Files that were used this lately are kept whatever the limit: another run may be reading them.
IN_USE_SECONDS = 3600
DAY_SECONDS = 86_400
LOCKS = "locks"


class Cache:
    """A folder of files that processes share.

    Parameters
    ----------
    folder
        Made when it is first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, name: str) -> Path | None:
        """Return a file that is there, and mark it as used."""
        path = self.folder / name
        try:
            os.utime(path)
        except OSError:
            return path if path.exists() else None
        return path

    def make(self, name: str, write: Callable[[Path], None]) -> Path:
        """Return a file, written by ``write(path)`` where it is not there yet; two processes do not both write it."""
        if found := self.find(name):
            return found
        (self.folder / LOCKS).mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / LOCKS / name):
            return self.find(name) or self._write(name, write)

    def _write(self, name: str, write: Callable[[Path], None]) -> Path:
        unfinished = self.folder / f"{uuid.uuid4().hex}.part"
        try:
            write(unfinished)
            os.replace(unfinished, self.folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        return self.folder / name

    def drop_unused(self) -> int:
        """Delete the files that the last day of use did not use; return their bytes."""
        used, freed = {}, 0
        for path in self.folder.glob("*.*"):
            with suppress(OSError):
                used[path] = path.stat()
        last = max((stat.st_mtime for stat in used.values()), default=0.0)
        for path, stat in used.items():
            if stat.st_mtime < last - DAY_SECONDS:
                path.unlink(missing_ok=True)
                freed += stat.st_size
        return freed

    def trim(self, limit: int) -> None:
        """Delete the files that were not used for longest until the folder holds ``limit`` bytes at most."""
        if not self.folder.is_dir():
            return
        files = []
        for path in self.folder.glob("*.*"):
            try:
                files.append((path.stat().st_mtime, path.stat().st_size, path))
            except OSError:
                continue
        total, oldest = sum(size for _used, size, _path in files), time.time() - IN_USE_SECONDS
        for used, size, path in sorted(files):
            if total <= limit or used > oldest:
                break
            path.unlink(missing_ok=True)
            total -= size


def key_of(*told: Any) -> str:
    """Return a short text that changes when what is told does, or the code."""
    text = json.dumps([told, code_fingerprint(), version("duckdb")], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def code_fingerprint() -> str:
    """Return the fingerprint of every file of the package: code, rules, templates, catalogues."""
    root = Path(portfolio.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
