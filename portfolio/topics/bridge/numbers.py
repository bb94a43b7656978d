"""Where the change of revenue comes from. Definitions: Activity and movement."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pandas as pd
from ibis import _

from portfolio.base.book import Book

COLUMNS = ["step", "customers", "revenue"]
MOVES = ["new", "retained", "reactivated", "lapsed", "absent"]


def revenue_bridge(book: Book) -> pd.DataFrame:
    """Split the change of revenue by who made it.

    Returns
    -------
    DataFrame
        ``step`` (before, lapsed, decreased, increased, new, reactivated, credited, now), ``customers``, ``revenue``:
        levels at both ends, signed changes between them, which sum up to the cent. ``increased`` are those who stayed
        and bought as much or more; ``credited`` have only credit notes in either
        period, and are no step where there are none. Customers sum up too: before
        less lapsed is decreased and increased, and with new and reactivated it is now.
    """
    table = _moves(book).set_index("movement").reindex(MOVES).fillna(0.0)
    change, customers = table["revenue"] - table["previous_revenue"], table["customers"]
    stayed = table.loc["retained"]
    active = customers[["new", "retained", "reactivated"]].sum()
    steps = {
        "before": (customers[["retained", "lapsed"]].sum(), table["previous_revenue"].sum()),
        "lapsed": (customers["lapsed"], change["lapsed"]),
        "decreased": (stayed["customers_down"], stayed["decreased"]),
        "increased": (stayed["customers"] - stayed["customers_down"], stayed["increased"]),
        "new": (customers["new"], change["new"]),
        "reactivated": (customers["reactivated"], change["reactivated"]),
        "credited": (table.loc["absent", "credited"], change["absent"]),
        "now": (active, table["revenue"].sum()),
    }
    if not steps["credited"][0]:
        del steps["credited"]
    return pd.DataFrame([(step, int(n), float(money)) for step, (n, money) in steps.items()], columns=COLUMNS)


def weights(book: Book, most: int = 2) -> pd.DataFrame:
    """Return the customers who weigh most on each step.

    Returns
    -------
    DataFrame
        ``step``, ``customer_id``, ``name``, ``change`` (of revenue), the largest first; between equals, in the order of
        the ids.
    """
    customers = book.customers
    change = (customers.revenue - customers.previous_revenue).cast("float64")
    step = ibis.cases(
        (customers.movement == "absent", "credited"),
        (customers.movement != "retained", customers.movement),
        (change < 0, "decreased"),
        else_="increased",
    )
    moved = customers.select("customer_id", "name", step=step, change=change).filter(_.change != 0)
    order = [moved.change.abs().desc(), moved.customer_id]
    ranked = moved.mutate(place=ibis.row_number().over(ibis.window(group_by=moved.step, order_by=order)))
    found = book.run(ranked.filter(_.place < most).order_by("step", "place"))
    return found[["step", "customer_id", "name", "change"]]


def bridge_and_weights(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``revenue_bridge`` and ``weights``."""
    return revenue_bridge(book), weights(book)


def over_periods(books: Sequence[Book]) -> pd.DataFrame:
    """Return ``revenue_bridge`` of each book that has a period before it, with its ``period``."""
    rows = [revenue_bridge(book).assign(period=book.period.name) for book in books if book.previous]
    if not rows:
        return pd.DataFrame(columns=["period", *COLUMNS])
    return pd.concat(rows, ignore_index=True)[["period", *COLUMNS]]


def _moves(book: Book) -> pd.DataFrame:
    customers = book.customers
    change = customers.revenue - customers.previous_revenue
    return book.run(
        customers.group_by("movement").agg(
            customers=_.count(),
            revenue=_.revenue.sum().cast("float64"),
            previous_revenue=_.previous_revenue.sum().cast("float64"),
            increased=change.sum(where=change >= 0).cast("float64"),
            decreased=change.sum(where=change < 0).cast("float64"),
            customers_down=_.count(where=change < 0),
            credited=_.count(where=(_.revenue != 0) | (_.previous_revenue != 0)),
        )
    )
