"""One report, in a worker process: run the notebook, take its figures and lists, render its pages.

Everything is written into the task's own folder; the process that gave the task puts it into place.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from portfolio.errors import PortfolioError
from portfolio.report import failure
from portfolio.report.failure import Failure
from portfolio.report.job import Job
from portfolio.report.kernel import to_data
from portfolio.secrets import hidden
from portfolio.show.vocabulary import Vocabulary

CELL_TIMEOUT = 1800  # seconds: the largest books take minutes, and a cell that hangs must not hold a schedule


@dataclass(frozen=True)
class Task:
    """A job and what is needed to make it.

    ``folder`` is the task's own; ``scratch`` the run's, for sockets; ``earlier`` holds the figures published
    before the run; ``reports_dir`` is only read. ``timeout`` is of one cell, in seconds; ``minutes`` of the whole.
    """

    job: Job
    folder: Path
    scratch: Path
    earlier: Path
    reports_dir: Path
    portfolio: str
    currency: str
    languages: tuple[str, ...]
    vocabulary: Vocabulary
    data: str
    version: str
    timeout: int = CELL_TIMEOUT
    minutes: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a task: the files made, by their place in the reports folder, or why there are none.

    ``started`` is empty when the process that could say it is gone; ``reads`` are the tables that were asked for.
    """

    started: str = ""
    files: tuple[str, ...] = ()
    failure: Failure | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


def make_report(task: Task) -> Outcome:
    """Make a report. Whatever happens, it is an outcome."""
    from portfolio.report.execute import execute

    begun, started = time.perf_counter(), _now().isoformat()
    try:
        notebook, failed, reads = execute(task.job, task.earlier, task.scratch, task.timeout)
        executed = time.perf_counter()
        warnings = _keep(notebook, task, failed is not None) if notebook is not None else []
    except Exception as error:  # a library's, on one report: the others go on
        return Outcome(started, failure=_failure(error), seconds={"notebook": round(time.perf_counter() - begun, 2)})
    files = task.folder / "files"
    return Outcome(
        started,
        files=tuple(sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file())),
        failure=failed,
        seconds={
            "notebook": round(executed - begun, 2),
            "rendering": round(time.perf_counter() - executed, 2),
        },
        warnings=tuple(warnings),
        reads=reads,
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _failure(error: Exception) -> Failure:
    if isinstance(error, PortfolioError):
        return Failure(failure.USER, problems=to_data(error))
    if isinstance(error, OSError) and error.strerror:
        return Failure(failure.STOPPED, detail=error.strerror)
    return Failure(failure.UNEXPECTED, detail=hidden(f"{type(error).__name__}: {error}".splitlines()[0])[:300])


def _keep(notebook, task: Task, failed: bool) -> list[str]:
    """Write what a notebook left into the task's folder; return what is to be said of it."""
    import nbformat

    from portfolio.report import actions, metrics, shell
    from portfolio.report.export import About, export
    from portfolio.show.mime import ACTIONS, METRICS
    from portfolio.show.words import Words

    stem = task.folder / "files" / task.job.stem
    stem.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, stem.with_name(stem.name + (".failed.ipynb" if failed else ".ipynb")))
    if failed:
        return []
    made = _now()
    figures = metrics.figures(_payloads(notebook, METRICS), task.job, task.portfolio, task.currency)
    if figures:
        name = f"{task.job.stem}.metrics.json"
        figures = metrics.keep_history(figures, task.reports_dir / name, made.date().isoformat())
        (task.folder / "files" / name).write_text(metrics.dump(figures), encoding="utf-8", newline="\n")
    about = About(
        portfolio=task.portfolio,
        currency=task.currency,
        period=task.job.period,
        scope=task.job.scope,
        as_of=task.job.as_of,
        languages=task.languages,
        vocabulary=task.vocabulary,
        name=stem.name,
        gallery="../" * task.job.stem.count("/"),
        made=made,
        version=task.version,
        data=task.data,
    )
    said = []
    for language in task.languages:
        words = Words(language, task.currency, vocabulary=task.vocabulary)
        for given in _payloads(notebook, ACTIONS):
            whole = not task.job.segment
            actions.write_actions(
                given, stem.parent / "actions", words, task.currency, task.job.as_of, by_manager=whole
            )
        page = export(notebook, about, language)
        said += [f"{language}: {what}" for what in (*shell.check(page.html), *page.lost)]
        stem.with_name(f"{stem.name}.{language}.html").write_text(page.html, encoding="utf-8", newline="\n")
    return said


def _payloads(notebook, mime: str) -> list:
    found = [
        output["data"][mime]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if mime in output.get("data", {})
    ]
    return [json.loads(payload) if isinstance(payload, str) else payload for payload in found]
