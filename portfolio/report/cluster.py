"""Beyond one machine: reports made by the workers of a Dask cluster, through the futures of its client.

    here                                   a worker
    notebook, figures of before, ledger -> a folder of its own -> make_report
    the task's folder                   <- the files' bytes

What is read at its place, the params file with what it names and the clean tables of the cache, must stand under the
same paths on every machine. A report never is written in place: one that is made twice, since its worker was believed
lost, is published once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from portfolio.base import store
from portfolio.base.cache import code_fingerprint
from portfolio.errors import N_, ParamsError
from portfolio.params.notebook import EARLIER
from portfolio.report import failure
from portfolio.report.cluster_worker import Parcel, end_run, make_parcel, why_not
from portfolio.report.failure import Failure
from portfolio.report.kernel import from_data
from portfolio.report.making import Outcome, Task

if TYPE_CHECKING:
    from distributed import Client, Future

ANSWER_SECONDS = 10
WORKER_SECONDS = 60  # clusters that grow by need start a worker when there is something to do
# On another worker, where one has no room on its disk. The scheduler itself gives the jobs of a dead worker to others.
RETRIES = 2


@contextmanager
def reach(address: str) -> Iterator[Client]:
    """Reach the scheduler of a cluster.

    Raises
    ------
    ParamsError
        The library is missing, or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ParamsError(
            N_("--scheduler needs the library distributed. Install it here and on the workers: pip install {what}"),
            what='"distributed>=2026.8"',
        ) from None
    try:
        with ThreadPoolExecutor(1) as apart:  # where a notebook's event loop runs, another cannot
            apart.submit(asyncio.run, _ask(address)).result()
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ParamsError(
            N_('No scheduler answers at "{address}". Start one with "dask scheduler", and give the address it tells.'),
            address=address,
        ) from error
    with client:
        yield client


async def _ask(address: str) -> None:
    """See that somebody answers as a scheduler does. A client that never met one cannot be closed in silence."""
    from distributed import Security
    from distributed.comm import connect

    security = Security().get_connection_args("client")
    line = await asyncio.wait_for(connect(address, timeout=ANSWER_SECONDS, **security), ANSWER_SECONDS)
    await line.close()


def run_tasks(tasks: Iterable[Task], client: Client, prepared: Path) -> Iterator[tuple[Task, Outcome]]:
    """Make reports on a cluster, and give each as it is done.

    Parameters
    ----------
    tasks
        In the order to begin them.
    client
        Of the cluster's scheduler.
    prepared
        Folder that says where the clean tables stand.

    Yields
    ------
    (Task, Outcome)
        In the order they end, the files of each in its task's folder. When the caller stops, or is stopped, the jobs
        are taken back, and the kernels under way end.

    Raises
    ------
    ParamsError
        There is no worker, or one of them cannot make these reports; none was begun.
    """
    from distributed import as_completed

    run = uuid4().hex
    parcels = [_parcel(run, task, prepared) for task in tasks]
    futures: dict[Future, Task] = {}
    try:
        if parcels:
            _check_workers(client, parcels[0])
        for number, parcel in enumerate(parcels):
            key = f"portfolio-{run}-{number}"
            futures[client.submit(make_parcel, parcel, key=key, pure=False, retries=RETRIES)] = parcel.task
        for future in as_completed(list(futures), loop=client.loop):
            task = futures.pop(future)
            yield task, _outcome(task, future)
    finally:
        # A cluster that is gone has nothing to end.
        with suppress(OSError, TimeoutError):
            if futures:
                client.cancel(list(futures))
            client.run(end_run, run, on_error="ignore")


def _parcel(run: str, task: Task, prepared: Path) -> Parcel:
    own = task.earlier / f"{task.job.stem}.metrics.json"
    wanted = task.earlier.rglob("*.metrics.json") if EARLIER in task.job.notebook.parameters else [own]
    return Parcel(
        run=run,
        task=task,
        code=code_fingerprint(),
        ledger=(prepared / store.LEDGER).read_bytes(),
        notebook=task.job.notebook.path.read_bytes(),
        earlier={str(path.relative_to(task.earlier)): path.read_bytes() for path in wanted if path.is_file()},
    )


def _check_workers(client: Client, parcel: Parcel) -> None:
    """Check that every worker there is can make reports, before one is begun."""
    wanted = client.submit(int, pure=False)
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError:
        raise ParamsError(
            N_('The cluster has no worker. Start some with "dask worker {address} --nthreads 1".'),
            address=client.scheduler.address,
        ) from None
    finally:
        wanted.release()
    for worker, answer in sorted(client.run(why_not, parcel, on_error="return").items()):
        if isinstance(answer, OSError):
            continue  # it left meanwhile
        if answer:
            problem = str(answer) if isinstance(answer, Exception) else from_data(answer)
            raise ParamsError(
                N_("The worker {worker} cannot make these reports. {problem}"), worker=worker, problem=problem
            )


def _outcome(task: Task, future: Future) -> Outcome:
    """Return what came of a job, its files written into the task's folder; one that no worker survived has failed."""
    if future.status != "finished":
        return Outcome(failure=Failure(failure.DIED))
    outcome, files = future.result()
    for name, content in files.items():
        path = task.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return outcome
