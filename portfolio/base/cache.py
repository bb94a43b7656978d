"""What was computed once and can be computed again: clean tables and customer bases, as files for any process to read.

    orders-<key>.parquet, orders-<key>.json     a clean table, with its ledger and digests
    facts-<key>.parquet, base-<key>.parquet     what is known of each customer on the last day of a period
    <key>.sql                                   an expression as the engine understands it

A key tells all that a file is made of, so a file is never wrong, only unused. The folder may be deleted at any time
between runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
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
from portfolio.errors import N_, DataError

# Files that were used this lately are kept whatever the limit: another run may be reading them.
IN_USE_SECONDS = 3600
DAY_SECONDS = 86_400
LOCKS = "locks"
# Of files that are a cache's, and of one that is being written; whatever else stands in the folder is not touched.
OURS, UNFINISHED = re.compile(r"(?:[a-z_]+-)?[0-9a-f]+\.(?:parquet|json|sql|part)"), ".part"


class Cache:
    """A folder of files that processes share.

    Parameters
    ----------
    folder
        Made when it is first written to. It is no link, since whoever may write where it stands could lead us anywhere.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, name: str) -> Path | None:
        """Return a file that is there, and mark it as used."""
        self.check()
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
        unfinished = self.folder / f"{uuid.uuid4().hex}{UNFINISHED}"
        try:
            write(unfinished)
            os.replace(unfinished, self.folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        return self.folder / name

    def drop_unused(self) -> int:
        """Delete the files that the last day of use did not use; return their bytes."""
        files = self._files()
        last, freed = max((used for used, _size, _path in files), default=0.0), 0
        for used, size, path in files:
            if used < last - DAY_SECONDS:
                path.unlink(missing_ok=True)
                freed += size
        return freed

    def trim(self, limit: int) -> None:
        """Delete the files that were not used for longest until the folder holds ``limit`` bytes at most."""
        files = self._files()
        total, oldest = sum(size for _used, size, _path in files), time.time() - IN_USE_SECONDS
        for used, size, path in files:
            if used <= oldest and (total > limit or path.suffix == UNFINISHED):  # of a run that was killed
                path.unlink(missing_ok=True)
                total -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        """Return when each file was last used, its bytes and its path, the longest unused first."""
        self.check()
        found = []
        for path in self.folder.glob("*.*"):
            with suppress(OSError):
                stat = path.lstat()
                if OURS.fullmatch(path.name):
                    found.append((stat.st_mtime, stat.st_size, path))
        return sorted(found)

    def check(self) -> None:
        """Refuse a folder that leads elsewhere."""
        for folder in (self.folder, self.folder / LOCKS):
            if folder.is_symlink():
                raise DataError(
                    N_("The cache {folder} is a link. Remove it; `cache: {{folder: ...}}` puts the cache elsewhere."),
                    folder=folder,
                )


def short(*told: Any) -> str:
    """Return a short text that changes when what is told does."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:32]


def key_of(*told: Any) -> str:
    """Return a short text that changes when what is told does, or the code."""
    return short(told, code_fingerprint(), version("duckdb"))


@cache
def code_fingerprint() -> str:
    """Return the fingerprint of every file of the package: code, rules, templates, catalogues."""
    root = Path(portfolio.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
