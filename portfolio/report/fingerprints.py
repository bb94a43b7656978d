"""Fingerprints: what a report was made of, so that a report already up to date is not made again."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import portfolio
from portfolio.base.cache import code_fingerprint, short
from portfolio.base.cleaning import CleanTables, settings
from portfolio.base.span import Span
from portfolio.params import Params
from portfolio.params.columns import TABLES
from portfolio.params.periods import Period
from portfolio.report.job import Job
from portfolio.sources.answers import answer_files

# The libraries that a figure, a picture or a page comes out of.
LIBRARIES = (
    "Babel",
    "Jinja2",
    "duckdb",
    "ibis-framework",
    "matplotlib",
    "nbconvert",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "pyarrow",
    "scipy",
    "seaborn",
)


@cache
def versions() -> dict[str, str]:
    """Return the versions of the package and of the libraries that reports come out of."""
    found = {"portfolio": portfolio.__version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def made_of(job: Job, params: Params, data: Mapping[str, str]) -> dict[str, str]:
    """Return what a job's files depend on: a name -> a text that changes when it does.

    Parameters
    ----------
    job
        The report.
    params
        The params file: its portfolio counts, and not the list of reports, so that asking for one more
        report does not make the others again.
    data
        Table -> a text of what the job can read of it, see ``data_of``.
    """
    told = {
        "parameters": [job.parameters, job.stem],
        "params": settings(params)["told"],
        "topics": [path.read_text(encoding="utf-8") for path in params.topic_files],
        "answers": [
            [path.name, hashlib.sha256(path.read_bytes()).hexdigest()]
            for path in answer_files(params.portfolio.lists.results, params.path.parent)
        ],
        "notebook": job.notebook.path.read_text(encoding="utf-8"),
        "code": code_fingerprint(),
        "versions": versions(),
    }
    return {name: short(what) for name, what in told.items()} | dict(data)


def data_of(job: Job, clean: CleanTables, span: Span, ruler: Period) -> dict[str, str]:
    """Return, for each table, a text of what a job can read of it.

    Of orders that is the lines until the job's last day and until the end of the ruler's period, and how far back they
    go; whether they reach the end of the period is told by the last one.
    """
    found = {name: digest.whole for name, digest in clean.digests.items()}
    orders, customers = clean.digests["orders"], clean.digests.get("customers")
    end = job.as_of + dt.timedelta(days=1)
    # Whether a customer without a date was known then is told by later orders.
    later = orders.whole if customers and customers.undated else ""
    ruled = [ruler.name, orders.before(ruler.end)]
    found["orders"] = short([orders.before(end), ruled, span.first, span.slack, min(span.last, job.as_of), later])
    return found


def changed(record: Mapping[str, Any], now: Mapping[str, str]) -> list[str]:
    """Return the names of what a published report was made of that is not so now. Tables that it did not read do not
    count; all do where it asked us for none, since it may read files by itself."""
    was, reads = record.get("made_of", {}), record.get("reads") or TABLES
    names = [name for name in now if name not in TABLES or name in reads]
    return [name for name in names if was.get(name) != now[name]]
