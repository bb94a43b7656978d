"""Runs beyond one machine: a scheduler, and two workers of one thread, as processes of this one."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

pytest.importorskip("distributed")

PATIENCE = 60


def run(params, address, **options):
    command = [sys.executable, "-m", "portfolio", "run", str(params), "--reports-dir", str(params.parent / "reports")]
    return subprocess.Popen(
        [*command, "--scheduler", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def wait_until(true, what):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.fixture
def address():
    """Where nobody listens, and a scheduler can."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def start(tmp_path_factory):
    """A function that starts a part of a cluster; all of them end with the test."""
    started = []

    def begin(part, *words, **env):
        program = f"from distributed.cli.dask_{part} import main; main()"
        process = subprocess.Popen(
            [sys.executable, "-c", program, *words, "--no-dashboard"],
            cwd=tmp_path_factory.mktemp(part),
            env={**os.environ, **env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def cluster(start, address):
    """A function that starts a scheduler and workers, and returns the workers when they are there."""

    def begin(workers=2, **env):
        from distributed import Client

        start("scheduler", "--host", address)
        # Without a nanny, which would start a worker that was killed again.
        crew = [start("worker", address, "--nthreads", "1", "--no-nanny", **env) for _ in range(workers)]
        with Client(address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)
        return crew

    return begin


def below(process):
    """What a worker has started, as its kernels."""
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_no_report(small, tmp_path, cluster, address):
    params = small.write_portfolio(tmp_path)
    first, second = cluster()
    process = run(params, address)
    wait_until(lambda: below(first) and below(second), "both workers make reports")
    kernels = below(first)
    first.send_signal(signal.SIGKILL)
    out, error = process.communicate(timeout=PATIENCE)
    assert error == ""
    assert process.returncode == 0
    assert "5 published, 0 up to date, 0 failed." in out
    assert len([*(tmp_path / "reports").rglob("small_review.fr.html")]) == 4
    assert (tmp_path / "reports/small_comparison/2024-H1..2025-H1.metrics.json").is_file()
    _gone, alive = psutil.wait_procs(kernels, 10)
    assert not alive
    assert not below(second)
