"""Why revenue changed. Definition: The revenue tree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics import chance
from portfolio.topics.chance import Sums
from portfolio.topics.rates import ratio
from portfolio.topics.revenue_tree.split import BASKET, CREDITED, CUSTOMERS, FREQUENCY, PRICE, UNITS, Level, split

FACTORS = (CUSTOMERS, FREQUENCY, BASKET, UNITS, PRICE)
STEPS = (*FACTORS, CREDITED)
# How each factor is told from chance.
CHANCES = {
    CUSTOMERS: Sums((chance.ordered,)),
    FREQUENCY: Sums(("orders",), (chance.ordered,)),
    BASKET: Sums(("revenue",), ("orders",)),
}
# A customer who makes more than this share of a change is named.
NAMED = 0.2
# The customers shown who moved most.
MOVERS = 10
OF_MOVERS = [
    "customer_id", "name", "revenue", "previous_revenue", "change", *STEPS, "share", "named", "every_named",
]  # fmt: skip


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Sum what the factors are made of."""
    return {
        "customers": customers.count(where=_.orders > 0),
        "orders": customers.orders.sum().fill_null(0),
        "units": customers.units.sum().cast("float64").fill_null(0.0),
        "without_units": customers.lines_without_units.sum().fill_null(0),
        "revenue": customers.revenue.sum().cast("float64").fill_null(0.0),
    }


def level(book: Book) -> Level:
    """Return what the revenue of a book is made of; units are known where every line has them."""
    sums = book.totals(totals)
    known = book.measured("orders", "quantity") and not sums["without_units"]
    units = sums["units"] if known else np.nan
    return Level(float(sums["customers"]), float(sums["orders"]), units, round(sums["revenue"], 2))


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the orders of an active customer."""
    found = level(book)
    return {"orders_per_customer": (ratio(found.orders, found.customers), int(found.customers))}


def tree(book: Book) -> pd.DataFrame:
    """Split the change of revenue since the period before over what it is made of.

    Returns
    -------
    DataFrame
        ``step``: before, customers (active), frequency (orders per customer), basket (revenue per order), units (per
        order) and price (revenue per unit) which make the basket, credited, now; ``was`` and ``value`` of the factor;
        ``revenue``: levels at both ends, what each adds between them; ``sure`` (whether the factor has changed more
        than chance). Customers, frequency, basket and credited sum up to the cent. Empty in the first period.
    """
    columns = ["step", "was", "value", "revenue", "sure"]
    then = book.compared.get("previous")
    if then is None:
        return pd.DataFrame(columns=columns)
    before, now = level(then), level(book)
    parts, was, value = split(before, now), before.factors, now.factors
    errors = chance.errors(book, {"previous": then}, CHANCES)
    rows = [("before", np.nan, np.nan, before.revenue, None)]
    for name in FACTORS:
        error = errors.get((name, "previous"), np.nan)
        rows.append((name, was[name], value[name], parts[name], chance.beyond(value[name] - was[name], error)))
    if parts[CREDITED]:
        rows.append((CREDITED, np.nan, np.nan, parts[CREDITED], None))
    rows.append(("now", np.nan, np.nan, now.revenue, None))
    table = pd.DataFrame(rows, columns=columns)
    return table[table["revenue"].notna()].reset_index(drop=True)


def movers(book: Book, most: int = MOVERS) -> pd.DataFrame:
    """Return the customers whose revenue changed most since the period before, and why.

    Returns
    -------
    DataFrame
        ``customer_id``, ``name``, ``revenue``, ``previous_revenue``, ``change``, the steps of ``split`` (money),
        ``share`` (of the change of the book; NaN where there is none), ``named`` (more than a fifth of it) and
        ``every_named`` (how many there are, shown or not). The largest change first; between equals, in the order of
        the ids.
    """
    then = book.compared.get("previous")
    if then is None:
        return pd.DataFrame(columns=OF_MOVERS).astype({"named": bool})
    here, there = (_of_customers(each) for each in (book, then))
    both = here.outer_join(there, "customer_id", rname="{name}_then")
    both = both.mutate(
        customer_id=ibis.coalesce(_.customer_id, _.customer_id_then),
        name=ibis.coalesce(_.name, _.name_then),
        **{f"{n}": both[n].fill_null(0.0) for n in MEASURED},
        **{f"{n}_then": both[f"{n}_then"].fill_null(0.0) for n in MEASURED},
    )
    both = both.mutate(change=_.revenue - _.revenue_then).filter(_.change != 0)
    known = not (np.isnan(level(book).units) or np.isnan(level(then).units))
    whole = level(book).revenue - level(then).revenue
    above = both.change * float(np.sign(whole)) > NAMED * abs(whole)
    both = both.mutate(every_named=(above & (whole != 0)).sum().over(ibis.window()))
    rows = book.run(both.order_by([_.change.abs().desc(), _.customer_id]).limit(most))
    found = []
    for row in rows.to_dict("records"):
        before, now = (
            Level(float(row[f"orders{end}"] > 0), row[f"orders{end}"], row[f"units{end}"] if known else np.nan,
                  round(row[f"revenue{end}"], 2))
            for end in ("_then", "")
        )  # fmt: skip
        change = round(now.revenue - before.revenue, 2)
        share = ratio(change, whole)
        found.append(
            {
                "customer_id": row["customer_id"],
                "name": row["name"],
                "revenue": now.revenue,
                "previous_revenue": before.revenue,
                "change": change,
                **split(before, now),
                "share": share,
                "named": share > NAMED,
                "every_named": int(row["every_named"]),
            }
        )
    return pd.DataFrame(found, columns=OF_MOVERS).astype({"named": bool})


MEASURED = ("orders", "units", "revenue")


def _of_customers(book: Book) -> ibis.Table:
    customers = book.customers
    return customers.select("customer_id", "name", **{name: customers[name].cast("float64") for name in MEASURED})


def tree_and_movers(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``tree`` and ``movers``."""
    return tree(book), movers(book)


def by(book: Book, attribute: str) -> pd.DataFrame:
    """Split the change of revenue of each value of an attribute.

    Returns
    -------
    DataFrame
        ``value_of``, ``change``, ``customers``, ``frequency``, ``basket``, ``credited`` (money, which sum up to the
        change of the value), the largest change first. Empty in the first period.
    """
    columns = ["value_of", "change", CUSTOMERS, FREQUENCY, BASKET, CREDITED]
    then = book.compared.get("previous")
    if then is None:
        return pd.DataFrame(columns=columns)
    here, there = book.parts(attribute), then.parts(attribute)
    nobody, rows = Level(0.0, 0.0, np.nan, 0.0), []
    for value in sorted({*here, *there}):
        before, now = (level(parts[value]) if value in parts else nobody for parts in (there, here))
        if before.revenue or now.revenue:
            rows.append({"value_of": value, "change": round(now.revenue - before.revenue, 2), **split(before, now)})
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["change", "value_of"], key=_largest, ignore_index=True)


def _largest(column: pd.Series) -> pd.Series:
    return -column.abs() if column.name == "change" else column


def over_periods(books: Sequence[Book], restated: pd.DataFrame) -> pd.DataFrame:
    """Split the change of revenue from each book to the next, from what was published of the first.

    Parameters
    ----------
    restated
        Figures published earlier that the data of today no longer give: ``period``, ``name``, ``was``, ``now``.

    Returns
    -------
    DataFrame
        ``period``, ``step``, ``revenue``: before (as published), restated (what the data of today make of it; no step
        where nothing was), customers, frequency, basket, credited (where there is some), now. They sum up to the cent.
    """
    told = restated[restated["name"] == "revenue"].set_index("period")["was"]
    rows = []
    for earlier, book in pairwise(books):
        before, now = level(earlier), level(book)
        was = round(float(told.get(earlier.period.name, np.nan)), 2)
        published = before.revenue if np.isnan(was) else was
        parts = split(before, now)
        steps = {"before": published, "restated": round(before.revenue - published, 2)}
        steps |= {name: parts[name] for name in (CUSTOMERS, FREQUENCY, BASKET, CREDITED)} | {"now": now.revenue}
        optional = ("restated", CREDITED)
        rows += [(book.period.name, step, money) for step, money in steps.items() if money or step not in optional]
    return pd.DataFrame(rows, columns=["period", "step", "revenue"])
