"""Putting a finished report into place, whole.

A report is built in ``.work/<n>/files/``, on the file system of the reports folder, laid out as it will
stand. When all of it is there, ``.work/<n>/ready.json`` is written: from then on the report is decided.
Its files are then renamed over the old ones, one atomic rename each, and its record enters the manifest.
A run killed before ``ready.json`` leaves the old report untouched; killed after it, the next run finds the
file and finishes the renames. So a report is never half written, and the files of one report never stay of
two different runs.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from portfolio.errors import N_, BusyError, DataError
from portfolio.report import manifest

WORK = ".work"
LOCK = ".lock"
READY = "ready.json"


@contextmanager
def hold(reports_dir: Path) -> Iterator[Path]:
    """Hold the reports folder for one run, and finish or clear what a killed run left in it.

    The lock is the operating system's, on an open file: it ends with the process, however that ends.

    Yields
    ------
    Path
        The work folder, on the file system of the reports.

    Raises
    ------
    BusyError
        Another run holds the folder.
    DataError
        The folder cannot be written.
    """
    try:
        reports_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(reports_dir / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise BusyError(
            N_("Another run is making reports in {folder}. Wait until it ends, or choose another --reports-dir."),
            folder=reports_dir,
        ) from None
    except OSError as error:
        raise DataError(
            N_("The reports folder {folder} cannot be written: {why}"), folder=reports_dir, why=error.strerror
        ) from error
    with lock:
        work = reports_dir / WORK
        recover(reports_dir)
        work.mkdir(exist_ok=True)
        try:
            yield work
        finally:
            try:
                recover(reports_dir)  # a run that is stopped may have decided a report
            finally:
                shutil.rmtree(work, ignore_errors=True)
                lock.release(force=True)


def stage(folder: Path, stem: str, record: dict, remove: list[str]) -> None:
    """Decide a report: from here on it is published, now or by the next run."""
    waiting = folder / "ready.tmp"
    waiting.write_text(json.dumps({"stem": stem, "record": record, "remove": remove}), encoding="utf-8")
    os.replace(waiting, folder / READY)


def publish(reports_dir: Path, folder: Path) -> None:
    """Move a decided report into place, and its record into the manifest."""
    decided = json.loads((folder / READY).read_text(encoding="utf-8"))
    files = folder / "files"
    for source in sorted(path for path in files.rglob("*") if path.is_file()):
        target = reports_dir / source.relative_to(files)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
    for name in decided["remove"]:
        (reports_dir / name).unlink(missing_ok=True)
    manifest.put(reports_dir, decided["stem"], decided["record"])
    shutil.rmtree(folder, ignore_errors=True)


def recover(reports_dir: Path) -> None:
    """Finish the reports that a killed run had decided, and clear the others."""
    work = reports_dir / WORK
    if work.is_dir():
        for ready in sorted(work.glob(f"*/{READY}")):
            publish(reports_dir, ready.parent)
        shutil.rmtree(work, ignore_errors=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one."""
    waiting = path.with_name(f".{path.name}.tmp")
    waiting.write_text(text, encoding="utf-8", newline="\n")
    os.replace(waiting, path)
