"""The figures published earlier: ``metrics.json`` files under a reports folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from portfolio.params import PROJECT

COLUMNS = ["period", "name", "value", "definitions", "first_value", "first_restated"]


def published_figures(
    reports_dir: str | Path, portfolio: str, segment: str, periods: Iterable[str], notebook: str = "portfolio_review"
) -> pd.DataFrame:
    """Read what was published of a portfolio and a segment.

    Parameters
    ----------
    reports_dir
        Folder of published reports; a relative path is tried from the current folder, then from the project's.
        A folder that does not exist holds nothing.
    portfolio, segment, notebook
        What the figures are of.
    periods
        The periods wanted.

    Returns
    -------
    DataFrame
        ``period``, ``name``, ``value`` (NaN when not measured), ``definitions`` (their version), and, for a figure
        that changed between two publications, ``first_value`` and ``first_restated`` (the day it changed). Files that
        cannot be read as figures are passed over.
    """
    wanted, rows = set(periods), []
    for path in sorted(_folder(reports_dir).rglob(f"{notebook}.metrics.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if (content["portfolio"], content["segment"]) != (portfolio, segment) or content["period"] not in wanted:
                continue
            first = {}
            for change in content.get("restatements", []):
                first.setdefault(change["name"], (change["was"], change["on"]))
            rows += [
                (
                    content["period"],
                    row["name"],
                    row["value"],
                    str(content["definitions"]),
                    *first.get(row["name"], (None, None)),
                )
                for row in content["metrics"]
            ]
        except (OSError, ValueError, KeyError, TypeError):
            continue
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"value": "float64", "first_value": "float64"})


def _folder(reports_dir: str | Path) -> Path:
    given = Path(reports_dir)
    return given if given.is_absolute() or given.is_dir() else PROJECT / given
