"""Worker processes: each makes one report after another, in parallel with the others.

A pool of the standard library breaks whole when one of its processes is killed for want of memory; here that
is one failed report, and a new process takes the next.
"""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from threading import Thread

from portfolio.report import failure
from portfolio.report.failure import Failure
from portfolio.report.making import Outcome, Task, make_report

# Not fork: the engine's threads run in this process.
_context = get_context("spawn")


def count() -> int:
    """Return the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _deaf() -> Iterator[None]:
    """Start a process that a Ctrl-C of its first moments does not reach; ours hears it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    def __init__(self, env: dict[str, str]) -> None:
        self.connection, theirs = _context.Pipe()
        self.process = _context.Process(target=_work, args=(theirs, env), daemon=True)
        with _deaf():
            self.process.start()
        theirs.close()
        self.task: Task | None = None
        self.began = 0.0

    def give(self, task: Task) -> None:
        self.task, self.began = task, time.monotonic()
        self.connection.send(task)

    def take(self) -> tuple[Task, Outcome]:
        """Return what came of the task; a process that is gone has failed it."""
        task, self.task = self.task, None
        try:
            return task, self.connection.recv()
        except (EOFError, OSError):
            self.stop()
            return task, Outcome(failure=Failure(failure.DIED))

    def left(self) -> float | None:
        """Return the seconds that the task may still take; None is as many as it needs."""
        if self.task is None or self.task.minutes is None:
            return None
        return max(0.0, self.began + 60 * self.task.minutes - time.monotonic())

    def give_up(self) -> tuple[Task, Outcome]:
        """End the process, and fail its task for the time it took."""
        task, self.task = self.task, None
        self.stop()
        took = round(time.monotonic() - self.began, 2)
        return task, Outcome(failure=Failure(failure.LATE, minutes=task.minutes), seconds={"notebook": took})

    def stop(self) -> None:
        """End the process and the kernel it runs, which stands in a session of its own.

        At once, whatever they do: what they wrote stands in the folders of the task and of the run. A warm kernel is
        ended by the server it was forked from.
        """
        import psutil

        try:
            kernels = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            kernels = []
        self.process.kill()
        for kernel in kernels:
            try:
                kernel.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.join()
        self.connection.close()


def run_tasks(tasks: Iterable[Task], workers: int, env: dict[str, str]) -> Iterator[tuple[Task, Outcome]]:
    """Make reports in parallel, and give each as it is done.

    Parameters
    ----------
    tasks
        In the order to begin them.
    workers
        Processes at most.
    env
        The environment of the processes and their kernels.

    Yields
    ------
    (Task, Outcome)
        In the order they end. When the caller stops, or is stopped, no process is left behind.
    """
    waiting = deque(tasks)
    crew: list[_Worker] = []
    try:
        for _ in range(min(workers, len(waiting))):
            crew.append(_Worker(env))
        while waiting or any(worker.task for worker in crew):
            for place, worker in enumerate(crew):
                if waiting and worker.task is None:
                    if not worker.process.is_alive():
                        worker = crew[place] = _Worker(env)
                    worker.give(waiting.popleft())
            busy = {worker.connection: worker for worker in crew if worker.task}
            for ready in wait(list(busy), _least(worker.left() for worker in busy.values())):
                yield busy[ready].take()
            for worker in busy.values():
                if worker.task and worker.left() == 0:
                    yield worker.give_up()
    finally:
        for worker in crew:
            worker.stop()


def _least(seconds: Iterable[float | None]) -> float | None:
    return min((left for left in seconds if left is not None), default=None)


def _work(connection: Connection, env: dict[str, str]) -> None:
    """Take tasks and send outcomes, until the other end is gone."""
    from multiprocessing import parent_process

    os.environ.clear()
    os.environ.update(env)
    # Ctrl-C reaches the whole group; the process that gave the tasks decides what to end, and how.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    Thread(target=_end_with, args=(parent_process().sentinel,), daemon=True).start()
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    from portfolio.report.execute import quiet

    quiet()
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        connection.send(make_report(task))


def _end_with(parent) -> None:
    """End this process when the one that gave the tasks is gone; its kernel sees that, and ends too."""
    wait([parent])
    os._exit(1)
