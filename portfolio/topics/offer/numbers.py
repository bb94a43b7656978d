"""What customers buy of what is sold, and what they do not know. Definitions: coverage, whitespace."""

from __future__ import annotations

import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.contract import Evidence
from portfolio.topics.places.numbers import place
from portfolio.topics.rates import ratio

COLUMNS = [
    "category", "customers", "coverage", "revenue", "median_spend", "lacking", "whitespace", "little_known",
]  # fmt: skip


def categories(book: Book) -> pd.DataFrame:
    """Say how many customers buy each category, and what the others could bring at most.

    Returns
    -------
    DataFrame
        One row a category sold in the trailing window, most bought first: ``category``, ``customers``
        (who bought it), ``coverage`` (share of the customers with an order in the window), ``revenue``,
        ``median_spend`` (money per buyer), ``lacking`` (active customers who did not buy it), ``whitespace`` (money),
        ``little_known`` (bought by fewer than ``little_known_share`` of the customers).
        Empty when the order lines carry no category.

    Notes
    -----
    Whitespace of a customer and a category it lacks: the share of its peers that buy it x their median spend. Peers are
    the active customers of the same size and place. It is a ceiling: not all who could buy will.
    """
    return book.once("categories", lambda: _categories(book)).copy()


def _categories(book: Book) -> pd.DataFrame:
    if not book.measured("orders", "category"):
        return pd.DataFrame(columns=COLUMNS)
    where = place(book)
    known = book.customers.filter(_.trailing_orders > 0)
    people = known.select("customer_id", "size", place=known[where].cast("string").fill_null(""), active=_.orders > 0)
    spent = (
        book.orders.filter(_.order_date >= book.trailing_start, _.category.notnull())
        .group_by("customer_id", "category")
        .agg(spend=_.amount.sum())
        .filter(_.spend > 0)
        .inner_join(people, "customer_id")
    )
    bought = book.run(
        spent.group_by("category").agg(
            customers=_.count(),
            revenue=_.spend.sum().cast("float64"),
            median_spend=_.spend.cast("float64").median(),
        )
    )
    peers = ["size", "place"]
    groups = book.run(people.group_by(*peers).agg(peers=_.active.sum(), known=_.count())).set_index(peers)
    active = groups.loc[groups["peers"] > 0, "peers"]
    by_peers = book.run(
        spent.filter(_.active)
        .group_by("category", *peers)
        .agg(buyers=_.count(), median=_.spend.cast("float64").median())
    )
    # Every category meets every group of peers: where none of them buys it, its customers have no peer to follow.
    met = [(category, *group) for category in sorted(bought["category"]) for group in active.index]
    every = pd.MultiIndex.from_tuples(met, names=["category", *peers])
    grid = by_peers.set_index(["category", *peers]).reindex(every).fillna(0.0).reset_index()
    grid = grid.join(active, on=peers)
    grid["lacking"] = grid["peers"] - grid["buyers"]
    grid["whitespace"] = grid["lacking"] * grid["buyers"] / grid["peers"] * grid["median"]
    found = bought.merge(grid.groupby("category", as_index=False)[["lacking", "whitespace"]].sum(), on="category")
    everyone = int(groups["known"].sum())
    found["coverage"] = [ratio(n, everyone) for n in found["customers"]]
    found["little_known"] = found["coverage"] < book.thresholds.little_known_share
    found = found.sort_values(["customers", "category"], ascending=[False, True], ignore_index=True)
    return found.astype({"customers": int, "lacking": int})[COLUMNS]


def little_known(book: Book, least: float) -> list[Evidence]:
    """Find the little known categories that could bring ``least`` of the revenue of the trailing window, or more."""
    table = categories(book)
    revenue = table["revenue"].sum()
    return [
        Evidence("coverage", f"category={row.category}", row.coverage, "rate", "", np.nan, row.whitespace, row.lacking)
        for row in table.itertuples()
        if row.little_known and row.whitespace >= least * revenue
    ]
