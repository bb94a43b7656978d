"""Fingerprints: what a report was made of, so that a report already up to date is not made again."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import portfolio
from portfolio.base.cache import code_fingerprint
from portfolio.params import Params
from portfolio.report.job import Job

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


def job_fingerprint(job: Job, params: Params, data: str) -> str:
    """Return what a job's files depend on, as one fingerprint.

    Parameters
    ----------
    job
        The report.
    params
        The params file: its portfolio counts, and not the list of reports, so that asking for one more
        report does not make the others again.
    data
        Fingerprint of the clean tables.
    """
    told = {
        "parameters": job.parameters,
        "stem": job.stem,
        "portfolio": params.portfolio.model_dump(mode="json"),
        "topics": [hashlib.sha256(path.read_bytes()).hexdigest() for path in params.topic_files],
        "notebook": hashlib.sha256(job.notebook.path.read_bytes()).hexdigest(),
        "data": data,
        "code": code_fingerprint(),
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
