"""Small, medium and large customers, and who moved between. Definition: Concentration and size."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.classes import SIZES
from portfolio.measures.activity import ratio

ACTIVE_SIZES = SIZES[:3]


def sizes(book: Book) -> pd.DataFrame:
    """Say what each size of customer brings in the period.

    Returns
    -------
    DataFrame
        One row for large, medium, small: ``period``, ``size``, ``customers`` (active), ``revenue``,
        ``share`` (of the revenue of active customers), ``margin``, ``margin_rate``, ``limit`` (least
        money of the size; NaN for small). Limits are those of the book's ruler.
    """
    table = book.customers.group_by("size").agg(
        customers=_.count(),
        revenue=_.revenue.sum().cast("float64"),
        margin=_.margin.sum().cast("float64"),
        costed_revenue=_.costed_revenue.sum().cast("float64"),
    )
    found = book.execute(table).set_index("size").reindex(ACTIVE_SIZES).fillna(0.0)
    total = found["revenue"].sum()
    costed = found["costed_revenue"] if book.measured("orders", "cost") else found["revenue"] * np.nan
    return pd.DataFrame(
        {
            "period": book.period.name,
            "size": ACTIVE_SIZES,
            "customers": found["customers"].astype(int).to_numpy(),
            "revenue": found["revenue"].to_numpy(),
            "share": [ratio(money, total) for money in found["revenue"]],
            "margin": found["margin"].where(costed != 0).where(costed.notna()).to_numpy(),
            "margin_rate": [ratio(m, c) for m, c in zip(found["margin"], costed, strict=True)],
            "limit": [book.ruler.large, book.ruler.medium, None],
        }
    ).astype({"limit": "float64"})


def frozen(books: Iterable[Book]) -> list[Book]:
    """Return the books, in time order, all measured with the first one's own ruler."""
    ordered = sorted(books, key=lambda book: book.period.start)
    ruler = ordered[0].at(ordered[0].period).ruler
    return [book.at(book.period, ruler) for book in ordered]


def sizes_over(books: Iterable[Book]) -> pd.DataFrame:
    """Return ``sizes`` of several books, oldest first, with the limits of the first."""
    return pd.concat([sizes(book) for book in frozen(books)], ignore_index=True)


def last_two(book: Book) -> list[Book]:
    """Return the book before and this one; this one alone in the first period."""
    return [book.previous, book] if book.previous else [book]


def migration(book: Book) -> pd.DataFrame:
    """Say who changed size since the period before, with that period's limits.

    Returns
    -------
    DataFrame
        One row for each pair of sizes met, large to absent: ``size_before``, ``size_now``,
        ``customers``, ``revenue_before``, ``revenue_now``. Absent: not active. Empty in the first period.
    """
    columns = ["size_before", "size_now", "customers", "revenue_before", "revenue_now"]
    if book.previous is None:
        return pd.DataFrame(columns=columns)
    before, now = frozen(last_two(book))
    earlier = before.everyone.select("customer_id", size_before=_.size, revenue_before=_.revenue)
    # The segment's customers are those of the book; their sizes, those of the frozen ruler.
    later = now.everyone.semi_join(book.customers, "customer_id").select(
        "customer_id", size_now=_.size, revenue_now=_.revenue
    )
    both = later.left_join(earlier, "customer_id").mutate(size_before=_.size_before.fill_null("absent"))
    table = (
        both.filter((_.size_before != "absent") | (_.size_now != "absent"))
        .group_by("size_before", "size_now")
        .agg(
            customers=_.count(),
            revenue_before=_.revenue_before.sum().cast("float64"),
            revenue_now=_.revenue_now.sum().cast("float64"),
        )
    )
    found = book.execute(table)
    for name in ("size_before", "size_now"):
        found[name] = pd.Categorical(found[name], SIZES, ordered=True)
    found = found.sort_values(["size_before", "size_now"], ignore_index=True)
    return found.astype({"size_before": str, "size_now": str})[columns].fillna({"revenue_before": 0.0})
