"""Strengths, weaknesses, opportunities, threats, ranked by expected money. Definitions: Findings, Money of a finding.

The rules stand in the topics; here they are run, whatever figure or class they bear on.

    rules --> candidates, each with the customers that it names --> in the order of severity, each customer counted once
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.segments import select
from portfolio.params.columns import MONEY
from portfolio.review.customers import customers_of
from portfolio.review.figures.goals import goals
from portfolio.review.figures.numbers import able, sure, value_of
from portfolio.review.outlook import brings, valued
from portfolio.topics.chance import DEVIATE, LEVEL
from portfolio.topics.contract import (
    DOWN,
    IN_POINTS,
    OTHER_CUSTOMERS,
    PREVIOUS,
    QUADRANTS,
    RATE,
    STRENGTH,
    TARGET,
    THREAT,
    WEAKNESS,
    Figure,
    Found,
    Gap,
    Stock,
)
from portfolio.topics.rates import holm

COLUMNS = [
    "quadrant", "rule", "measure", "segment", "value", "unit", "compared_with", "reference", "customers",
    "counted_above", "exposed", "expected", "recoverable", "gross", "spread", "told",
]  # fmt: skip
KEYS = ["quadrant", "rule", "measure", "segment"]
# What names customers by what they did comes before the segments that they are in, and the whole book comes last.
NAMED, SEGMENT, WHOLE = range(3)
CENTS = 4


class Finding(NamedTuple):
    """What a rule found, before its money is known."""

    quadrant: str
    rule: str
    measure: str
    segment: str
    value: float
    unit: str
    compared_with: str
    reference: float
    customers: int


class Candidate(NamedTuple):
    """A finding with its place in the order of severity (the first counts the customers whom several name), the
    customers whom it names with their ``exposed``, ``expected`` and ``recoverable`` money (None where it names none),
    and the least number of them from which it matters."""

    finding: Finding
    severity: tuple[int, float]
    customers: ibis.Table | None
    least: float = 0


def findings(book: Book) -> pd.DataFrame:
    """Say what stands out in the book, each with its evidence and the money that hangs on it.

    Returns
    -------
    DataFrame
        Every finding that meets its rule: ``quadrant`` (strength, weakness, opportunity, threat), ``rule``,
        ``measure``, ``segment`` (empty for the book itself), ``value``, ``unit``, ``compared_with`` (target,
        previous, others or empty), ``reference``, ``customers`` (what the value is counted over), ``counted_above``
        (those of them whom a more severe finding of the quadrant counts), and of the customers left: ``exposed``
        (revenue of the trailing window), ``expected`` (loss or gain of the next 12 months, in margin where it is
        known), ``recoverable``; NaN where there is none to tell. ``gross`` is the expected money of all of them,
        ``spread`` the sum of its squares, customer by customer; ``told``, whether it is worth the page (see the floor
        of the params). In the order of the quadrants, then by expected money. A rate over fewer than
        ``min_customers`` makes none, nor a difference that chance explains.
    """
    rules = [rule for topic in able(book) for rule in topic.findings]
    found = [
        *_own_gaps(book, [rule for rule in rules if isinstance(rule, Gap) and not rule.by]),
        *_gaps_of_parts(book, [rule for rule in rules if isinstance(rule, Gap) and rule.by]),
        *_stocks(book, [rule for rule in rules if isinstance(rule, Stock)]),
        *_found(book, [rule for rule in rules if isinstance(rule, Found)]),
    ]
    table = _with_money(book, found)
    table["quadrant"] = pd.Categorical(table["quadrant"], list(QUADRANTS), ordered=True)
    order = ["quadrant", "expected", "exposed", "rule", "segment"]
    table = table.sort_values(order, ascending=[True, False, False, True, True])
    return table.astype({"quadrant": str}).reset_index(drop=True)


def _own_gaps(book: Book, rules: list[Gap]) -> Iterator[Candidate]:
    for rule in rules:
        figure = book.topics.figures[rule.figure]
        if rule.against == PREVIOUS and not pd.isna(_target(book, figure)):
            continue  # a figure with a target is judged by it
        if figure.doubt and figure.doubt(book):
            continue  # the history is too short to judge it
        value, n = value_of(book, figure.name)
        before = _before(book, figure)
        reference = _reference(rule, figure, book, before, book.whole)
        quadrant = _verdict(rule, figure, value, reference, before)
        enough = figure.unit not in IN_POINTS or n >= book.thresholds.min_customers
        if quadrant and enough and _sure(rule, figure, book, reference):
            yield _gap(rule, figure, quadrant, "", value, reference, book, n)


def _gaps_of_parts(book: Book, rules: list[Gap]) -> Iterator[Candidate]:
    """Yield the segments that differ from their reference; of those set against the others, by more than chance, which
    is judged over all segments tested together (Holm)."""
    found, tested = [], []
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
                if n < book.thresholds.min_customers:
                    continue
                before = float(value_of(earlier[name], figure.name)[0]) if name in earlier else np.nan
                reference = _reference(rule, figure, part, before, book)
                chance = None
                if rule.against == OTHER_CUSTOMERS and figure.differs and not pd.isna(value) and not pd.isna(reference):
                    chance = len(tested)
                    tested.append(figure.differs(part, book.without(part)))
                quadrant = _verdict(rule, figure, value, reference, before)
                if quadrant and (chance is not None or _sure(rule, figure, part, reference)):
                    told = _gap(rule, figure, quadrant, f"{attribute}={name}", value, reference, part, n)
                    found.append((told, chance))
    likely = holm(tested)
    yield from (told for told, chance in found if chance is None or likely[chance] < LEVEL)


def _before(book: Book, figure: Figure) -> float:
    then = book.compared.get(PREVIOUS)
    return float(value_of(then, figure.name)[0]) if then else np.nan


def _reference(rule: Gap, figure: Figure, book: Book, before: float, whole: Book) -> float:
    """Return what a figure of a book is set against; the others are the customers of the whole who are not in it."""
    match rule.against:
        case "target":
            return _target(book, figure)
        case "previous":
            return before
    return np.nan if book is whole else float(value_of(whole.without(book), figure.name)[0])


def _target(book: Book, figure: Figure) -> float:
    return goals(book).get(figure.name, np.nan)


def _sure(rule: Gap, figure: Figure, book: Book, reference: float) -> bool:
    """Whether the figure is off its reference by more than chance alone could make of it.

    A target is missed however few the customers; that a figure has moved is judged as everywhere in a report.
    """
    if rule.against == PREVIOUS and figure.chance:
        return bool(sure(book).get((figure.name, PREVIOUS)))
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


def _gap(rule: Gap, figure: Figure, quadrant: str, segment: str, value, reference, book: Book, n) -> Candidate:
    money = abs(value - reference) * figure.money(book) if figure.money else np.nan
    found = Finding(
        quadrant, rule.rule, figure.name, segment, float(value), figure.unit, rule.against, float(reference), int(n)
    )
    rank = SEGMENT if segment else WHOLE
    return Candidate(found, (rank, _weight(money)), _shared_out(book, money, figure.in_margin))


def _weight(money: float) -> float:
    """Return the place that money gives in the order of severity: the most first; equal to the cent is equal."""
    return -round(float(np.nan_to_num(money)), CENTS)


def _shared_out(book: Book, money: float, in_margin: bool) -> ibis.Table | None:
    """Share the money of a period out over the customers of a book, by what each brings, for the next 12 months.

    Revenue becomes margin at their rate. They lose or gain together no more than what they bring.
    """
    if pd.isna(money):
        return None
    # Of a part that nothing else asks for, the base is not kept.
    customers = select(book.everyone, book.segment)
    table = customers.filter((customers.orders > 0) | (customers.previous_orders > 0))
    table = table.mutate(exposed=brings(table))
    rate = ibis.literal(1.0) if in_margin else _margin_rate(book, table)
    everyone = ibis.window()
    together = table.exposed.sum().over(everyone)
    a_year = money * book.period.a_year * rate
    due = (a_year > together).ifelse(together, a_year)
    expected = (together > 0).ifelse(due * table.exposed / together.nullif(0.0), 0.0)
    return table.select("customer_id", "exposed", expected=expected, recoverable=ibis.null("float64"))


def _margin_rate(book: Book, customers: ibis.Table) -> ibis.Value:
    """Return the margin rate of customers over the trailing window, 0 at least; 1 where no cost is known."""
    if not book.measured("orders", "cost"):
        return ibis.literal(1.0)
    everyone = ibis.window()
    margin = customers.trailing_margin.cast("float64").sum().over(everyone)
    costed = customers.trailing_costed_revenue.cast("float64").sum().over(everyone)
    return ibis.cases((costed <= 0, 1.0), (margin <= 0, 0.0), else_=margin / costed.nullif(0.0)).fill_null(1.0)


def _stocks(book: Book, rules: list[Stock]) -> Iterator[Candidate]:
    for rule in rules:
        evidence = rule.evidence(book) if rule.evidence else None
        # The share of the customers who may be gone is that of their value.
        if evidence is not None and not evidence[1] >= rule.least:
            continue
        customers = customers_of(book, rule.customers)
        if customers is None:
            continue
        measure, value, unit = evidence or ("customers", np.nan, "count")
        found = Finding(rule.quadrant, rule.rule, measure, "", float(value), unit, "", np.nan, 0)
        table = valued(book, customers, rule.money)
        table = table.select(
            "customer_id", "exposed", "recoverable", expected=table.loss if rule.quadrant == THREAT else table.gain
        )
        yield Candidate(found, (NAMED, rule.severity), table, 0 if evidence else rule.least)


def _found(book: Book, rules: list[Found]) -> Iterator[Candidate]:
    for rule in rules:
        for one in rule.numbers(book, rule.least):
            found = Finding(
                rule.quadrant, rule.rule, one.measure, one.segment, float(one.value), one.unit, one.compared_with,
                float(one.reference), int(one.n),
            )  # fmt: skip
            rank = SEGMENT if one.segment else WHOLE
            named = _shared_out(book, one.money, True) if one.customers is None else _named(book, one.customers)
            yield Candidate(found, (rank, _weight(one.money)), named)


def _named(book: Book, customers: ibis.Table) -> ibis.Table:
    """Return the customers whom a measure names with the money that it expects of each: no more than they bring."""
    theirs = customers.select(named=customers.customer_id, money_of=customers.money.cast("float64"))
    table = book.customers.inner_join(theirs, book.customers.customer_id == theirs.named)
    table = table.mutate(exposed=brings(table))
    money = table.money_of * _margin_rate(book, table)
    expected = (money > table.exposed).ifelse(table.exposed, money)
    return table.select("customer_id", "exposed", expected=expected, recoverable=ibis.null("float64"))


def _with_money(book: Book, found: list[Candidate]) -> pd.DataFrame:
    """Return the candidates as findings, each customer's money counted once a quadrant, in the most severe of them.

    A finding whose own customers are none, or fewer than what matters, is none.
    """
    order = {name: place for place, name in enumerate(QUADRANTS)}
    ranked = sorted(
        found,
        key=lambda one: (order[one.finding.quadrant], one.severity, one.finding.rule, one.finding.segment),
    )
    counted = _count_once(book, ranked)
    rows = []
    for place, one in enumerate(ranked):
        row = one.finding._asdict() | {"counted_above": 0}
        if one.customers is not None:
            if place not in counted.index or counted.at[place, "customers"] < one.least:
                continue
            money = counted.loc[place]
            row |= money[["exposed", "expected", "recoverable", "gross", "spread"]].to_dict()
            row["counted_above"] = int(money["customers"] - money["left"])
            if one.severity[0] == NAMED:
                row["customers"] = int(money["customers"])
                row["value"] = float(row["customers"]) if pd.isna(row["value"]) else row["value"]
        rows.append(row | {"whole": one.severity[0] == WHOLE})
    table = pd.DataFrame(rows, columns=[*COLUMNS, "whole"])
    return table.assign(told=_told(book, table))[COLUMNS]


def _told(book: Book, table: pd.DataFrame) -> pd.Series:
    """Say which findings are worth the page: those above the floor, a share of the revenue of the period, and those
    without money to tell. What the whole book shows is told even where its customers are all counted above."""
    revenue = book.run(book.customers.agg(revenue=book.customers.revenue.sum().cast("float64")))["revenue"].iloc[0]
    floor = book.thresholds.finding_floor * np.nan_to_num(revenue)
    left = table["expected"].isna() | (table["expected"] > 0) | table["whole"].astype(bool)
    return (table["gross"].isna() | (table["gross"] >= floor)) & left


def _count_once(book: Book, ranked: list[Candidate]) -> pd.DataFrame:
    """Return, by place in the ranking, ``customers``, ``left`` (those whom no more severe finding of the quadrant
    names), their money, and ``gross`` and ``spread`` of all."""
    parts = [
        one.customers.select(
            "customer_id",
            place=ibis.literal(place, "int64"),
            quadrant=ibis.literal(one.finding.quadrant),
            **{name: one.customers[name].round(CENTS).cast(MONEY) for name in ("exposed", "expected", "recoverable")},
        )
        for place, one in enumerate(ranked)
        if one.customers is not None
    ]
    if not parts:
        return pd.DataFrame(columns=["customers", "left", "exposed", "expected", "recoverable", "gross", "spread"])
    named = ibis.union(*parts) if len(parts) > 1 else parts[0]
    first = named.place.min().over(ibis.window(group_by=[named.quadrant, named.customer_id]))
    marked = named.mutate(first=named.place == first)
    counted = marked.group_by("place").agg(
        customers=_.count(),
        left=_.count(where=_.first),
        exposed=_.exposed.sum(where=_.first).cast("float64").fill_null(0.0),
        gross=_.expected.sum().cast("float64"),
        spread=(_.expected.cast("float64") * _.expected.cast("float64")).sum(),
        # Nothing is left of a finding whose customers are all counted above; of the others nothing may be known.
        expected=(_.count(where=_.first) > 0).ifelse(_.expected.sum(where=_.first).cast("float64"), 0.0),
        recoverable=_.recoverable.sum(where=_.first).cast("float64"),
    )
    return book.run(counted).set_index("place")


def with_topics(book: Book) -> tuple[pd.DataFrame, object]:
    """Return ``findings`` and the topics whose rules they follow."""
    return findings(book), book.topics


# ---- over periods

ORDER = ("new", "worse", "same", "better", "resolved")


def over_periods(books: list[Book]) -> tuple[pd.DataFrame, object]:
    """Say which findings of the last period are new, worse, the same, better, or resolved since the one before; with
    the topics.

    Returns
    -------
    DataFrame
        The columns of ``findings``, with ``status`` and ``expected_before`` (NaN when new). A finding is the same when
        its quadrant, rule, measure and segment are. All that meet their rule are judged, and not those shown.
    """
    before, now = books[-2:][0], books[-1]
    then, here = findings(before), findings(now)
    both = here.merge(then, on=KEYS, how="outer", suffixes=("", "_before"), indicator=True)
    resolved = both["_merge"] == "right_only"
    statuses = [
        {"left_only": "new", "right_only": "resolved"}.get(str(row["_merge"])) or _moved(row, now)
        for row in both.to_dict("records")
    ]
    for column in here.columns.difference(KEYS):
        both[column] = both[column].where(~resolved, both[f"{column}_before"])
    both = both.astype({"expected_before": "float64", "customers": "int64", "counted_above": "int64"})
    order = {status: place for place, status in enumerate(ORDER)}
    both = both.assign(status=pd.Series(statuses, index=both.index, dtype="object"))
    both = both.assign(place=both["status"].map(order)).sort_values(
        ["place", "expected", "rule", "segment"], ascending=[True, False, True, True]
    )
    return both[[*here.columns, "status", "expected_before"]].reset_index(drop=True), now.topics


def _moved(row: dict, book: Book) -> str:
    """Say whether a finding is worse or better than a period ago, or the same where chance explains the change.

    Customers and their money move by chance as a sum of independent customers does: its variance is the sum of the
    squares. A rate moves by chance within its interval; another figure is the same until it moves by the least that its
    rule tells.
    """
    rule = book.topics.rules.get(row["rule"])
    if isinstance(rule, Gap):
        figure = book.topics.figures[row["measure"]]
        change = row["value"] - row["value_before"]
        bad = figure.direction == DOWN
        least = rule.least * (1 if figure.unit in IN_POINTS else abs(row["value_before"]))
        if figure.unit == RATE and figure.interval:
            least = max(least, DEVIATE * float(np.sqrt(_variance(row, "") + _variance(row, "_before"))))
    else:
        bad = row["quadrant"] in (WEAKNESS, THREAT)
        change, spread = row["gross"] - row["gross_before"], row["spread"] + row["spread_before"]
        if pd.isna(change):
            change, spread = row["value"] - row["value_before"], row["customers"] + row["customers_before"]
        least = DEVIATE * float(np.sqrt(spread))
    if pd.isna(change) or abs(change) <= least:
        return "same"
    return "worse" if (change > 0) == bad else "better"


def _variance(row: dict, when: str) -> float:
    rate, n = row[f"value{when}"], row[f"customers{when}"]
    return rate * (1 - rate) / n if n else np.inf
