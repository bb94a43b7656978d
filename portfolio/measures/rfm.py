"""Recency, frequency, monetary value: scores, cut-offs, segments. Definition: RFM."""

from __future__ import annotations

import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.classes import RFM_SEGMENTS, rfm_segment
from portfolio.base.rulers import DIMENSIONS
from portfolio.measures.activity import ratio
from portfolio.measures.lifecycle import counts_by


def segments(book: Book) -> pd.DataFrame:
    """Count the customers of each RFM segment and what they bring.

    Returns
    -------
    DataFrame
        One row a segment, the ten of the grid then ``lost`` and ``prospects``: ``rfm_segment``,
        ``customers``, ``share``, ``revenue`` (trailing 12 months), ``revenue_share``,
        ``average_basket``, ``high_potential`` (customers with M = 5 and F at most 2),
        ``previous_customers`` (a period earlier, with this period's cut-offs).
    """
    table = book.customers.group_by("rfm_segment").agg(
        customers=_.count(),
        revenue=_.trailing_revenue.sum().cast("float64"),
        orders=_.trailing_orders.sum(),
        high_potential=_.high_potential.sum(),
    )
    found = book.execute(table).set_index("rfm_segment").reindex(RFM_SEGMENTS).fillna(0.0)
    everyone, revenue = found["customers"].sum(), found["revenue"].sum()
    previous = counts_by(book.previous, "rfm_segment").reindex(RFM_SEGMENTS)
    return pd.DataFrame(
        {
            "rfm_segment": RFM_SEGMENTS,
            "customers": found["customers"].astype(int).to_numpy(),
            "share": [ratio(n, everyone) for n in found["customers"]],
            "revenue": found["revenue"].to_numpy(),
            "revenue_share": [ratio(money, revenue) for money in found["revenue"]],
            "average_basket": [ratio(m, n) for m, n in zip(found["revenue"], found["orders"], strict=True)],
            "high_potential": found["high_potential"].astype(int).to_numpy(),
            "previous_customers": (previous.fillna(0) if book.previous else previous).to_numpy(dtype="float64"),
        }
    )


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
    found = book.execute(table).set_index(["r", "f"]).reindex(cells).fillna(0.0).reset_index()
    found["rfm_segment"] = [rfm_segment(r, f) for r, f in zip(found["r"], found["f"], strict=True)]
    return found.astype({"customers": int})[["r", "f", "rfm_segment", "customers", "revenue"]]


def cutoffs(book: Book) -> pd.DataFrame:
    """Show the ruler: ``dimension`` (recency in days, frequency in orders, monetary in money), ``q1`` to ``q4``."""
    rows = [(name, *(getattr(book.ruler, name) or (np.nan,) * 4)) for name in DIMENSIONS]
    return pd.DataFrame(rows, columns=["dimension", "q1", "q2", "q3", "q4"])


def scores(book: Book) -> pd.DataFrame:
    """Count the customers at each score: ``dimension``, ``score`` (1-5), ``customers``."""
    table = book.customers.filter(_.trailing_orders > 0).group_by("rfm_r", "rfm_f", "rfm_m").agg(customers=_.count())
    found = book.execute(table)
    rows = []
    for name, column in zip(DIMENSIONS, ("rfm_r", "rfm_f", "rfm_m"), strict=True):
        at = found.groupby(column)["customers"].sum().reindex(range(1, 6)).fillna(0)
        rows += [(name, score, int(n)) for score, n in at.items()]
    return pd.DataFrame(rows, columns=["dimension", "score", "customers"])
