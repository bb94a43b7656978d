"""A hundred reports, five semesters of twenty segments, against papermill and nbconvert one after the other."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import yaml

from benchmarks.measured import PROJECT
from benchmarks.reports import NOTEBOOK, as_commands, portfolio, timed

SEGMENTS = ("region", "account_manager", "need")  # 8, 7 and 5 values of 30 customers in each semester
EVERY_SECONDS = 0.5
# The commands are timed on some of the hundred, spread over them.
TIMED = ("Bretagne", "Hauts-de-France", "Grand Est")


def run() -> Iterator[str]:
    """Publish a hundred reports in an empty folder, and say what some of them take by the two commands."""
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        params = yaml.safe_load((PROJECT / "params/demo.yml").read_text(encoding="utf-8"))
        params["reports"] = [
            {"notebook": NOTEBOOK, "period": "2024-H1..latest", "segment": {"by": column}} for column in SEGMENTS
        ]
        for table in params["portfolio"]["tables"].values():
            table["source"] = str((PROJECT / "params" / table["source"]).resolve())
        path = folder / "hundred.yml"
        path.write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
        command = portfolio(folder / "reports", "--workers", str(workers), params=path)
        seconds, megabytes = watched(command)
        reports = json.loads((folder / "reports/manifest.json").read_text(encoding="utf-8"))["reports"]
        made = sum(report["status"] == "published" for report in reports.values())
        pair = sum(timed(one) for region in TIMED for one in as_commands(folder, region)) / len(TIMED)
        yield f"{made} reports by {workers} workers: {seconds:.0f} s"
        yield f"memory at most, in all processes: {megabytes:,.0f} MB (under 4,096)"
        yield f"papermill, then jupyter nbconvert: {pair:.1f} s each, the mean of {len(TIMED)}"
        yield f"theirs in a loop / ours = {pair * made / seconds:.1f} (at least 6)"


def watched(command: list[str]) -> tuple[float, float]:
    """Return the seconds of a command, and the most memory that it and what it started held at a time, in MB.

    What processes share, as forks do, counts once: the proportional share of each.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak, ended = [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(EVERY_SECONDS):
            peak[0] = max(peak[0], _held(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _out, error = process.communicate()
    seconds = time.perf_counter() - start
    ended.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(error.decode())
    return seconds, peak[0]


def _held(pid: int) -> float:
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for process in family:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1024**2
