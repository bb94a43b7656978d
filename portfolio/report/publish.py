"""Holding the reports folder for one run, which begins by putting into place what a run before it had decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from portfolio.errors import N_, BusyError, DataError
from portfolio.report import journal, manifest
from portfolio.report.folder import Folder
from portfolio.report.journal import Blocked

LOCK = ".lock"


@dataclass(frozen=True)
class Held:
    """A reports folder that is ours for now; ``blocked`` are the reports that wait: stem -> why."""

    folder: Folder
    blocked: dict[str, Blocked] = field(default_factory=dict)

    def publish(self, made: Path, stem: str, record: Mapping, remove: list[str]) -> Blocked | None:
        """Decide a report and put it into place; return why it waits, if it must. Arguments are those of ``decide``."""
        self.blocked.pop(stem, None)
        entry = journal.decide(self.folder, made, stem, dict(record), remove)
        if found := journal.put(self.folder, entry):
            self.blocked[stem] = found
        return found


@contextmanager
def hold(reports_dir: Path) -> Iterator[Held]:
    """Hold the reports folder for one run, and finish or clear what a killed run left in it.

    The lock is the operating system's, on an open file: it ends with the process, however that ends.

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
        raise _unwritable(reports_dir, error) from error
    with lock:
        try:
            folder = Folder(reports_dir)
            folder.drop_unfinished()
            manifest.mend(reports_dir)
            held = Held(folder, journal.recover(folder))
        except OSError as error:
            raise _unwritable(reports_dir, error) from error
        try:
            yield held
        except BaseException:
            with suppress(OSError):
                journal.recover(folder)  # a run that is stopped may have decided a report
            raise
        finally:
            folder.drop_empty(f"{journal.WORK}/x")
            lock.release(force=True)


def _unwritable(reports_dir: Path, error: OSError) -> DataError:
    return DataError(
        N_("The reports folder {folder} cannot be written: {why}"), folder=reports_dir, why=error.strerror or str(error)
    )
