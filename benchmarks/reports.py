"""What a report costs in a run, against its cells alone, and against papermill and nbconvert as commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measured import PROJECT

REGIONS = ("Bretagne", "Occitanie", "Grand Est")
NOTEBOOK, PERIOD = "portfolio_review", "2026-H1"


def run() -> Iterator[str]:
    """Publish the reports of params/demo.yml in an empty folder; then a few again, warm, each way."""
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = timed(portfolio(folder, "--workers", str(workers)))
        reports = recorded(folder)
        notebooks = sum(report["seconds"]["notebook"] for report in reports.values())
        yield f"{len(reports)} reports by {workers} workers: {seconds:.1f} s; their notebooks {notebooks:.1f} s in all"
        yield f"whole run / (sum of notebooks / workers) = {seconds / (notebooks / workers):.2f} (at most 1.3)"
        nothing = timed(portfolio(folder))
        yield f"the same, nothing changed: {nothing:.1f} s (under 2)"
        # One worker, so that each way has the machine to itself.
        ours, cells, commands = [], [], []
        for region in REGIONS:
            one = ["--notebook", NOTEBOOK, "--period", PERIOD, "--segment", f"region={region}", "--force"]
            timed(portfolio(folder, *one, "--workers", "1"))
            made = next(report for report in recorded(folder).values() if report["segment"] == f"region={region}")
            ours.append(sum(made["seconds"].values()))
            cells.append(plain(folder, region))
            commands.append(sum(map(timed, as_commands(folder, region))))
        middle = len(REGIONS) // 2
        report, alone, pair = (sorted(times)[middle] for times in (ours, cells, commands))
        yield f"one report more, warm: {report:.1f} s; its cells alone in one process {alone:.1f} s"
        yield f"report / cells = {report / alone:.2f} (at most 2)"
        yield f"papermill, then jupyter nbconvert, as commands: {pair:.1f} s; theirs / ours = {pair / report:.1f} (5)"


def portfolio(folder: Path, *words: str, params: str | Path = "params/demo.yml") -> list[str]:
    return [sys.executable, "-m", "portfolio", "run", str(params), "--reports-dir", str(folder), *words]


def recorded(folder: Path) -> dict[str, dict]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["reports"]


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return time.perf_counter() - start


def plain(folder: Path, region: str) -> float:
    """Return the seconds of the cells in one process that has imported the package, the customer bases being there."""
    code = f"""
import json, os, time
from pathlib import Path
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from portfolio.base import store
from portfolio.base.cache import Cache
from portfolio.base.cleaning import clean_tables
from portfolio.params import load_params
from portfolio.report import warm_server
from portfolio.review.opening import topics_of
warm_server.load()
params = load_params("params/demo.yml")
folder = Path({str(folder)!r})
clean = clean_tables(params, topics_of(params).classes, Cache(folder / ".cache"))
os.environ["PORTFOLIO_PREPARED"] = str(store.save(clean, folder / "prepared"))
shell = InteractiveShell.instance()
cells = [c for c in nbformat.read("notebooks/{NOTEBOOK}.ipynb", 4).cells if c.cell_type == "code"]
start = time.perf_counter()
for cell in cells:
    shell.run_cell(cell.source, silent=True).raise_error()
    if "parameters" in cell.metadata.get("tags", ()):
        shell.run_cell("period, segment = '{PERIOD}', 'region={region}'", silent=True)
Path({str(folder / "seconds")!r}).write_text(str(time.perf_counter() - start))
"""
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True)
    return float((folder / "seconds").read_text())


def as_commands(folder: Path, region: str) -> list[list[str]]:
    """Return the two commands that make one page without us."""
    scripts, made = Path(sys.executable).parent, str(folder / "one.ipynb")
    given = {"params_file": "params/demo.yml", "period": PERIOD, "segment": f"region={region}"}
    parameters = [word for name, value in given.items() for word in ("-p", name, value)]
    return [
        [str(scripts / "papermill"), f"notebooks/{NOTEBOOK}.ipynb", made, *parameters],
        [str(scripts / "jupyter"), "nbconvert", "--to", "html", made],
    ]
