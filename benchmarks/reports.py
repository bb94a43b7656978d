"""All demo reports against the run times of their own notebooks."""

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


def run() -> Iterator[str]:
    """Publish every report of params/demo.yml in an empty folder, and compare with the manifest's notebook times."""
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "portfolio",
            "run",
            "params/demo.yml",
            "--reports-dir",
            folder,
            "--workers",
            str(workers),
        ]
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
        seconds = time.perf_counter() - start
        reports = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))["reports"]
    notebooks = sum(report["seconds"]["notebook"] for report in reports.values())
    ideal = notebooks / workers
    yield f"{len(reports)} reports by {workers} workers: {seconds:.1f} s; their notebooks {notebooks:.1f} s in all"
    yield f"whole run / (sum of notebooks / workers) = {seconds / ideal:.2f} (at most 1.3)"
