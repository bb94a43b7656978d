"""Folders for what a process works with, and the clearing of those that killed processes left.

    <temporary folder>/portfolio-<random>          what it works with, for this user alone
    <temporary folder>/portfolio-<random>.lock     held while the folder is used: it ends with the process

A process that is killed clears nothing. So each first clears the folders whose lock nobody holds any more: what is in
them is of customers.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from portfolio.errors import N_, DataError

PREFIX, LOCK = "portfolio-", ".lock"

_held: dict[Path, FileLock] = {}


def make(longest: int | None = None) -> Path:
    """Make a folder of this process's own, for ``remove`` to remove.

    Parameters
    ----------
    longest
        Characters that its path may have, where the system offers a place so short.

    Raises
    ------
    DataError
        There is no right to write there, or no room.
    """
    above = Path(tempfile.gettempdir())
    if longest and os.name == "posix" and len(str(above / PREFIX)) + 12 > longest:
        above = Path("/tmp")
    _sweep_once(above)
    folder = above / f"{PREFIX}{secrets.token_hex(6)}"
    lock = _lock(folder)
    try:
        lock.acquire()
        folder.mkdir(mode=0o700)
    except OSError as error:
        lock.release()
        raise DataError(
            N_("The temporary folder {folder} cannot be written: {why}. Free some room, or set TMPDIR to another."),
            folder=above,
            why=error.strerror or str(error),
        ) from error
    _held[folder] = lock
    return folder


def remove(folder: Path) -> None:
    """Remove a folder that ``make`` made; once is enough."""
    if lock := _held.pop(folder, None):
        _clear(folder, lock)


@contextmanager
def folder(longest: int | None = None) -> Iterator[Path]:
    """Make a folder, and remove it at the end, with what processes that were killed meanwhile have left."""
    path = make(longest)
    try:
        yield path
    finally:
        remove(path)
        sweep(path.parent)


@cache
def own() -> Path:
    """Return a folder that lives as long as this process."""
    path = make()
    atexit.register(remove, path)
    return path


def sweep(above: Path) -> None:
    """Remove the folders of this user that no process holds any more."""
    for path in above.glob(f"{PREFIX}*{LOCK}"):
        folder = path.with_name(path.name.removesuffix(LOCK))
        with suppress(OSError):
            if hasattr(os, "getuid") and path.lstat().st_uid != os.getuid():
                continue
            lock = _lock(folder)
            try:
                lock.acquire()
            except Timeout:
                continue
            _clear(folder, lock)


@cache
def _sweep_once(above: Path) -> None:
    sweep(above)


def _lock(folder: Path) -> FileLock:
    # A folder may be removed by whatever thread lets go of what used it.
    return FileLock(folder.with_name(folder.name + LOCK), timeout=0, thread_local=False)


def _clear(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if not os.path.lexists(folder):  # a process that is ending may still write: the next one tries again
        with suppress(OSError):
            os.unlink(lock.lock_file)
    lock.release()
