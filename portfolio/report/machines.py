"""What ``plan --json`` and ``check --json`` say: one document, for another program to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from portfolio.base.arrival import Late
from portfolio.base.cleaning import Lines
from portfolio.params.notebook import EARLIER
from portfolio.report.runner import Plan, Planned
from portfolio.sources.ledger import Ledger


def say(document: Mapping[str, Any]) -> None:
    """Print a document, in ASCII whatever the encoding of the terminal."""
    print(json.dumps(document, indent=2))


def plan_of(plan: Plan, reports_dir: Path) -> dict[str, Any]:
    """Return the reports of a plan, each as papermill needs it, and the sources that are late."""
    return {
        "reports": [_report(planned, reports_dir) for planned in plan.jobs],
        "late": [late.to_dict() for late in plan.late],
    }


def _report(planned: Planned, reports_dir: Path) -> dict[str, Any]:
    job = planned.job
    earlier = {EARLIER: str(reports_dir.absolute())} if EARLIER in job.notebook.parameters else {}
    return {
        "report": job.stem,
        "notebook": str(job.notebook.path.absolute()),
        "name": job.notebook.name,
        "period": job.period,
        "segment": job.segment,
        "parameters": job.parameters | earlier,
        "up_to_date": planned.current,
        "why": list(planned.why),
    }


def check_of(
    ledger: Ledger, money: Mapping[str, Lines], unused: Iterable[str], late: Iterable[Late], currency: str
) -> dict[str, Any]:
    """Return the ledger, with the money of the order lines kept and of those of each reason; and what is late."""
    amounts = {reason: float(lines.money) for reason, lines in money.items()}
    tables = ledger.to_dict()["tables"]
    for table in tables:
        of = amounts if table["table"] == "orders" else {}
        table["money_kept"] = of.get("")
        for aside in table["set_aside"]:
            aside["money"] = of.get(aside["reason"])
    return {
        "currency": currency,
        "tables": tables,
        "unused": list(unused),
        "late": [one.to_dict() for one in late],
    }
