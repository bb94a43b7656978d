"""What becomes of an outcome: a published report or a failed one, its files in place and its record kept."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from portfolio.base.arrival import Late
from portfolio.params import Params
from portfolio.report import failed_page, failure, fingerprints, manifest
from portfolio.report.failure import Failure
from portfolio.report.job import Job
from portfolio.report.journal import Blocked
from portfolio.report.making import Outcome, Task
from portfolio.report.publish import Held

PUBLISHED, FAILED = "published", "failed"


@dataclass(frozen=True)
class Settled:
    """What became of a report: its record, why it failed, and why what was made waits for the next run."""

    record: dict
    failure: Failure | None
    blocked: Blocked | None = None


def settle(held: Held, task: Task, outcome: Outcome, made_of: Mapping[str, str], params_file: Path) -> Settled:
    """Publish a report, or the page that says why there is none; the last good version stays.

    Parameters
    ----------
    held
        The reports folder.
    task, outcome
        The report, and what came of it.
    made_of
        What it was made of, see ``fingerprints.made_of``.
    params_file
        The params file.
    """
    try:
        return _settle(held, task, outcome, made_of, params_file)
    except OSError as error:
        failed = replace(outcome, failure=Failure(failure.STOPPED, detail=error.strerror or str(error)))
    try:
        return _settle(held, task, failed, made_of, params_file)
    except OSError:  # there is no room for its page either
        none = {"status": FAILED, "published": None, "files": [], "failed_files": []}
        return Settled(_record(task, failed, made_of, params_file) | none, failed.failure)
    finally:
        shutil.rmtree(task.folder, ignore_errors=True)


def _settle(held: Held, task: Task, outcome: Outcome, made_of: Mapping[str, str], params_file: Path) -> Settled:
    reports_dir = task.reports_dir
    old = manifest.load(reports_dir)["reports"].get(task.job.stem)
    record = _record(task, outcome, made_of, params_file)
    before = old["files"] if old else []
    failed_before = old.get("failed_files", []) if old else []
    files = task.folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    if outcome.failure is None:
        record |= {"status": PUBLISHED, "published": record["finished"], "files": list(outcome.files)}
        gone = sorted({*before, *failed_before} - set(outcome.files))
    else:
        shown = old["published"] if old else None
        _only_failed(task)
        pages = failed_page.write_failure(task, outcome.failure, shown, before, record["parameters"]["params_file"])
        record |= {
            "status": FAILED,
            "published": shown,
            "files": before,
            "failed_files": pages,
            "failure": str(outcome.failure.to_error()),
        }
        gone = sorted(set(failed_before) - set(pages))
    blocked = held.publish(files, task.job.stem, record, gone)
    shutil.rmtree(task.folder, ignore_errors=True)
    return Settled(record, outcome.failure, blocked)


def _record(task: Task, outcome: Outcome, made_of: Mapping[str, str], params_file: Path) -> dict:
    """Return what every record says."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    return {
        "portfolio": task.portfolio,
        "notebook": task.job.notebook.name,
        "opening": task.job.notebook.opening,
        "compares": task.job.notebook.compares,
        "period": task.job.period,
        "segment": task.job.segment,
        "scope": task.job.scope,
        "folder": _segment_folder(task.job),
        "as_of": task.job.as_of.isoformat(),
        "parameters": task.job.parameters | {"params_file": _relative(params_file, task.reports_dir)},
        "made_of": dict(made_of),
        "reads": list(outcome.reads),
        "data": task.data,
        "code": fingerprints.code_fingerprint(),
        "versions": fingerprints.versions(),
        "started": outcome.started or now,
        "finished": now,
        "seconds": outcome.seconds,
        "warnings": list(outcome.warnings),
    }


def _only_failed(task: Task) -> None:
    """Drop what a failed report had begun to write; the notebook stays, for the analyst."""
    for path in (task.folder / "files").rglob("*"):
        if path.is_file() and not path.name.endswith(".failed.ipynb"):
            path.unlink()


def _segment_folder(job: Job) -> str:
    parts = job.stem.split("/")
    return parts[1] if job.scope else ""


def describe(reports_dir: Path, params: Params, data: str, ledger: dict, late: Iterable[Late] = ()) -> None:
    """Write into the manifest what the reports of a portfolio were read from, and which of it is late."""
    content = manifest.load(reports_dir)
    content["portfolios"][params.portfolio.name] = {
        "params_file": _relative(params.path, reports_dir),
        "currency": params.portfolio.currency,
        "data": data,
        "ledger": {"tables": [_located(table, reports_dir) for table in ledger["tables"]]},
        "late": [one.to_dict() for one in late],
    }
    manifest.save(reports_dir, content)


def _located(table: dict, reports_dir: Path) -> dict:
    path = Path(table["source"])
    return table | {"source": _relative(path, reports_dir)} if path.is_absolute() else table


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
