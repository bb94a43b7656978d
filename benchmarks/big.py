"""A run of one review and one comparison of a portfolio of 1, 10 and 100 million order lines: time, memory.

Customers come over five years, order at rates with a heavy tail, and leave unseen; a part of their orders goes to
December, amounts have a heavy tail too, 3 % of the lines give money back.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.data import FOLDER
from benchmarks.measured import PROJECT

SIZES = (1_000_000, 10_000_000)
LARGEST = 100_000_000  # `python -m benchmarks big` measures it where BIG=100 says so
LINES_A_CUSTOMER, DAYS = 20, 1826  # 2021-01-01 to 2025-12-31
MEMORY = "2GB"
EVERY = 0.5

PARAMS = """
portfolio:
  name: Big
  languages: [en]
  tables: {{orders: {{source: {source}}}}}
  thresholds: {{inactive_after_days: {inactive}}}
  limits: {{memory: {memory}}}
reports:
  - {{notebook: portfolio_review, period: 2025-H2}}
  - {{notebook: semester_comparison, period: 2024-H1..2025-H2}}
"""


def order_lines(lines: int) -> Path:
    """Return the path of a Parquet file of so many order lines, made once: each value is a hash of its place."""
    path = FOLDER / f"big_{lines}.parquet"
    if path.exists():
        return path
    FOLDER.mkdir(exist_ok=True)
    aside = path.with_suffix(".part")
    customers = lines // LINES_A_CUSTOMER

    def drawn(of: str, number: int) -> str:
        return f"((hash({of}, {number}) % 1000003 + 0.5) / 1000004)"

    duckdb.sql("set preserve_insertion_order = false")
    duckdb.sql(f"""
        copy (
            with lines as (
                select i, i // 5 * 2 + least(i % 5 // 3, 1) as o from range({lines}) t(i)
            ), of_customers as (
                select i, o, floor(power({drawn("o", 1)}, 3) * {customers})::bigint as c from lines
            ), lives as (
                select *, {drawn("c", 2)} * {DAYS} as came, -600 * ln({drawn("c", 3)}) as stays from of_customers
            ), days as (
                select *, floor(came + {drawn("o", 4)} * least(stays, {DAYS} - came))::integer as day from lives
            ), seasons as (
                select *, day - day % 365 + 335 + (hash(o, 5) % 29)::integer as december from days
            )
            select
                'C' || lpad(c::varchar, 8, '0') as customer_id,
                date '2021-01-01' + case
                    when hash(o, 6) % 4 = 0 and december between came and least(came + stays, {DAYS - 1})
                    then december else day end as order_date,
                (case when hash(i, 7) % 100 < 3 then -1 else 1 end
                    * round(8 / power({drawn("i", 8)}, 0.6), 2))::decimal(18, 4) as amount,
                'O' || o as order_id,
                ['Books', 'Music', 'Games', 'Garden', 'Tools'][1 + (hash(i, 9) % 5)::integer] as category
            from seasons
        ) to '{aside}' (format parquet)
    """)
    aside.rename(path)
    return path


def used(root: int) -> int:
    """Return the bytes of a process and of all that come from it; what several share counts once."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    family, found = {root}, 1
    while found:
        found = len(new := {pid for pid, parent in parents.items() if parent in family} - family)
        family |= new
    total = 0
    for pid in family:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total * 1024


def timed(params: Path, reports: Path) -> tuple[float, float, int]:
    """Run the command; return its seconds, those of processors, and the greatest memory of its processes together."""
    before = sum(os.times()[2:4])
    command = [sys.executable, "-m", "portfolio", "run", str(params), "--reports-dir", str(reports)]
    start, most = time.perf_counter(), 0
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        while process.poll() is None:
            most = max(most, used(process.pid))
            time.sleep(EVERY)
        said = process.stdout.read().decode()
    if process.returncode:
        raise RuntimeError(said)
    return time.perf_counter() - start, sum(os.times()[2:4]) - before, most


def run() -> Iterator[str]:
    """Measure each size: a first run, one with nothing changed but a threshold."""
    for lines in (*SIZES, *([LARGEST] if os.environ.get("BIG") == "100" else [])):
        for memory in (MEMORY, *(["1GB"] if lines == max(SIZES) else [])):
            yield from _measure(lines, memory)


def _measure(lines: int, memory: str) -> Iterator[str]:
    reports, params = FOLDER / "big_reports", FOLDER / "big.yml"
    shutil.rmtree(reports, ignore_errors=True)
    source = order_lines(lines)
    for what, inactive in (("first run", 90), ("a threshold changed", 120)):
        params.write_text(PARAMS.format(source=source, inactive=inactive, memory=memory), encoding="utf-8")
        seconds, processors, most = timed(params, reports)
        told = f"{seconds:.0f} s, {processors:.0f} s of processors, {most / 1e6:,.0f} MB at most"
        yield f"{lines:,} lines, engine {memory}: {what} {told}"
    kept = sum(path.stat().st_size for path in (reports / ".cache").glob("*.parquet"))
    bases = sum(path.stat().st_size for path in (reports / ".cache").glob("base-*.parquet"))
    sizes = [f"{size / 1e6:,.0f} MB" for size in (source.stat().st_size, kept, bases)]
    yield "{:,} lines: source {}, kept {}, of it customer bases {}".format(lines, *sizes)
    shutil.rmtree(reports)
