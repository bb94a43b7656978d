"""Runs of the small portfolio: what is published, what is skipped, and what a failure leaves."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from portfolio.params import load_params
from portfolio.report import manifest, warm
from portfolio.report.job import Choice
from portfolio.report.runner import run
from portfolio.report.warm import FORKS

# Whole runs.
pytestmark = pytest.mark.slow


def files(folder):
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.startswith(".cache/")}


@pytest.fixture
def kernels(monkeypatch, tmp_path, one_server):
    """A function that returns the kernels of this test, what they started, and the process they are forked from, which
    its first kernel shows to be ready. Others may run on the machine."""
    monkeypatch.setattr(warm, "server", one_server)
    monkeypatch.setenv("SMALL_MARK", str(tmp_path))

    def running():
        found = []
        for process in psutil.process_iter(["cmdline"]):
            if {"ipykernel_launcher", "portfolio.report.warm_server", "sleep"} & set(process.info["cmdline"] or []):
                try:
                    found += [process.pid] if process.environ().get("SMALL_MARK") == str(tmp_path) else []
                except psutil.Error:
                    continue
        return found

    return running


def none_left(kernels):
    end = time.monotonic() + 10
    while kernels():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


WRITTEN = (("to_call", "csv"), ("lists", "xlsx"))


def test_what_a_run_leaves(published):
    review = {"small_review.en.html", "small_review.fr.html", "small_review.metrics.json", "small_review.ipynb"} | {
        f"actions/{name}.{language}.{kind}" for language in ("en", "fr") for name, kind in WRITTEN
    }
    places = ["2024-H2", "2025-H1", "2025-H1/region=bretagne", "2025-H1/region=ile-de-france"]
    expected = {f"{place}/{name}" for place in places for name in review}
    expected |= {
        f"small_comparison/2024-H1..2025-H1.{ending}" for ending in ("en.html", "fr.html", "metrics.json", "ipynb")
    }
    expected |= {"index.html", "index.en.html", "index.fr.html", "manifest.json", ".lock"}
    assert files(published) == expected


def test_the_manifest_says_how_each_report_came(published):
    content = json.loads((published / "manifest.json").read_text())
    assert len(content["reports"]) == 5
    ledger = content["portfolios"]["Small & <b>co</b>"]["ledger"]
    assert ledger["tables"][0]["rows_read"] == 79
    for record in content["reports"].values():
        assert record["status"] == "published"
        assert record["seconds"].keys() == {"notebook", "rendering"}
        assert all((published / name).is_file() for name in record["files"])
        assert all(record[key] for key in ("made_of", "data", "code", "versions"))
    assert str(published.parent) not in (published / "manifest.json").read_text()


def test_the_executed_notebook_names_no_place_of_this_run(published):
    text = (published / "small_comparison/2024-H1..2025-H1.ipynb").read_text()
    assert "/earlier" not in text
    assert "portfolio-" not in text


def test_pages_hold_no_code(published):
    for path in published.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text, path
        assert not re.search(r"Traceback|FutureWarning|def |import ", text), path


def test_a_report_is_made_again_only_when_what_it_is_made_of_changed(one_report):
    assert one_report.waiting() == 1
    assert one_report().status == "published"
    assert one_report().status == "up to date"
    assert one_report.waiting() == 0
    assert one_report.waiting(force=True) == 1

    text = one_report.params.read_text()
    one_report.params.write_text(text + "  - {notebook: ./small_review.ipynb, period: 2025-H1}\n")
    assert one_report.waiting() == 0, "a request that asks for the same report is the same job"
    one_report.params.write_text(text.replace("min_customers: 3", "min_customers: 4"))
    assert one_report.waiting() == 1
    one_report.params.write_text(text)

    notebook = one_report.params.with_name("small_review.ipynb")
    text = notebook.read_text()
    notebook.write_text(text.replace("What the portfolio is worth", "What it is worth"))
    assert one_report.waiting() == 1
    notebook.write_text(text)
    assert one_report.waiting() == 0

    (one_report.reports / "2025-H1/small_review.fr.html").unlink()
    assert one_report.waiting() == 1

    orders = one_report.params.with_name("orders.csv")
    orders.write_text(orders.read_text() + "Br1,2025-06-30,1,other\n")
    assert one_report().status == "published"
    assert one_report.waiting() == 0


def test_figures_that_changed_are_kept(one_report, monkeypatch):
    one_report()
    monkeypatch.setenv("SMALL", "restated")
    one_report(force=True)
    figures = json.loads((one_report.reports / "2025-H1/small_review.metrics.json").read_text())
    (one,) = figures["restatements"]
    assert (one["name"], one["was"], one["is"]) == ("revenue", 1000.5, 900.25)


FAILURES = {
    "error": "Unexpected error in a step of the report",
    "user": "No orders in 2025-H1: the orders run from 2024-01-01 to 2025-06-30.",
    "die": "ended suddenly",
    "script": "neither text nor picture",
}


def test_a_failure_leaves_the_last_good_report_and_says_why(one_report, monkeypatch):
    one_report()
    good = files(one_report.reports)
    page = (one_report.reports / "2025-H1/small_review.en.html").read_text()
    for mode, says in FAILURES.items():
        monkeypatch.setenv("SMALL", mode)
        assert one_report(force=True).status == "failed"
        assert good <= files(one_report.reports)
        assert (one_report.reports / "2025-H1/small_review.en.html").read_text() == page

        told = (one_report.reports / "2025-H1/small_review.failed.en.html").read_text(encoding="utf-8")
        for words in (says, "Small review", "params.yml", 'href="small_review.en.html"'):
            assert words in told
        assert re.search(r"H1\s2025", told)
        assert not re.search(r"Traceback|KeyError|secret_column|File |line \d", told)
        assert str(one_report.params.parent) not in told

        record = manifest.load(one_report.reports)["reports"]["2025-H1/small_review"]
        assert record["status"] == "failed"
        assert record["failure"]
        gallery = (one_report.reports / "index.html").read_text(encoding="utf-8")
        for words in ("Failed", 'href="2025-H1/small_review.failed.en.html"', 'href="2025-H1/small_review.en.html"'):
            assert words in gallery

    monkeypatch.delenv("SMALL")
    assert one_report().status == "published"
    assert files(one_report.reports) == good


def test_a_report_that_never_succeeded_has_its_page_only(one_report, monkeypatch):
    monkeypatch.setenv("SMALL", "error")
    assert one_report().status == "failed"
    left = {name for name in files(one_report.reports) if name.startswith("2025-H1")}
    assert left == {f"2025-H1/small_review.failed.{ending}" for ending in ("en.html", "fr.html", "ipynb")}
    assert "Who are we losing?" in (one_report.reports / "2025-H1/small_review.failed.en.html").read_text()


def test_a_cell_that_takes_too_long_is_given_up(one_report, monkeypatch, kernels):
    monkeypatch.setenv("SMALL", "sleep")
    assert one_report(timeout=2).status == "failed"
    assert "was given up" in (one_report.reports / "2025-H1/small_review.failed.en.html").read_text()
    assert none_left(kernels)


@pytest.mark.parametrize("mode", ["sleep", "deaf"])
def test_a_report_that_takes_too_long_is_given_up(one_report, monkeypatch, kernels, mode):
    text = one_report.params.read_text()
    one_report.params.write_text(text.replace("  thresholds:", "  limits: {job_minutes: 0.1}\n  thresholds:"))
    monkeypatch.setenv("SMALL", mode)
    done = one_report()
    assert done.status == "failed"
    assert 6 <= done.seconds < 10
    page = (one_report.reports / "2025-H1/small_review.failed.fr.html").read_text()
    assert "Le rapport a été abandonné au bout de 0,10\u00a0min" in page
    assert none_left(kernels)


@pytest.mark.slow
def test_the_other_reports_go_on_when_one_takes_too_long(small, tmp_path, monkeypatch, kernels):
    text = small.PARAMS.replace("  thresholds:", "  limits: {job_minutes: 0.5}\n  thresholds:")
    path = small.write_portfolio(tmp_path, text)
    monkeypatch.setenv("SMALL", "slow once")
    done = run(load_params(path), tmp_path / "reports", Choice(), processes=2)
    failed = {one.job.segment for one in done if one.status == "failed"}
    assert failed == {"region=Bretagne", "region=Île-de-France"}
    assert sum(one.status == "published" for one in done) == 3
    assert none_left(kernels)


@pytest.mark.parametrize(
    ("limits", "processes", "told"),
    [
        ("{memory: 1GB, threads: 8}", 2, r"476\.8 MiB, 4, "),
        ("{memory: 150MB}", 2, r"143\.0 MiB, \d+, "),  # too little for two
    ],
)
def test_memory_and_threads_are_shared_out(small, tmp_path, monkeypatch, limits, processes, told):
    head = small.PARAMS.partition("reports:")[0].replace("  thresholds:", f"  limits: {limits}\n  thresholds:")
    asked = "reports:\n  - {notebook: ./small_review.ipynb, period: [2024-H2, 2025-H1]}\n"
    path = small.write_portfolio(tmp_path, head + asked)
    monkeypatch.setenv("SMALL", "engine")
    monkeypatch.setattr("portfolio.report.workers.count", lambda: 2)
    run(load_params(path), tmp_path / "reports", Choice(), processes=processes)
    pages = {(tmp_path / f"reports/{period}/small_review.en.html").read_text() for period in ("2024-H2", "2025-H1")}
    spilt = [Path(re.search(f"<p>{told}(.*?)</p>", page)[0].rpartition(", ")[2][:-4]) for page in pages]
    assert len({*spilt}) == 2
    assert not any(path.parent.parent.exists() for path in spilt), "it goes with the folder of the run"


def test_limits_do_not_make_reports_again(one_report):
    one_report()
    text = one_report.params.read_text()
    one_report.params.write_text(text.replace("  thresholds:", "  limits: {memory: 2GB}\n  thresholds:"))
    assert one_report.waiting() == 0


def test_the_comparison_reads_the_figures_of_before_the_run(small, tmp_path):
    path = small.write_portfolio(tmp_path)

    def found(**options):
        run(load_params(path), tmp_path / "reports", Choice(**options), processes=2, force=True)
        text = (tmp_path / "reports/small_comparison/2024-H1..2025-H1.metrics.json").read_text()
        return json.loads(text)["metrics"][0]["value"]

    assert found() == 0
    assert found(notebook="small_comparison") == 5


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["sleep", "deaf"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_stopped_leaves_no_half_report_and_no_kernel(one_report, number, mode, kernels, tmp_path):
    folders = tmp_path / "t"
    folders.mkdir()
    one_report()
    good = files(one_report.reports)
    command = [sys.executable, "-m", "portfolio", "run", str(one_report.params), "--force"]
    process = subprocess.Popen(
        [*command, "--reports-dir", str(one_report.reports)],
        env={**os.environ, "SMALL": mode, "TMPDIR": str(folders)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    started = 1 + FORKS + (mode == "deaf")
    end = time.monotonic() + 60
    while len(kernels()) < started and time.monotonic() < end:
        time.sleep(0.1)
    assert len(kernels()) == started
    time.sleep(3)
    begun = time.monotonic()
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    _out, error = process.communicate(timeout=30)
    if number != signal.SIGKILL:
        assert time.monotonic() - begun < 5
        assert process.returncode == 130
        assert not [*folders.iterdir()]
        assert error.decode().splitlines() == ["Stopped. The reports published before stand as they were."]
        assert files(one_report.reports) == good
    assert none_left(kernels)
    assert one_report().status == "up to date"
    assert files(one_report.reports) == good
