"""Runs beyond one machine: a scheduler, and two workers of one thread, as processes of this one."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

import portfolio
from portfolio.cli import build
from portfolio.report.warm import FORKS
from portfolio.show.words import Words

PATIENCE = 60


def run(params, address, *words, **options):
    command = [sys.executable, "-m", "portfolio", "run", str(params), "--reports-dir", str(params.parent / "reports")]
    return subprocess.Popen(
        [*command, "--scheduler", address, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
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
        Client = pytest.importorskip("distributed").Client
        begin.scheduler = start("scheduler", "--host", address)
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
    _gone, alive = psutil.wait_procs(kernels, 10)
    assert not alive
    assert not below(second)

    # The figures of before travel too.
    again = run(params, address, "--notebook", "small_comparison", "--force")
    again.communicate(timeout=PATIENCE)
    assert again.returncode == 0
    figures = json.loads((tmp_path / "reports/small_comparison/2024-H1..2025-H1.metrics.json").read_text())
    assert figures["metrics"][0]["value"] == 5


@pytest.mark.slow
def test_a_run_that_is_stopped_ends_its_kernels(small, tmp_path, cluster, address):
    params = small.write_portfolio(tmp_path)
    (worker,) = cluster(1, SMALL="sleep")
    process = run(params, address)
    wait_until(lambda: len(below(worker)) == 1 + FORKS, "a kernel runs")
    process.send_signal(signal.SIGINT)
    _out, error = process.communicate(timeout=PATIENCE)
    assert error == "Stopped. The reports published before stand as they were.\n"
    assert process.returncode == 130
    wait_until(lambda: not below(worker), "no kernel is left")
    assert worker.poll() is None


@pytest.mark.slow
def test_reports_of_a_cluster_that_is_gone_have_failed(small, tmp_path, cluster, address):
    params = small.write_portfolio(tmp_path)
    (worker,) = cluster(1, SMALL="sleep")
    process = run(params, address)
    wait_until(lambda: below(worker), "a report is under way")
    cluster.scheduler.kill()
    out, _error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "0 published, 0 up to date, 5 failed." in out
    wait_until(lambda: worker.poll() is not None, "a worker ends without its scheduler")


@pytest.mark.slow
def test_workers_that_could_not_make_the_reports_are_told_of_before_any_is_begun(small, tmp_path, cluster, address):
    params = small.write_portfolio(tmp_path, small.PARAMS.replace("orders.csv", '"${SMALL_ORDERS}"'))
    cluster(1)
    process = run(params, address, env={**os.environ, "SMALL_ORDERS": "orders.csv"})
    _out, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "The worker tcp://127.0.0.1:" in error
    assert "The environment variable SMALL_ORDERS is not set" in error
    assert not (tmp_path / "reports/2025-H1").exists()


@pytest.mark.slow
def test_a_worker_of_another_version_is_told_of(small, tmp_path, cluster, address):
    shutil.copytree(Path(portfolio.__file__).parent, tmp_path / "other/portfolio")
    (tmp_path / "other/portfolio/__main__.py").write_text("# another version\n")
    cluster(1, PYTHONPATH=str(tmp_path / "other"))
    process = run(small.write_portfolio(tmp_path), address)
    _out, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "has another version of the package" in error


def call(*words):
    return CliRunner().invoke(build(Words("en")), ["run", *map(str, words)])


@pytest.mark.slow
def test_where_nobody_answers_nothing_is_run(small, tmp_path, address):
    pytest.importorskip("distributed")
    params = small.write_portfolio(tmp_path)
    begun = time.monotonic()
    result = call(params, "--reports-dir", tmp_path / "reports", "--scheduler", address)
    assert 9 < time.monotonic() - begun < 20
    assert result.exit_code == 2
    assert f'No scheduler answers at "{address}".' in result.stderr
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("given", ["nowhere", "carrier://pigeon:1"])
def test_what_is_no_address_is_said_at_once(small, tmp_path, given):
    pytest.importorskip("distributed")
    result = call(small.write_portfolio(tmp_path), "--reports-dir", tmp_path / "reports", "--scheduler", given)
    assert result.exit_code == 2
    assert f'No scheduler answers at "{given}".' in result.stderr


def test_without_the_library_it_says_what_to_install(small, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = call(small.write_portfolio(tmp_path), "--scheduler", "tcp://127.0.0.1:8786")
    assert result.exit_code == 2
    assert 'pip install "distributed>=' in result.stderr


def test_processes_of_this_machine_are_not_asked_for_beside_a_cluster(small, tmp_path):
    result = call(small.write_portfolio(tmp_path), "--scheduler", "tcp://127.0.0.1:8786", "--workers", "2")
    assert result.exit_code == 2
    assert "--workers" in result.stderr
