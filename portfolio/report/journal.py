"""The journal: decided reports on their way to their places.

    .work/<when>-<random>/0, 1, ...     the files of a report, whole and on the disk
    .work/<when>-<random>/old.0, ...    what stands in their places, while they are moved
    .work/<when>-<random>/ready.json    {"stem", "record", "files": [[name, sha256], ...], "remove": [name, ...]}

From ``ready.json`` on the report is decided: its files are renamed over the old ones, its record enters the manifest,
and the entry goes. A run killed before leaves the old report; killed after, the next run finds the entry and goes on.
Where a file cannot be replaced, a workbook that someone has open, those moved before it are moved back, and the entry
waits for the next run: the files of a report are always of one run.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from portfolio.errors import N_
from portfolio.report import manifest
from portfolio.report.folder import Folder, sound
from portfolio.sources.ledger import Note

WORK, ASIDE = ".work", ".set-aside"
READY = "ready.json"
# What people keep open is moved first: where it cannot be, nothing has been moved yet.
OPENED = (".xlsx", ".csv")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A decided report. ``files`` are their names in the reports folder, each with its digest."""

    place: str
    stem: str
    record: dict
    files: tuple[tuple[str, str], ...]
    remove: tuple[str, ...]


@dataclass(frozen=True)
class Blocked:
    """A decided report that waits, since a file cannot be put in place, and why."""

    record: dict
    file: str
    why: str

    def told(self, words) -> str:
        """Return what happened, and what to do."""
        return words.say(
            "{file} cannot be replaced ({why}): the report waits, and the next run puts it in place. "
            "Close what has that file open.",
            file=self.file,
            why=self.why,
        )


def decide(folder: Folder, made: Path, stem: str, record: dict, remove: list[str]) -> Entry:
    """Decide a report: from here on it is published, now or by a next run, in place of earlier ones that wait.

    Parameters
    ----------
    folder
        The reports folder, held.
    made
        Its files, laid out as they will stand.
    stem, record
        Of the manifest.
    remove
        Files that it no longer has.

    Raises
    ------
    OSError
        There is no room, or no right to write: nothing was decided.
    """
    place = f"{WORK}/{time.time_ns():020d}-{secrets.token_hex(8)}"
    earlier = [entry for entry in waiting(folder) if entry.stem == stem]
    found = sorted((path.relative_to(made).as_posix(), path) for path in made.rglob("*") if path.is_file())
    found.sort(key=lambda one: not one[0].endswith(OPENED))
    files = []
    try:
        for number, (name, path) in enumerate(found):
            content = path.read_bytes()
            folder.create(f"{place}/{number}", content)
            files.append((name, hashlib.sha256(content).hexdigest()))
        entry = Entry(place, stem, record, tuple(files), tuple(remove))
        told = {"stem": stem, "record": record, "files": files, "remove": remove}
        folder.create(f"{place}/{READY}.part", json.dumps(told, ensure_ascii=False).encode())
        folder.move(f"{place}/{READY}.part", f"{place}/{READY}")
    except OSError:
        folder.clear(place)
        raise
    folder.sync(f"{place}/{READY}")
    folder.sync(place)
    for old in earlier:
        _drop(folder, old.place)
    return entry


def put(folder: Folder, entry: Entry) -> Blocked | None:
    """Put a decided report into place, and its record into the manifest; return why it waits, if it must."""
    moved: list[tuple[str, str]] = []
    name = ""
    try:
        for number, (name, _digest) in enumerate(entry.files):
            if folder.holds(f"{entry.place}/{number}"):
                if folder.holds(name):
                    folder.keep(name, f"{entry.place}/old.{number}")
                folder.move(f"{entry.place}/{number}", name)
            moved.append((name, str(number)))
        for number, name in enumerate(entry.remove, start=len(entry.files)):
            if folder.holds(name):
                folder.move(name, f"{entry.place}/old.{number}")
            moved.append((name, str(number)))
        for name in sorted({*(name.rpartition("/")[0] for name, _number in moved)}):
            folder.sync(f"{name}/x" if name else "x")
        name = manifest.NAME
        manifest.put(folder.path, entry.stem, entry.record)
    except OSError as error:
        _put_back(folder, entry, moved)
        return Blocked(entry.record, name, os.strerror(error.errno) if error.errno else str(error))
    _drop(folder, entry.place)
    return None


def _drop(folder: Folder, place: str) -> None:
    """Take an entry away: first what makes it one."""
    folder.remove(f"{place}/{READY}")
    folder.clear(place)


def _put_back(folder: Folder, entry: Entry, moved: list[tuple[str, str]]) -> None:
    """Move back what was moved, as far as it can be."""
    for name, number in reversed(moved):
        try:
            if int(number) < len(entry.files):
                folder.move(name, f"{entry.place}/{number}")
            if folder.holds(f"{entry.place}/old.{number}"):
                folder.move(f"{entry.place}/old.{number}", name)
        except OSError:
            continue


def waiting(folder: Folder) -> list[Entry]:
    """Return the decided reports that are not in place, the last of each; what cannot be read is left out."""
    found = {}
    for name in folder.names(WORK):
        try:
            entry = _read(folder, f"{WORK}/{name}")
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        found[entry.stem] = entry
    return list(found.values())


def recover(folder: Folder) -> dict[str, Blocked]:
    """Put the reports into place that another run had decided, clear what it had not, and set aside what is not ours.

    Returns
    -------
    dict
        Stem -> why it still waits.
    """
    if (folder.holds(WORK) and not os.path.isdir(folder.path / WORK)) or (folder.path / WORK).is_symlink():
        _set_aside(folder, WORK)
    entries = {entry.place: entry for entry in waiting(folder)}
    blocked = {}
    for name in folder.names(WORK):
        place = f"{WORK}/{name}"
        if place in entries:
            if found := put(folder, entries[place]):
                blocked[entries[place].stem] = found
        elif _decided(folder, place) and not _superseded(folder, place, entries):
            _set_aside(folder, place)
        else:
            folder.clear(place)
    folder.drop_empty(f"{WORK}/x")
    return blocked


def _decided(folder: Folder, place: str) -> bool:
    """Whether an entry is there; a run killed while it took one away leaves none."""
    try:
        return folder.holds(f"{place}/{READY}")
    except OSError:
        return False


def _superseded(folder: Folder, place: str, entries: dict[str, Entry]) -> bool:
    """Whether a later entry is of the same report."""
    try:
        stem = _read(folder, place).stem
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return any(entry.stem == stem for entry in entries.values())


def _set_aside(folder: Folder, place: str) -> None:
    aside = f"{ASIDE}/{secrets.token_hex(8)}"
    folder.move(place, aside)
    logger.warning(
        Note(
            N_("{found} is no report that a run has decided, or not whole: it was moved to {aside}."),
            {"found": str(folder.path / place), "aside": str(folder.path / aside)},
        )
    )


def _read(folder: Folder, place: str) -> Entry:
    """Return an entry.

    Raises
    ------
    ValueError, KeyError, TypeError, OSError
        It is none that a run has written, or a file of it is missing or torn.
    """
    told = json.loads(folder.read(f"{place}/{READY}"))
    entry = Entry(
        place,
        told["stem"],
        told["record"],
        tuple((name, digest) for name, digest in told["files"]),
        tuple(told["remove"]),
    )
    names = [entry.stem, *(name for name, _digest in entry.files), *entry.remove]
    if not all(map(sound, names)) or not manifest.usable(entry.stem, entry.record):
        raise ValueError(place)
    for number, (name, digest) in enumerate(entry.files):
        kept = f"{place}/{number}"
        if hashlib.sha256(folder.read(kept if folder.holds(kept) else name)).hexdigest() != digest:
            raise ValueError(name)
    return entry
