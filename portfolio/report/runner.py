"""A run: sources read once, reports made in parallel, each put into place whole.

params -> clean tables (once) -> jobs -> those not up to date -> workers -> published, or failed pages
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import portfolio
from portfolio.base import compiled, store
from portfolio.base.arrival import Late, late_sources
from portfolio.base.book import Book
from portfolio.base.cache import Cache
from portfolio.base.cleaning import clean_tables
from portfolio.base.engine import shares
from portfolio.errors import N_, ParamsError, ReportError
from portfolio.params import Params
from portfolio.params.checks import LEAST_MEMORY
from portfolio.report import environment, fingerprints, gallery, journal, manifest, outcomes, publish, warm, workers
from portfolio.report.failure import Failure
from portfolio.report.folder import Folder
from portfolio.report.job import Choice, Job
from portfolio.report.journal import Blocked
from portfolio.report.making import CELL_TIMEOUT, Outcome, Task
from portfolio.report.memory import workers_that_fit
from portfolio.report.planning import plan_jobs
from portfolio.review.opening import topics_of
from portfolio.topics.contract import Topics

CURRENT, WAITS = "up to date", "waits"
# The gallery is written after each report, but takes no more than this share of a run.
GALLERY_SHARE = 0.1


@dataclass(frozen=True)
class Planned:
    """A job, what it is made of, and why it is to be made: nothing where it is up to date.

    ``why`` names what changed of what it is made of, or says ``first``, ``failed``, ``missing`` (files), ``forced``.
    One that ``waits`` is made, and not in its place yet.
    """

    job: Job
    made_of: dict[str, str]
    why: tuple[str, ...]
    waits: bool = False

    @property
    def current(self) -> bool:
        return not self.why


@dataclass(frozen=True)
class Done:
    """What a run tells of a job: ``published``, ``failed``, ``up to date``, or ``waits`` for a file to be free."""

    job: Job
    status: str
    seconds: float = 0.0
    record: dict | None = None
    failure: Failure | None = None
    blocked: Blocked | None = None


@dataclass(frozen=True)
class Plan:
    """Everything a run has to do, and what it has read to know it."""

    params: Params
    topics: Topics
    data: str
    ledger: dict
    jobs: tuple[Planned, ...]
    content: dict
    late: tuple[Late, ...] = ()

    @property
    def waiting(self) -> list[Planned]:
        return [planned for planned in self.jobs if not planned.current]


@contextmanager
def prepare(
    params: Params, reports_dir: Path, choice: Choice, force: bool = False, save: bool = True
) -> Iterator[tuple[Plan, Path]]:
    """Read and clean the sources once, and plan the jobs.

    With ``save``, the clean tables are kept in the cache, for the kernels and for the next run.

    Yields
    ------
    (Plan, Path)
        The plan, and the run's own folder, where ``prepared`` holds the clean tables for the kernels.

    Raises
    ------
    ParamsError, DataError
        The params file or the data cannot be used.
    """
    content = manifest.load(reports_dir)
    topics = topics_of(params)
    with environment.run_folder() as folder:
        kept = params.portfolio.cache.place(params.path.parent, reports_dir)
        cache = Cache(kept if save or kept.is_dir() else folder / "cache")
        clean = clean_tables(params, topics.classes, cache)
        data = clean.fingerprint
        jobs = plan_jobs(params, clean, topics, choice, manifest.segment_folders(content))
        _refuse_other_portfolio(jobs, content, params.portfolio.name, reports_dir)
        book = Book(params, clean, jobs[-1].last, topics)
        waiting = (
            {entry.stem: entry.record for entry in journal.waiting(Folder(reports_dir))} if reports_dir.is_dir() else {}
        )
        planned = [_planned(job, book.at(job.last), content, waiting, reports_dir, force) for job in jobs]
        if save and any(not one.current for one in planned):
            store.save(clean, folder / "prepared")
        late = late_sources(params, clean, choice.as_of or dt.date.today())
        clean.engine.close()  # its memory is for the kernels
        yield Plan(params, topics, data, clean.ledger.to_dict(), tuple(planned), content, late), folder
        if save:
            cache.trim(params.portfolio.cache.limit)
            if translated := compiled.shelf():
                translated.trim(compiled.KEPT)


def _planned(job: Job, book: Book, content: dict, waiting: dict, reports_dir: Path, force: bool) -> Planned:
    data = fingerprints.data_of(job, book.clean, book.span, book.ruler_period)
    made_of = fingerprints.made_of(job, book.params, data)
    record, made = content["reports"].get(job.stem), waiting.get(job.stem)
    if made and made["status"] == outcomes.PUBLISHED and not force and not fingerprints.changed(made, made_of):
        return Planned(job, made_of, (), waits=True)
    if not record:
        why: tuple[str, ...] = ("first",)
    elif force:
        why = ("forced",)
    elif record["status"] != outcomes.PUBLISHED:
        why = (outcomes.FAILED,)
    elif not manifest.stands(reports_dir, record):
        why = ("missing",)
    else:
        why = tuple(fingerprints.changed(record, made_of))
    return Planned(job, made_of, why)


def _refuse_other_portfolio(jobs: list[Job], content: dict, name: str, reports_dir: Path) -> None:
    for job in jobs:
        record = content["reports"].get(job.stem)
        if record and record["portfolio"] != name:
            raise ParamsError(
                N_(
                    "{folder} holds the report {report} of another portfolio, {other}: "
                    "choose another --reports-dir, or move that folder away."
                ),
                folder=reports_dir,
                report=job.stem,
                other=record["portfolio"],
            )


def run(
    params: Params,
    reports_dir: Path,
    choice: Choice,
    *,
    processes: int | None = None,
    force: bool = False,
    timeout: int = CELL_TIMEOUT,
    scheduler: str | None = None,
    on_plan: Callable[[Plan], None] = lambda plan: None,
    on_done: Callable[[Done], None] = lambda done: None,
) -> list[Done]:
    """Make the reports that a params file asks for, and publish each as it is done.

    Parameters
    ----------
    params
        The validated file.
    reports_dir
        Where to publish.
    choice
        The words of the command.
    processes
        Reports made at a time; by default as many as there are processors, and room in memory.
    force
        Make those that are up to date too.
    timeout
        Seconds that one cell of a notebook may take; what a whole report may take is in the params.
    scheduler
        Address of the cluster that makes the reports; by default this machine does.
    on_plan, on_done
        Told of the plan, and of each report when it is in place.

    Returns
    -------
    list of Done
        One a job.

    Raises
    ------
    ParamsError, DataError
        Nothing was run.
    BusyError
        Another run holds the folder.
    """
    reports_dir = reports_dir.absolute()
    with (
        _reach(scheduler) as client,
        publish.hold(reports_dir) as held,
        prepare(params, reports_dir, choice, force) as (plan, folder),
    ):
        on_plan(plan)
        done = []
        for planned in plan.jobs:
            if planned.current:
                blocked = held.blocked.get(planned.job.stem)
                done.append(Done(planned.job, WAITS if blocked else CURRENT, blocked=blocked))
                on_done(done[-1])
        page = _Gallery(plan, held, reports_dir)
        tasks = _tasks(plan, reports_dir, folder, timeout)
        keys = {planned.job.stem: planned.made_of for planned in plan.waiting}
        with closing(_make(plan, tasks, folder, processes, client)) as made:
            for task, outcome in made:
                settled = outcomes.settle(held, task, outcome, keys[task.job.stem], params.path)
                status = WAITS if settled.blocked and not settled.failure else settled.record["status"]
                seconds = sum(outcome.seconds.values())
                done.append(Done(task.job, status, seconds, settled.record, settled.failure, settled.blocked))
                on_done(done[-1])
                page.write()
        _finish(plan, page, reports_dir)
        return done


class _Gallery:
    """The gallery of a run: written after each report, as long as that holds nothing up."""

    def __init__(self, plan: Plan, held: publish.Held, reports_dir: Path) -> None:
        self._given = held, reports_dir, plan.params.portfolio.languages, plan.topics
        self._next = 0.0

    def write(self) -> None:
        """Write it, unless the last time is too near; where it cannot be, the end of the run says so."""
        begun = time.monotonic()
        if begun >= self._next:
            with suppress(OSError):
                self.finish()
            self._next = time.monotonic() + (time.monotonic() - begun) / GALLERY_SHARE

    def finish(self) -> None:
        held, *given = self._given
        gallery.write(*given, held.blocked)


def _finish(plan: Plan, page: _Gallery, reports_dir: Path) -> None:
    try:
        outcomes.describe(reports_dir, plan.params, plan.data, plan.ledger, plan.late)
        page.finish()
    except OSError as error:
        raise ReportError(
            N_("The gallery in {folder} could not be written: {why}. The reports are in their places."),
            folder=reports_dir,
            why=error.strerror or str(error),
        ) from error


def _reach(scheduler: str | None):
    if not scheduler:
        return nullcontext()
    from portfolio.report import cluster  # runs on one machine do without

    return cluster.reach(scheduler)


def _make(plan: Plan, tasks: list[Task], folder: Path, processes: int | None, client) -> Iterator[tuple[Task, Outcome]]:
    """Make reports, by processes of this machine or by a cluster; give each as it is done."""
    prepared = folder / "prepared"
    if client:
        from portfolio.report import cluster

        yield from cluster.run_tasks(tasks, client, prepared)
    elif tasks:
        crew = _crew(plan, processes)
        env = environment.kernel_environment(folder, str(prepared), shared=_shares(plan, crew, folder))
        with warm.server(folder, env) as address:
            yield from workers.run_tasks(tasks, crew, env | address)


def _crew(plan: Plan, processes: int | None) -> int:
    """Return how many reports to make at a time: each needs memory to work in."""
    memory = plan.params.portfolio.limits.memory
    most = min(processes or min(workers.count(), workers_that_fit()), len(plan.waiting))
    return max(1, min(most, memory // LEAST_MEMORY) if memory else most)


def _shares(plan: Plan, crew: int, folder: Path) -> dict[str, str]:
    limits, spill = plan.params.portfolio.limits, folder / "spill"
    spill.mkdir()
    return shares(limits.memory, limits.threads or workers.count(), crew, spill)


def _tasks(plan: Plan, reports_dir: Path, folder: Path, timeout: int) -> list[Task]:
    """Return a task a job to make, those that took longest last time first."""
    earlier = _snapshot(reports_dir, folder / "earlier")
    records = plan.content["reports"]

    def length(planned: Planned) -> tuple[float, bool]:
        seconds = (records.get(planned.job.stem) or {}).get("seconds", {})
        return sum(seconds.values()), planned.job.notebook.compares

    tasks = []
    for number, planned in enumerate(sorted(plan.waiting, key=length, reverse=True)):
        tasks.append(
            Task(
                job=planned.job,
                folder=folder / "made" / str(number),
                scratch=folder,
                earlier=earlier,
                reports_dir=reports_dir,
                portfolio=plan.params.portfolio.name,
                currency=plan.params.portfolio.currency,
                languages=tuple(plan.params.portfolio.languages),
                vocabulary=plan.topics.vocabulary.names(),
                data=plan.data,
                version=portfolio.__version__,
                timeout=timeout,
                minutes=plan.params.portfolio.limits.job_minutes,
            )
        )
    return tasks


def _snapshot(reports_dir: Path, target: Path) -> Path:
    """Copy the published figures, so that a comparison reads those of before this run, whatever ends first."""
    target.mkdir()
    for path in reports_dir.rglob("*.metrics.json"):
        if path.is_file() and not path.is_symlink():
            copy = target / path.relative_to(reports_dir)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return target
