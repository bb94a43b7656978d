"""``metrics.json``: the figures of a report for machines and for later comparison. Its names are a promise."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portfolio import DEFINITIONS
from portfolio.errors import N_, ReportError
from portfolio.report.job import Job

SCHEMA = 1
# How the figures are measured, where the notebook says it.
MEASURED = ("ruler", "incomplete")
KEYS = ("name", "value", "unit", "direction", "previous", "year_ago", "target", "n")
# What figures are of: those of other things are not compared.
OF = ("definitions", "portfolio", "notebook", "period", "segment", "parameters")
NUMBERS = ("value", "previous", "year_ago", "target", "n")
# What a figure may have beside: whether it is better, worse or the same since the periods it stands beside, as far as
# more than chance tells; why it is not judged.
TOLD = ("since", "doubt")
# How a kernel writes what JSON has no number for.
_NOT_FINITE = ("nan", "inf", "-inf")


def figures(payloads: Iterable[Any], job: Job, portfolio: str, currency: str) -> dict | None:
    """Build the content of ``metrics.json`` from what a notebook showed.

    Parameters
    ----------
    payloads
        The outputs of MIME type ``METRICS``, in order: each a list of metrics, or a dict with ``metrics`` and
        what they are of.
    job, portfolio, currency
        What they are of where the notebook does not say.

    Returns
    -------
    dict or None
        None when the notebook shows no figure.

    Raises
    ------
    ReportError
        A metric has no name, or is given twice with two values.
    """
    found: dict[str, dict] = {}
    told: dict[str, Any] = {}
    for payload in payloads:
        if isinstance(payload, dict):
            told |= {key: value for key, value in payload.items() if key != "metrics"}
            payload = payload["metrics"]
        for metric in map(_clean, payload):
            if found.setdefault(metric["name"], metric) != metric:
                twice = N_("The notebook gives the figure {name} twice, with two values.")
                raise ReportError(twice, name=metric["name"])
    if not found:
        return None
    return {
        "schema": SCHEMA,
        "portfolio": told.get("portfolio", portfolio),
        "notebook": job.notebook.name,
        "period": told.get("period", job.period),
        "segment": told.get("segment", job.segment),
        **({"parameters": dict(job.given)} if job.given else {}),
        "as_of": told.get("as_of", job.as_of.isoformat()),
        "currency": told.get("currency", currency),
        "definitions": str(told.get("definitions", DEFINITIONS)),
        **{key: told[key] for key in MEASURED if told.get(key)},
        "metrics": list(found.values()),
    }


def _clean(metric: dict) -> dict:
    if not metric.get("name"):
        raise ReportError(N_("The notebook gives a figure without a name."))
    clean = {key: metric.get(key) for key in KEYS}
    for key in NUMBERS:
        clean[key] = _number(clean[key], metric["name"])
    if clean["value"] is None:
        clean["reason"] = metric.get("reason") or "not measured"
    for told in TOLD:
        if metric.get(told):
            clean[told] = metric[told]
    return clean


def _number(value: Any, name: str) -> int | float | None:
    """Return a number as JSON knows it; NaN and infinities are not numbers there."""
    if value is None or value in _NOT_FINITE:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ReportError(N_("The figure {name} is {given}, which is no number."), name=name, given=repr(value))
    return value if math.isfinite(value) else None


def keep_history(new: dict, path: Path, on: str) -> dict:
    """Add to new figures what they change of those published before.

    Parameters
    ----------
    new
        Content of ``metrics.json`` about to be published.
    path
        Where it goes: the figures standing there are those published before.
    on
        Day of this publication.

    Returns
    -------
    dict
        With ``restatements``, ``[{"name", "was", "is", "on"}]``, those kept from before and those of today,
        when there are any. Figures of other definitions or of another portfolio are not compared.
    """
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
        same = all(old.get(key) == new.get(key) for key in OF)
        before = {metric["name"]: metric["value"] for metric in old["metrics"]}
    except (OSError, ValueError, KeyError, TypeError):
        return new
    if not same:
        return new
    changed = [
        {"name": metric["name"], "was": before[metric["name"]], "is": metric["value"], "on": on}
        for metric in new["metrics"]
        if metric["name"] in before and before[metric["name"]] != metric["value"]
    ]
    kept = [*old.get("restatements", ()), *changed]
    return new | {"restatements": kept} if kept else new


def dump(content: dict) -> str:
    """Return the text of ``metrics.json``: the same figures give the same bytes."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
