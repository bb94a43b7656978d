"""What each account manager looks after."""

from __future__ import annotations

import ibis
import numpy as np
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.contract import OTHER_CUSTOMERS, Evidence

FEWEST = 3


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Count the customers who ever ordered."""
    return {
        "customers": customers.count(where=_.orders_ever > 0),
    }


def overloaded(book: Book, least: float) -> list[Evidence]:
    """Find account managers who have ``least`` times the customers of the median colleague. It is no money."""
    every = {name: int(part.totals(totals)["customers"]) for name, part in book.parts("account_manager").items()}
    loads = {name: n for name, n in every.items() if n}
    if len(loads) < FEWEST:
        return []
    medians = {name: float(np.median([n for other, n in loads.items() if other != name])) for name in loads}
    return [
        Evidence("customers", f"account_manager={name}", n, "count", OTHER_CUSTOMERS, medians[name], np.nan, n)
        for name, n in loads.items()
        if n >= least * medians[name]
    ]
