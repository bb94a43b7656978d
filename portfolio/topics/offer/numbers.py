"""What customers buy of what is sold, and what they do not know. Definitions: coverage, whitespace."""

from __future__ import annotations

import ibis
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
PEERS = ["size", "place"]


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
    return book.once("categories", lambda: _categories(book))[0].copy()


def _bought(book: Book) -> tuple[ibis.Table, ibis.Table]:
    """Return the customers of the trailing window with their peers, and the categories each bought in it."""
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
    return people, spent


def _categories(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``categories``, and what each group of peers would bring a customer who lacks one."""
    if not book.measured("orders", "category"):
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame()
    people, spent = _bought(book)
    bought = book.run(
        spent.group_by("category").agg(
            customers=_.count(),
            revenue=_.spend.sum().cast("float64"),
            median_spend=_.spend.cast("float64").median(),
        )
    )
    groups = book.run(people.group_by(*PEERS).agg(peers=_.active.sum(), known=_.count())).set_index(PEERS)
    active = groups.loc[groups["peers"] > 0, "peers"]
    by_peers = book.run(
        spent.filter(_.active)
        .group_by("category", *PEERS)
        .agg(buyers=_.count(), median=_.spend.cast("float64").median())
    )
    # Every category meets every group of peers: where none of them buys it, its customers have no peer to follow.
    met = [(category, *group) for category in sorted(bought["category"]) for group in active.index]
    every = pd.MultiIndex.from_tuples(met, names=["category", *PEERS])
    grid = by_peers.set_index(["category", *PEERS]).reindex(every).fillna(0.0).reset_index()
    grid = grid.join(active, on=PEERS)
    grid["lacking"] = grid["peers"] - grid["buyers"]
    grid["ceiling"] = grid["buyers"] / grid["peers"] * grid["median"]
    grid["whitespace"] = grid["lacking"] * grid["ceiling"]
    found = bought.merge(grid.groupby("category", as_index=False)[["lacking", "whitespace"]].sum(), on="category")
    everyone = int(groups["known"].sum())
    found["coverage"] = [ratio(n, everyone) for n in found["customers"]]
    found["little_known"] = found["coverage"] < book.thresholds.little_known_share
    found = found.sort_values(["customers", "category"], ascending=[False, True], ignore_index=True)
    return found.astype({"customers": int, "lacking": int})[COLUMNS], grid[["category", *PEERS, "ceiling"]]


def taken_up(book: Book) -> float:
    """Return how likely a customer takes up, in the next 12 months, a category that they lack.

    Of the pairs of a customer known a period ago and a category that they had not bought in the window then, the share
    that was bought in this period, brought to a year. NaN in the first period.
    """
    if book.previous is None:
        return np.nan
    then = book.previous
    known = then.customers.filter(_.trailing_orders > 0)
    lines = book.orders.filter(_.order_date >= then.trailing_start, _.category.notnull())
    bought = (
        lines.group_by("customer_id", "category")
        .agg(
            before=lines.amount.sum(where=lines.order_date < then.period.end).fill_null(0) > 0,
            now=lines.amount.sum(where=lines.order_date >= book.period.start).fill_null(0) > 0,
        )
        .semi_join(known, "customer_id")
    )
    row = book.run(
        bought.agg(
            categories=_.category.nunique(), had=_.count(where=_.before), taken=_.count(where=_.now & ~_.before)
        ).cross_join(known.agg(known=_.count()))
    ).iloc[0]
    share = ratio(row["taken"], row["categories"] * row["known"] - row["had"])
    return 1 - (1 - share) ** book.period.a_year


def little_known(book: Book, least: float) -> list[Evidence]:
    """Find the little known categories that could bring ``least`` of the revenue of the trailing window, or more."""
    table = categories(book)
    revenue = table["revenue"].sum()
    found = table[table["little_known"] & (table["whitespace"] >= least * revenue) & (table["lacking"] > 0)]
    if found.empty:
        return []
    (people, spent), likely = _bought(book), taken_up(book)
    ceilings = book.once("categories", lambda: _categories(book))[1]

    def lacking(category: str) -> ibis.Table | None:
        if np.isnan(likely):
            return None
        ours = ceilings[ceilings["category"] == category]
        money = ibis.memtable(ours[PEERS].assign(money=ours["ceiling"] * likely))
        without = people.filter(_.active).anti_join(spent.filter(_.category == category), "customer_id")
        return without.join(money, PEERS).select("customer_id", "money")

    return [
        Evidence(
            "coverage", f"category={row.category}", row.coverage, "rate", "", np.nan,
            np.nan if np.isnan(likely) else row.whitespace, row.lacking, lacking(row.category),
        )
        for row in found.itertuples()
    ]  # fmt: skip
