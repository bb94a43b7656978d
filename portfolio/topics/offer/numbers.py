"""What customers buy of what is sold, and what they do not know. Definitions: coverage, whitespace."""

from __future__ import annotations

import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.contract import Evidence
from portfolio.topics.rates import ratio


def categories(book: Book) -> pd.DataFrame:
    """Say how many customers buy each category, and what the others could bring.

    Returns
    -------
    DataFrame
        One row a category sold in the trailing window, most bought first: ``category``, ``customers``
        (who bought it), ``coverage`` (share of the customers with an order in the window), ``revenue``,
        ``median_spend`` (money per buyer), ``lacking`` (customers who did not buy it), ``whitespace`` (money).
        Empty when the order lines carry no category.

    Notes
    -----
    Whitespace of a customer and a category it lacks: the share of its peers that buy it x their median
    spend. Peers are the active customers of the same size; customers without an order in the period
    have those of no size for peers.
    """
    columns = ["category", "customers", "coverage", "revenue", "median_spend", "lacking", "whitespace"]
    if not book.measured("orders", "category"):
        return pd.DataFrame(columns=columns)
    people = book.customers.filter(_.trailing_orders > 0).select("customer_id", "size")
    start = book.trailing_start
    spent = (
        book.orders.filter(_.order_date >= start, _.category.notnull())
        .group_by("customer_id", "category")
        .agg(spend=_.amount.sum())
        .filter(_.spend > 0)
        .inner_join(people, "customer_id")
    )
    bought = book.run(
        spent.group_by("category", "size").agg(
            customers=_.count(), revenue=_.spend.sum().cast("float64"), median=_.spend.cast("float64").median()
        )
    )
    everyone = book.run(spent.group_by("category").agg(median_spend=_.spend.cast("float64").median()))
    peers = book.run(people.group_by("size").agg(peers=_.count())).set_index("size")["peers"]
    # Every category meets every size: where nobody of a size buys it, its customers have no peer to follow.
    cells = pd.MultiIndex.from_product([sorted(bought["category"].unique()), peers.index], names=["category", "size"])
    grid = bought.set_index(["category", "size"]).reindex(cells).fillna(0.0).reset_index()
    grid["peers"] = grid["size"].map(peers)
    grid["lacking"] = grid["peers"] - grid["customers"]
    grid["whitespace"] = grid["lacking"] * grid["customers"] / grid["peers"] * grid["median"]
    total = int(peers.sum())
    found = grid.groupby("category", as_index=False)[["customers", "revenue", "lacking", "whitespace"]].sum()
    found = found.merge(everyone, on="category")
    found["coverage"] = [ratio(n, total) for n in found["customers"]]
    found = found.sort_values(["customers", "category"], ascending=[False, True], ignore_index=True)
    return found.astype({"customers": int, "lacking": int})[columns]


def little_known(book: Book, least: float) -> list[Evidence]:
    """Find categories that fewer than a share ``least`` of the customers buy."""
    return [
        Evidence("coverage", f"category={row.category}", row.coverage, "rate", "", np.nan, row.whitespace, row.lacking)
        for row in categories(book).itertuples()
        if row.coverage < least
    ]
