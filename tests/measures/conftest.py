"""A shop small enough to work out by hand, and help to write tables as they read."""

import io
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest


def _table(text):
    return pd.read_csv(io.StringIO(text), sep=r"\s+", dtype="string", na_values="-", keep_default_na=False)


@pytest.fixture(scope="session")
def table():
    """Make a table from text: a line of names, then a line a row; ``-`` is a missing value."""
    return _table


@pytest.fixture(scope="session")
def one():
    """Return the only row of a frame."""

    def only(frame):
        assert len(frame) == 1
        return frame.iloc[0]

    return only


# The period is 2025-H2, the trailing window the year 2025. Who is who:
#
#     customer  2025-H1       2025-H2                       movement     lifecycle
#     ann       100           400 + 200 = 600               retained     regular (not in 2024-H2; silent for 30 days)
#     bob       400           -50, a credit note alone      lapsed       inactive (last order 15 March, 291 days)
#     cat                     150                           new          new
#     dan       (80 in 2024)  50                            reactivated  regular (50 days)
#     eve       200           120 - 20 = 100                retained     inactive (last order 1 July, 183 days)
#     fay                     -30, a credit note alone      absent       prospect
#     gus       on the list since January, never ordered    absent       prospect
#     hal       (500 in 2023)                               absent       lost (761 days)
#     ivy       on the list from 2026 on: not yet there
SHOP_ORDERS = """
    customer_id order_date  order_id amount cost category
    hal         2023-12-01  h1       500    250  Sites
    dan         2024-05-20  d1       80     40   Sites
    ann         2025-02-10  a1       100    60   Sites
    bob         2025-03-15  b1       400    200  Sites
    eve         2025-06-30  e1       200    100  Hosting
    eve         2025-07-01  e2       120    60   Hosting
    eve         2025-07-02  e2       -20    -10  Hosting
    bob         2025-07-10  b9       -50    -25  Sites
    ann         2025-08-01  a2       300    180  Sites
    ann         2025-08-01  a2       100    70   Hosting
    fay         2025-09-09  f9       -30    -    Sites
    cat         2025-10-05  c1       150    90   Sites
    dan         2025-11-11  d2       50     30   Hosting
    ann         2025-12-01  a3       200    -    Sites
    cat         2026-01-02  c2       999    1    Sites
"""
SHOP_CUSTOMERS = """
    customer_id name  created_date region   account_manager email
    ann         Ann   2025-01-05   Bretagne Zoe             ann@example.com
    bob         Bob   2025-01-05   Bretagne Zoe             bob@example.com
    cat         Cat   2025-09-01   Corse    Zoe             -
    dan         Dan   2024-01-05   Corse    Max             -
    eve         Eve   2024-01-05   Corse    Max             -
    gus         Gus   2025-01-05   Bretagne Max             -
    hal         Hal   2023-01-05   Bretagne Max             -
    ivy         Ivy   2026-01-05   Corse    Max             -
"""


@pytest.fixture(scope="session")
def shop_tables():
    """Return the orders and the customers of the shop, to change before a book is made of them."""
    return _table(SHOP_ORDERS), _table(SHOP_CUSTOMERS)


@pytest.fixture(scope="session")
def shop(make_book, shop_tables):
    """Return the shop's book of 2025-H2. Intervals and findings bear on two customers at least."""
    orders, customers = shop_tables
    return make_book(orders, "2025-H2", thresholds={"min_customers": 2}, customers=customers)


@pytest.fixture(scope="session")
def empty(make_book):
    """Return a book of a quarter without a line, between two that have some."""
    orders = _table(
        """
        customer_id order_date  amount order_id
        ann         2025-03-31  100    1
        bob         2025-02-01  50     1
        ann         2025-07-01  100    2
        """
    )
    return make_book(orders, "2025-Q2")


@pytest.fixture(scope="session")
def start(make_book, shop_tables):
    """Return the shop's book of its first semester, 2023-H2: hal alone, who is new."""
    orders, customers = shop_tables
    return make_book(orders, "2023-H2", customers=customers)


@pytest.fixture(scope="session")
def cdnow_lines():
    """Return the raw lines of the CDNOW sample as orders.

    Eight of them cost nothing, each a customer's first: they count as purchases in the published values, so they are
    given a cent, which no measure of repeat purchases sees.
    """
    spec = find_spec("lifetimes")
    if spec is None:
        pytest.skip("the data of the lifetimes wheel are not installed")
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "CDNOW_sample.txt"
    names = ["master", "customer_id", "order_date", "quantity", "amount"]
    kinds = {"customer_id": str, "order_date": str}
    lines = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype=kinds)
    free = lines["amount"] == 0
    first = lines.groupby("customer_id")["order_date"].transform("min")
    assert free.sum() == 8
    assert (lines["order_date"] == first)[free].all()
    lines.loc[free, "amount"] = 0.01
    lines["order_date"] = pd.to_datetime(lines["order_date"], format="%Y%m%d").dt.strftime("%Y-%m-%d")
    return lines[["customer_id", "order_date", "amount"]]


@pytest.fixture(scope="session")
def cdnow_days(cdnow_lines):
    """Return one row per customer and day of CDNOW."""
    days = cdnow_lines.assign(day=pd.to_datetime(cdnow_lines["order_date"]))
    return days.groupby(["customer_id", "day"], as_index=False)["amount"].sum()


@pytest.fixture(scope="session")
def cdnow_book(make_book, cdnow_lines):
    """Return the book of the CDNOW holdout, 39 weeks; the period before is the calibration."""
    return make_book(cdnow_lines, "1997-10-01..1998-06-30")
