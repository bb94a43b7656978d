"""Recency, frequency, monetary value: scores, cut-offs, segments. Definition: RFM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.columns import MONEY
from portfolio.topics.chance import counts_differ
from portfolio.topics.rates import ratio

QUANTILES = (0.2, 0.4, 0.6, 0.8)
# A ruler has grown old where fewer or more of the scored customers stand at one score.
SPREAD = (0.05, 0.4)
# Dimension -> the column of the base that is scored, and the column of the score.
DIMENSIONS = {
    "recency": ("days_since_last_order", "rfm_r"),
    "frequency": ("trailing_orders", "rfm_f"),
    "monetary": ("trailing_revenue", "rfm_m"),
}
# The grid of DEFINITIONS: segment -> (scores of R, scores of F). It covers the 25 cells once each.
GRID: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "champions": ((5,), (4, 5)),
    "loyal": ((3, 4), (4, 5)),
    "potential_loyalists": ((4, 5), (2, 3)),
    "new_customers": ((5,), (1,)),
    "promising": ((4,), (1,)),
    "need_attention": ((3,), (3,)),
    "about_to_sleep": ((3,), (1, 2)),
    "at_risk": ((1, 2), (3, 4)),
    "cannot_lose": ((1, 2), (5,)),
    "hibernating": ((1, 2), (1, 2)),
}
SEGMENTS = (*GRID, "lost", "prospects")


class Cutoffs(NamedTuple):
    """Cut-offs q1..q4 of R (days), F (orders) and M (money); None where nobody could be measured."""

    recency: tuple[float, ...] | None
    frequency: tuple[float, ...] | None
    monetary: tuple[float, ...] | None


def measure_cutoffs(facts: ibis.Table, thresholds, run) -> Cutoffs:
    """Read the cut-offs off the facts of a whole portfolio, or take those of the params.

    Parameters
    ----------
    facts
        The table of ``customer_facts``.
    thresholds
        ``rfm_cutoffs``, when given, are taken as they are.
    run
        Runs an Ibis table and returns a DataFrame.

    Notes
    -----
    Quantiles are linear interpolations over the customers with an order in the trailing window.
    """
    if given := thresholds.rfm_cutoffs:
        return Cutoffs(*(tuple(getattr(given, name)) for name in DIMENSIONS))
    scored = facts.filter(_.trailing_orders > 0)
    quantiles = {
        f"{name}_{place}": scored[column].cast("float64").quantile(quantile)
        for name, (column, _score) in DIMENSIONS.items()
        for place, quantile in enumerate(QUANTILES)
    }
    row = run(scored.agg(n=_.count(), **quantiles)).iloc[0]
    if not row["n"] > 0:
        return Cutoffs(None, None, None)
    return Cutoffs(*(tuple(float(row[f"{name}_{place}"]) for place in range(len(QUANTILES))) for name in DIMENSIONS))


def score_of(dimension: str):
    """Return the class that scores a dimension: 1 + the cut-offs strictly below the value; for recency, 5 - those."""

    def column(facts: ibis.Table, book: Book) -> ibis.Value:
        return _score(facts, dimension, book.rulers["rfm"])

    return column


def _score(facts: ibis.Table, dimension: str, cutoffs: Cutoffs) -> ibis.Value:
    given, nothing = getattr(cutoffs, dimension), ibis.null().cast("int64")
    if given is None:
        return nothing
    value = facts[DIMENSIONS[dimension][0]].cast("float64")
    below = sum((value > cutoff).ifelse(1, 0) for cutoff in given)
    score = 5 - below if dimension == "recency" else 1 + below
    return (facts.trailing_orders > 0).ifelse(score, nothing).cast("int64")


def segment_column(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return the segment read off R and F; lost without an order in the trailing window, prospects without any."""
    return ibis.cases(
        (customers.orders_ever == 0, "prospects"),
        (customers.trailing_orders == 0, "lost"),
        *(
            (customers.rfm_r.isin(rs) & customers.rfm_f.isin(fs), name)
            for name, (rs, fs) in grid_of(book.thresholds).items()
        ),
        else_="lost",
    )


def high_potential_column(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return whether M is 5 and F at most 2."""
    return ((customers.rfm_m == 5) & (customers.rfm_f <= 2)).fill_null(False)


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Count the customers of each segment and sum what they brought over the trailing window."""
    found = {}
    for name in SEGMENTS:
        here = customers.rfm_segment == name
        found |= {
            f"customers_{name}": customers.count(where=here),
            f"revenue_{name}": customers.trailing_revenue.sum(where=here).cast("float64").fill_null(0.0),
            f"orders_{name}": customers.trailing_orders.sum(where=here).fill_null(0),
            f"high_potential_{name}": customers.count(where=here & customers.high_potential),
        }
    return found


def segments(book: Book) -> pd.DataFrame:
    """Count the customers of each RFM segment and what they bring.

    Returns
    -------
    DataFrame
        One row a segment, the ten of the grid then ``lost`` and ``prospects``: ``rfm_segment``,
        ``customers``, ``share``, ``revenue`` (trailing 12 months), ``revenue_share``,
        ``average_basket``, ``high_potential`` (customers with M = 5 and F at most 2),
        ``previous_customers`` (a period earlier, with this period's cut-offs), ``sure`` (whether their number has
        changed more than chance).
    """
    sums, before = book.totals(totals), book.previous.totals(totals) if book.previous else {}
    found = pd.DataFrame(
        {what: [sums[f"{what}_{name}"] for name in SEGMENTS] for what in ("customers", "revenue", "orders")}
    )
    everyone, revenue = found["customers"].sum(), found["revenue"].sum()
    return pd.DataFrame(
        {
            "rfm_segment": SEGMENTS,
            "customers": found["customers"].astype(int),
            "share": [ratio(n, everyone) for n in found["customers"]],
            "revenue": found["revenue"],
            "revenue_share": [ratio(money, revenue) for money in found["revenue"]],
            "average_basket": [ratio(m, n) for m, n in zip(found["revenue"], found["orders"], strict=True)],
            "high_potential": [int(sums[f"high_potential_{name}"]) for name in SEGMENTS],
            "previous_customers": [float(before.get(f"customers_{name}", np.nan)) for name in SEGMENTS],
            "sure": [
                counts_differ(sums[f"customers_{name}"], before.get(f"customers_{name}", np.nan)) for name in SEGMENTS
            ],
        }
    )


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the number of customers of each segment and of high potential, with that of all."""
    table = segments(book)
    everyone = table["customers"].sum()
    counts = zip(table["rfm_segment"], table["customers"], strict=True)
    return {
        "high_potential_customers": (table["high_potential"].sum(), everyone),
        **{f"rfm_{name}": (n, everyone) for name, n in counts},
    }


def grid_of(thresholds) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the grid of a portfolio: that of its params, else that of DEFINITIONS."""
    given = thresholds.rfm_grid
    return GRID if given is None else {name: (cells.r, cells.f) for name, cells in given.items()}


def segment_of(r: int, f: int, grid: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = GRID) -> str:
    """Return the segment of a cell of the grid."""
    return next(name for name, (rs, fs) in grid.items() if r in rs and f in fs)


def grid(book: Book) -> pd.DataFrame:
    """Count the customers of each of the 25 cells.

    Returns
    -------
    DataFrame
        ``r``, ``f`` (1-5), ``rfm_segment``, ``customers``, ``revenue`` (trailing 12 months).
    """
    table = (
        book.customers.filter(_.trailing_orders > 0, _.rfm_r.notnull())
        .group_by(r=_.rfm_r, f=_.rfm_f)
        .agg(customers=_.count(), revenue=_.trailing_revenue.sum().cast("float64"))
    )
    cells = pd.MultiIndex.from_product([range(5, 0, -1), range(1, 6)], names=["r", "f"])
    found = book.run(table).set_index(["r", "f"]).reindex(cells).fillna(0.0).reset_index()
    named = grid_of(book.thresholds)
    found["rfm_segment"] = [segment_of(r, f, named) for r, f in zip(found["r"], found["f"], strict=True)]
    return found.astype({"customers": int})[["r", "f", "rfm_segment", "customers", "revenue"]]


def grid_and_segments(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``segments`` and ``grid``."""
    return segments(book), grid(book)


def cutoffs(book: Book) -> pd.DataFrame:
    """Show the ruler: ``dimension`` (recency in days, frequency in orders, monetary in money), ``q1`` to ``q4``."""
    rows = [(name, *(getattr(book.rulers["rfm"], name) or (np.nan,) * 4)) for name in DIMENSIONS]
    return pd.DataFrame(rows, columns=["dimension", "q1", "q2", "q3", "q4"])


def scores(book: Book) -> pd.DataFrame:
    """Count the customers at each score: ``dimension``, ``score`` (1-5), ``customers``."""
    columns = [score for _column, score in DIMENSIONS.values()]
    scored = book.customers.filter(_.trailing_orders > 0)
    found = book.run(scored.group_by(*columns).agg(customers=_.count()))
    rows = []
    for name, column in zip(DIMENSIONS, columns, strict=True):
        at = found.groupby(column)["customers"].sum().reindex(range(1, 6)).fillna(0)
        rows += [(name, score, int(n)) for score, n in at.items()]
    return pd.DataFrame(rows, columns=["dimension", "score", "customers"])


def scores_and_newer(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``scores`` and ``newer_ruler``."""
    return scores(book), newer_ruler(book)


def newer_ruler(book: Book) -> pd.DataFrame:
    """Say where the ruler has grown old: the scores at which too few or too many of the whole portfolio stand.

    Returns
    -------
    DataFrame
        ``dimension``, ``score``, ``share`` (of the scored customers), ``ruler`` (the period of the cut-offs),
        ``newer`` (the period that would spread them better). A dimension is left out while each of its scores holds
        between 5 % and 40 %, or where the cut-offs of the book's own period would do no better, as where many customers
        are equal.
    """
    whole = book.whole
    now = _crowded(whole, scores(whole))
    if len(now):
        own = _crowded(whole, _scores_by(whole, measure_cutoffs(whole.facts, whole.thresholds, whole.run)))
        then, left = (now["dimension"].map(each["dimension"].value_counts()).fillna(0) for each in (now, own))
        now = now[left < then]
    return now.assign(ruler=whole.ruler_period.name, newer=whole.period.name)


def _scores_by(book: Book, cutoffs: Cutoffs) -> pd.DataFrame:
    facts = book.facts
    counts = {
        (name, score): facts.count(where=_score(facts, name, cutoffs) == score)
        for name in DIMENSIONS
        for score in range(1, 6)
    }
    row = book.run(facts.agg(**{f"{name}_{score}": count for (name, score), count in counts.items()})).iloc[0]
    rows = [(name, score, int(row[f"{name}_{score}"])) for name, score in counts]
    return pd.DataFrame(rows, columns=["dimension", "score", "customers"])


def _crowded(book: Book, scores: pd.DataFrame) -> pd.DataFrame:
    share = scores["customers"] / max(scores.groupby("dimension")["customers"].transform("sum").max(), 1)
    fewest, most = SPREAD
    return scores.assign(share=share)[(share < fewest) | (share > most)][["dimension", "score", "share"]]


def one_order(book: Book) -> ibis.Table:
    """Return the customers who came recently, and have ordered once, ever."""
    return book.customers.filter(_.rfm_segment.isin(["new_customers", "promising"]), _.orders_ever == 1)


def one_more_order(customers: ibis.Table) -> ibis.Value:
    """Return the money of one more order each, at the customer's own average basket."""
    return (customers.trailing_revenue.cast("float64") / customers.trailing_orders).round(4).cast(MONEY)


def migration(books: Sequence[Book]) -> pd.DataFrame:
    """Say who moved between RFM segments from the last period but one to the last, with the same ruler.

    Returns
    -------
    DataFrame
        One row for each pair of segments met: ``rfm_before``, ``rfm_now``, ``customers``, ``revenue`` (trailing
        window of the later book). Customers unknown in the earlier book count as prospects there.
    """
    before, now = books[-2:][0], books[-1]
    earlier = before.whole.customers.select("customer_id", rfm_before=_.rfm_segment)
    both = now.customers.select("customer_id", "trailing_revenue", rfm_now=_.rfm_segment).left_join(
        earlier, "customer_id"
    )
    table = (
        both.mutate(rfm_before=_.rfm_before.fill_null("prospects"))
        .group_by("rfm_before", "rfm_now")
        .agg(customers=_.count(), revenue=_.trailing_revenue.sum().cast("float64"))
    )
    found = now.run(table)
    order = {name: place for place, name in enumerate(SEGMENTS)}
    return found.sort_values(["rfm_before", "rfm_now"], key=lambda names: names.map(order), ignore_index=True)
