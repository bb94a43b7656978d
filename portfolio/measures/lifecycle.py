"""Where customers stand in their life with the company. Definition: Lifecycle."""

from __future__ import annotations

import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.classes import LIFECYCLES
from portfolio.measures.activity import ratio


def counts_by(book: Book | None, column: str) -> pd.Series:
    """Count the customers of each value of a class; empty without a book."""
    if book is None:
        return pd.Series(dtype="float64")
    table = book.customers.group_by(column).agg(customers=_.count())
    return book.execute(table).set_index(column)["customers"]


def lifecycle(book: Book) -> pd.DataFrame:
    """Count the customers of each state of the lifecycle, a partition of all of them.

    Returns
    -------
    DataFrame
        One row a state, in order: ``lifecycle``, ``customers``, ``share`` (of all customers),
        ``revenue`` (trailing 12 months), ``previous_customers`` (NaN in the first period).
    """
    table = book.customers.group_by("lifecycle").agg(
        customers=_.count(), revenue=_.trailing_revenue.sum().cast("float64")
    )
    found = book.execute(table).set_index("lifecycle").reindex(LIFECYCLES).fillna(0.0)
    everyone = found["customers"].sum()
    previous = counts_by(book.previous, "lifecycle").reindex(LIFECYCLES)
    return pd.DataFrame(
        {
            "lifecycle": LIFECYCLES,
            "customers": found["customers"].astype(int).to_numpy(),
            "share": [ratio(n, everyone) for n in found["customers"]],
            "revenue": found["revenue"].to_numpy(),
            "previous_customers": (previous.fillna(0) if book.previous else previous).to_numpy(dtype="float64"),
        }
    )
