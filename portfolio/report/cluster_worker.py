"""What a worker of a cluster does: check that it can make reports, make them, end what it keeps for a run.

A report has the environment of the process for itself, so each process makes one at a time, whatever its threads.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from portfolio.base import scratch, store
from portfolio.base.cache import code_fingerprint
from portfolio.errors import N_, ParamsError, PortfolioError
from portfolio.params import load_params
from portfolio.report import environment, failure, warm
from portfolio.report.failure import Failure
from portfolio.report.kernel import to_data
from portfolio.report.making import Outcome, Task, make_report

_one_at_a_time = Lock()
# Of kernels, by run: how to end it, and where it is found.
_servers: dict[str, tuple[ExitStack, dict[str, str]]] = {}


@dataclass(frozen=True)
class Parcel:
    """What a worker needs to make a report, beside what stands at the same place on every machine."""

    run: str
    task: Task
    code: str
    ledger: bytes
    notebook: bytes
    earlier: Mapping[str, bytes]


def make_parcel(parcel: Parcel) -> tuple[Outcome, dict[str, bytes]]:
    """Make a report in a folder of this worker's own; return what came of it, and its files."""
    problems = why_not(parcel)
    if problems:
        return Outcome(failure=Failure(failure.USER, problems=problems)), {}
    with _one_at_a_time, environment.run_folder() as folder:
        env = environment.kernel_environment(folder, str(_prepared(parcel, folder)))
        notebook = folder / "notebooks" / parcel.task.job.notebook.path.name
        earlier = folder / "earlier"
        _write(notebook, parcel.notebook)
        earlier.mkdir()
        for name, content in parcel.earlier.items():
            _write(earlier / name, content)
        job = replace(parcel.task.job, notebook=replace(parcel.task.job.notebook, path=notebook))
        task = replace(
            parcel.task, job=job, folder=folder / "made", scratch=folder, earlier=earlier, reports_dir=earlier
        )
        with _environment(env | _kernels(parcel.run, env)):
            outcome = make_report(task)
        if outcome.failure and outcome.failure.kind == failure.DIED:
            end_run(parcel.run)  # whatever ended the kernel may have ended the server it came from
        files = task.folder / "files"
        made = [path for path in files.rglob("*") if path.is_file()]
        return outcome, {path.relative_to(files).as_posix(): path.read_bytes() for path in made}


def end_run(run: str) -> None:
    """End what this process keeps for a run: the server of kernels, and with it the kernel under way."""
    if kept := _servers.pop(run, None):
        kept[0].close()


def why_not(parcel: Parcel) -> list[dict]:
    """Return why this worker cannot make reports of a run, as data; nothing where it can."""
    try:
        if code_fingerprint() != parcel.code:
            raise ParamsError(
                N_("It has another version of the package: install the same there, and start the worker again.")
            )
        params = load_params(parcel.task.job.params_file)
        with scratch.folder() as folder:
            prepared = _prepared(parcel, folder)
            gone = [path for path in store.files(prepared) if not path.is_file()]
            if gone or not store.holds(prepared, params):
                raise ParamsError(
                    N_("It does not see {path}, which must stand at the same place on every machine."),
                    path=gone[0] if gone else params.path,
                )
    except PortfolioError as error:
        return to_data(error)
    return []


def _prepared(parcel: Parcel, folder: Path) -> Path:
    _write(folder / "prepared" / store.LEDGER, parcel.ledger)
    return folder / "prepared"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@contextmanager
def _environment(env: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _kernels(run: str, env: Mapping[str, str]) -> dict[str, str]:
    """Return where kernels are forked: from a server that a run has for all its reports in this process."""
    for other in _servers.keys() - {run}:
        end_run(other)
    if run not in _servers:
        stack = ExitStack()
        folder = stack.enter_context(environment.run_folder())
        _servers[run] = stack, stack.enter_context(warm.server(folder, env))
    return _servers[run][1]


@atexit.register
def _end_all() -> None:
    for run in [*_servers]:
        end_run(run)
