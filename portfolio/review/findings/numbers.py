"""Strengths, weaknesses, opportunities, threats, ranked by the money at stake. Definition: Findings.

The rules stand in the topics; here they are run, whatever figure or class they bear on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.columns import MONEY
from portfolio.review.customers import customers_of
from portfolio.review.figures.goals import goals
from portfolio.review.figures.numbers import able, value_of
from portfolio.topics.contract import (
    DOWN,
    GAP,
    IN_POINTS,
    PREVIOUS,
    QUADRANTS,
    STRENGTH,
    TARGET,
    WEAKNESS,
    Figure,
    Found,
    Gap,
    Stock,
)

COLUMNS = [
    "quadrant", "rule", "measure", "segment", "value", "unit", "compared_with", "reference", "money", "kind",
    "customers", "counted_above",
]  # fmt: skip
KEYS = ["quadrant", "rule", "measure", "segment"]


class Finding(NamedTuple):
    """A row of ``findings``."""

    quadrant: str
    rule: str
    measure: str
    segment: str
    value: float
    unit: str
    compared_with: str
    reference: float
    money: float
    kind: str
    customers: int
    counted_above: int = 0


def findings(book: Book) -> pd.DataFrame:
    """Say what stands out in the book, each with its evidence and the money that hangs on it.

    Returns
    -------
    DataFrame
        Every finding that meets its rule: ``quadrant`` (strength, weakness, opportunity, threat), ``rule``,
        ``measure``, ``segment`` (empty for the book itself), ``value``, ``unit``, ``compared_with`` (target,
        previous, portfolio or empty), ``reference``, ``money`` (NaN where there is none to tell) and its ``kind``
        (exposed, expected, possible, gap), ``customers`` (what the value is counted over), ``counted_above`` (those of
        them whose money a more severe finding of the quadrant has). In the order of the quadrants, then by
        money. A rate over fewer than ``min_customers`` makes none, nor one whose interval holds the reference.
    """
    rules = [rule for topic in able(book) for rule in topic.findings]
    found = [
        *_own_gaps(book, [rule for rule in rules if isinstance(rule, Gap) and not rule.by]),
        *_once(book, _gaps_of_parts(book, [rule for rule in rules if isinstance(rule, Gap) and rule.by])),
        *_stocks(book, [rule for rule in rules if isinstance(rule, Stock)]),
        *_found(book, [rule for rule in rules if isinstance(rule, Found)]),
    ]
    table = pd.DataFrame(found, columns=COLUMNS)
    table["quadrant"] = pd.Categorical(table["quadrant"], list(QUADRANTS), ordered=True)
    table = table.sort_values(["quadrant", "money", "rule", "segment"], ascending=[True, False, True, True])
    return table.astype({"quadrant": str}).reset_index(drop=True)


def _own_gaps(book: Book, rules: list[Gap]) -> Iterator[Finding]:
    for rule in rules:
        figure = book.topics.figures[rule.figure]
        if rule.against == PREVIOUS and not pd.isna(_target(book, figure)):
            continue  # a figure with a target is judged by it
        if figure.doubt and figure.doubt(book):
            continue  # the history is too short to judge it
        value, n = value_of(book, figure.name)
        before = _before(book, figure)
        reference = _reference(rule, figure, book, before)
        quadrant = _verdict(rule, figure, value, reference, before)
        enough = figure.unit not in IN_POINTS or n >= book.thresholds.min_customers
        if quadrant and enough and _sure(rule, figure, book, reference):
            yield _gap(rule, figure, quadrant, "", value, reference, book, n)


def _gaps_of_parts(book: Book, rules: list[Gap]) -> Iterator[Finding]:
    for attribute in sorted({name for rule in rules for name in rule.by}):
        parts = book.parts(attribute)
        if len(parts) < 2:
            continue
        then = book.compared.get(PREVIOUS)
        earlier = then.parts(attribute) if then else {}
        for rule in (rule for rule in rules if attribute in rule.by):
            figure = book.topics.figures[rule.figure]
            if figure.doubt and figure.doubt(book):
                continue  # the history is too short to judge it
            for name, part in parts.items():
                value, counted = value_of(part, figure.name)
                n = counted if figure.interval else part.active_customers
                before = float(value_of(earlier[name], figure.name)[0]) if name in earlier else np.nan
                reference = _reference(rule, figure, part, before)
                quadrant = _verdict(rule, figure, value, reference, before)
                if quadrant and _sure(rule, figure, part, reference) and n >= book.thresholds.min_customers:
                    yield _gap(rule, figure, quadrant, f"{attribute}={name}", value, reference, part, n)


def _before(book: Book, figure: Figure) -> float:
    then = book.compared.get(PREVIOUS)
    return float(value_of(then, figure.name)[0]) if then else np.nan


def _reference(rule: Gap, figure: Figure, book: Book, before: float) -> float:
    if rule.against == TARGET:
        return _target(book, figure)
    return before if rule.against == PREVIOUS else float(value_of(book.whole, figure.name)[0])


def _target(book: Book, figure: Figure) -> float:
    return goals(book).get(figure.name, np.nan)


def _sure(rule: Gap, figure: Figure, book: Book, reference: float) -> bool:
    """Whether the reference lies outside what chance alone could make of the figure.

    A target is missed however few the customers; that a figure has moved, or differs, has to be more than chance.
    """
    if rule.against == TARGET or figure.interval is None:
        return True
    low, high = figure.interval(book)
    return not low <= reference <= high


def _verdict(rule: Gap, figure: Figure, value: float, reference: float, before: float) -> str | None:
    """Return strength or weakness, or None when the gap is small, unknown, or on the mend."""
    in_points = figure.unit in IN_POINTS
    if pd.isna(value) or pd.isna(reference) or (not in_points and reference <= 0):
        return None
    sign = -1 if figure.direction == DOWN else 1
    gap = sign * (value - reference) / (1 if in_points else reference)
    trend = 0.0 if pd.isna(before) else sign * (value - before)
    if gap > 0 and gap >= rule.least and trend >= 0:
        return STRENGTH
    if gap < 0 and -gap >= rule.least and trend <= 0:
        return WEAKNESS
    return None


def _gap(rule: Gap, figure: Figure, quadrant: str, segment: str, value, reference, book: Book, n) -> Finding:
    money = abs(value - reference) * figure.money(book) if figure.money else np.nan
    return Finding(
        quadrant, rule.rule, figure.name, segment, float(value), figure.unit, rule.against, float(reference),
        float(money), GAP, int(n),
    )  # fmt: skip


def _once(book: Book, found: Iterable[Finding]) -> Iterator[Finding]:
    """Count each customer once a quadrant: of parts that overlap, the larger gap has the customers of both."""
    ranked = sorted(found, key=lambda one: (one.quadrant, -np.nan_to_num(one.money), one.rule, one.segment))
    if not ranked:
        return
    customers = book.customers
    active = (customers.orders > 0) | (customers.previous_orders > 0)
    counts, above = {}, {}
    for place, one in enumerate(ranked):
        attribute, _sign, value = one.segment.partition("=")
        here = active & (customers[attribute].cast("string") == value)
        taken = above.get(one.quadrant)
        counts[f"all_{place}"] = customers.count(where=here)
        counts[f"left_{place}"] = customers.count(where=here if taken is None else here & ~taken)
        above[one.quadrant] = here.fill_null(False) if taken is None else taken | here.fill_null(False)
    row = book.run(customers.agg(**counts)).iloc[0]
    for place, one in enumerate(ranked):
        everyone, left = int(row[f"all_{place}"]), int(row[f"left_{place}"])
        share = left / everyone if everyone else 1.0
        yield one._replace(money=one.money * share, counted_above=everyone - left)


def _stocks(book: Book, rules: list[Stock]) -> Iterator[Finding]:
    for quadrant in QUADRANTS:
        told = sorted((rule for rule in rules if rule.quadrant == quadrant), key=lambda rule: rule.severity)
        evidence = {rule.rule: rule.evidence(book) if rule.evidence else None for rule in told}
        met = [rule for rule in told if evidence[rule.rule] is None or evidence[rule.rule][1] >= rule.least]
        counted = _counted_once(book, met)
        for rule in met:
            if rule.rule not in counted.index:
                continue
            row = counted.loc[rule.rule]
            n = int(row["customers"])
            if evidence[rule.rule] is None and n < rule.least:
                continue
            measure, value, unit = evidence[rule.rule] or ("customers", float(n), "count")
            yield Finding(
                quadrant, rule.rule, measure, "", value, unit, "", np.nan, float(row["money"]), rule.kind, n,
                n - int(row["left"]),
            )  # fmt: skip


def _counted_once(book: Book, rules: list[Stock]) -> pd.DataFrame:
    """Return ``customers``, ``left`` (those whom no more severe rule names) and their ``money``, by rule."""
    parts = []
    for place, rule in enumerate(rules):
        table = customers_of(book, rule.customers)
        if table is not None:
            money = (rule.money(table) if callable(rule.money) else table[rule.money]).cast("float64")
            exact = money.round(4).cast(MONEY)
            parts.append(table.select("customer_id", rule=ibis.literal(rule.rule), place=place, money=exact))
    if not parts:
        return pd.DataFrame(columns=["customers", "left", "money"])
    named = ibis.union(*parts)
    first = named.place.min().over(ibis.window(group_by=named.customer_id))
    marked = named.mutate(first=named.place == first)
    counted = marked.group_by("rule").agg(
        customers=_.count(), left=_.count(where=_.first), money=_.money.sum(where=_.first).cast("float64").fill_null(0)
    )
    return book.run(counted).set_index("rule")


def _found(book: Book, rules: list[Found]) -> Iterator[Finding]:
    for rule in rules:
        for one in rule.numbers(book, rule.least):
            yield Finding(
                rule.quadrant, rule.rule, one.measure, one.segment, float(one.value), one.unit, one.compared_with,
                float(one.reference), float(one.money), rule.kind, int(one.n),
            )  # fmt: skip


def with_topics(book: Book) -> tuple[pd.DataFrame, object]:
    """Return ``findings`` and the topics whose rules they follow."""
    return findings(book), book.topics


def over_periods(books: list[Book]) -> tuple[pd.DataFrame, object]:
    """Say which findings of the last period are new, still there, or gone since the one before; with the topics.

    Returns
    -------
    DataFrame
        The columns of ``findings``, with ``status`` (new, still, gone) and ``money_before`` (NaN when new). A finding
        is the same when its quadrant, rule, measure and segment are.
    """
    before, now = books[-2:][0], books[-1]
    then, here = findings(before), findings(now)
    both = here.merge(then, on=KEYS, how="outer", suffixes=("", "_before"), indicator=True)
    both["status"] = both["_merge"].map({"both": "still", "left_only": "new", "right_only": "gone"}).astype(str)
    gone = both["status"] == "gone"
    for column in here.columns.difference(KEYS):
        both[column] = both[column].where(~gone, both[f"{column}_before"])
    both = both.astype({"money_before": "float64", "customers": "int64", "counted_above": "int64"})
    order = {status: place for place, status in enumerate(("new", "still", "gone"))}
    both = both.assign(place=both["status"].map(order)).sort_values(
        ["place", "money", "rule", "segment"], ascending=[True, False, True, True]
    )
    return both[[*here.columns, "status", "money_before"]].reset_index(drop=True), now.topics
