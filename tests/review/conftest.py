"""A book whose history is long enough to tell who is new, or a day short of it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from portfolio.base.book import Book


@pytest.fixture(scope="session")
def newcomers(make_book) -> Callable[[str], Book]:
    """Make the book of 2025-H2 of z, who buys once, on a day, and of four who first buy in July 2025, for 10 each.

    Orders come a day after another, so that a week without is usual: they cover the twelve months before 1 July 2025
    when z buys by 8 July 2024. Two new customers are asked for, one of them in the region N, which has three.
    """

    def make(first: str) -> Book:
        days = {"z": first, "a": "2025-07-01", "b": "2025-07-02", "c": "2025-07-03", "d": "2025-07-04"}
        orders = pd.DataFrame(
            [(name, day, 10) for name, day in days.items()], columns=["customer_id", "order_date", "amount"]
        )
        customers = pd.DataFrame({"customer_id": list(days), "region": ["S", "N", "N", "N", "S"]})
        targets = pd.DataFrame({"measure": "new_customers", "target": [2, 1], "segment": [None, "region=N"]})
        thresholds = {"min_customers": 1}
        return make_book(orders, "2025-H2", thresholds=thresholds, customers=customers, targets=targets)

    return make
