"""Strengths, weaknesses, opportunities, threats, ranked by the money at stake. Definition: Findings.

The rules are data, in ``findings.yml``; this module runs the two kinds that bear on the customer base,
and ``measured_findings`` those that a measure makes by itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from ibis import _

from portfolio.base.book import Book
from portfolio.base.columns import MONEY
from portfolio.measures import measured_findings
from portfolio.measures.metrics import METRICS, metrics
from portfolio.measures.segments import by_attribute
from portfolio.measures.targets import goals

QUADRANTS = ("strength", "weakness", "opportunity", "threat")
COLUMNS = [
    "quadrant", "rule", "measure", "segment", "value", "unit", "compared_with", "reference", "money", "customers",
]  # fmt: skip
# Gaps of these units are differences; those of the others are shares of the reference.
IN_POINTS = ("rate", "points")


@cache
def rules() -> dict[str, list[dict]]:
    """Return the rules of ``findings.yml``."""
    return yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def findings(book: Book) -> pd.DataFrame:
    """Say what stands out in the book, each with its evidence and the money at stake.

    Returns
    -------
    DataFrame
        ``quadrant`` (strength, weakness, opportunity, threat), ``rule``, ``measure``, ``segment`` (empty for
        the book itself), ``value``, ``unit``, ``compared_with`` (target, previous, portfolio or empty),
        ``reference``, ``money``, ``customers`` (what the value is counted over). In the order of the quadrants,
        then by money; at most ``findings_per_quadrant`` each. A rate over fewer than ``min_customers`` makes
        none, nor one whose interval holds the reference.
    """
    found = [*_own_gaps(book), *_attribute_gaps(book), *_stocks(book)]
    for rule in rules()["measured"]:
        found += measured_findings.run(book, rule)
    table = pd.DataFrame(found, columns=COLUMNS)
    table = table[table["money"] > 0]
    table["quadrant"] = pd.Categorical(table["quadrant"], QUADRANTS, ordered=True)
    table = table.sort_values(["quadrant", "money", "rule", "segment"], ascending=[True, False, True, True])
    first = table.groupby("quadrant", observed=True).head(book.thresholds.findings_per_quadrant)
    return first.astype({"quadrant": str}).reset_index(drop=True)


def _verdict(rule: dict, value: float, reference: float, before: float) -> str | None:
    """Return strength or weakness, or None when the gap is small, unknown, or on the mend."""
    kind = METRICS[rule["measure"]]
    if pd.isna(value) or pd.isna(reference) or (kind.unit not in IN_POINTS and reference <= 0):
        return None
    sign = -1 if kind.direction == "down" else 1
    gap = sign * (value - reference) / (1 if kind.unit in IN_POINTS else reference)
    trend = 0.0 if pd.isna(before) else sign * (value - before)
    if gap >= rule["least_gap"] and trend >= 0:
        return "strength"
    if -gap >= rule["least_gap"] and trend <= 0:
        return "weakness"
    return None


def _money(measure: str, gap: float, base: dict) -> float:
    """Money of a gap: what the period would have brought, more or less, without it."""
    per_customer_before = base["previous_revenue"] / base["before"] if base["before"] else 0.0
    per_customer = base["revenue"] / base["active_customers"] if base["active_customers"] else 0.0
    weight = {
        "revenue": 1.0,
        "retention_rate": base["before"] * per_customer_before,
        "margin_rate": base["revenue"],
        "average_basket": base["orders"],
        "new_customers": per_customer,
        "nps": base["revenue"] / 100,
    }[measure]
    return float(abs(gap) * weight)


def _own_gaps(book: Book) -> list[tuple]:
    figures = metrics(book, goals(book)).set_index("name")
    value = figures["value"]
    base = {
        "revenue": value["revenue"],
        "orders": value["orders"],
        "active_customers": value["active_customers"],
        "before": value["retained_customers"] + value["lapsed_customers"],
        "previous_revenue": figures["previous"].fillna(0.0)["revenue"],
    }
    found = []
    for rule in rules()["gaps"]:
        if "by" in rule:
            continue
        row = figures.loc[rule["measure"]]
        if rule["compared_with"] == "previous" and not pd.isna(row["target"]):
            continue  # a figure with a target is judged by it
        reference = row[rule["compared_with"]]
        quadrant = _verdict(rule, row["value"], reference, row["previous"])
        enough = row["unit"] not in IN_POINTS or row["n"] >= book.thresholds.min_customers
        if quadrant and enough:
            money = _money(rule["measure"], row["value"] - reference, base)
            found.append(_row(quadrant, rule, "", row["value"], reference, money, row["n"]))
    return found


def _attribute_gaps(book: Book) -> list[tuple]:
    found = []
    for attribute in sorted({name for rule in rules()["gaps"] for name in rule.get("by", [])}):
        asked = [rule for rule in rules()["gaps"] if attribute in rule.get("by", [])]
        now = by_attribute(book, attribute)
        if len(now) < 2:
            continue
        before = by_attribute(book.previous, attribute).set_index("value_of") if book.previous else pd.DataFrame()
        for rule in asked:
            measure = rule["measure"]
            whole = _whole(book, measure)
            for row in now.to_dict("records"):
                n = row["before"] if measure == "retention_rate" else row["active_customers"]
                sure = measure != "retention_rate" or not row["retention_low"] <= whole <= row["retention_high"]
                then = before[measure].get(row["value_of"], np.nan) if measure in before else np.nan
                quadrant = _verdict(rule, row[measure], whole, then)
                if quadrant and sure and n >= book.thresholds.min_customers:
                    money = _money(measure, row[measure] - whole, row | {"orders": 0})
                    segment = f"{attribute}={row['value_of']}"
                    found.append(_row(quadrant, rule, segment, row[measure], whole, money, n))
    return found


def _whole(book: Book, measure: str) -> float:
    """The figure of the whole portfolio."""
    figures = metrics(book.whole).set_index("name")["value"]
    return float(figures[measure])


def _stocks(book: Book) -> list[tuple]:
    found = []
    for rule in rules()["stocks"]:
        customers = book.customers
        for column, wanted in rule["customers"].items():
            customers = customers.filter(customers[column].isin(wanted))
        if rule["money"] == "one_more_order":
            # One more order each, at the customer's own average basket.
            money = (customers.trailing_revenue.cast("float64") / customers.trailing_orders).round(4).cast(MONEY)
        else:
            money = customers[rule["money"]]
        row = book.execute(customers.agg(n=_.count(), money=money.sum().cast("float64"))).iloc[0]
        if row["n"]:
            found.append(
                _row(rule["quadrant"], rule | {"measure": "customers"}, "", row["n"], np.nan, row["money"], row["n"])
            )
    return found


def _row(quadrant: str, rule: dict, segment: str, value: float, reference: float, money: float, n: int) -> tuple:
    unit = METRICS[rule["measure"]].unit if rule["measure"] in METRICS else "count"
    return (
        quadrant, rule["rule"], rule["measure"], segment, float(value), unit,
        rule.get("compared_with", ""), float(reference), float(money), int(n),
    )  # fmt: skip
