"""Account managers with many more customers than the median one."""

import pandas as pd
import pytest

from portfolio.topics.account_managers.numbers import overloaded


def loads(make_book, **customers):
    """So many customers of each account manager, with an order each."""
    ids = [f"{manager}{i}" for manager, n in customers.items() for i in range(n)]
    orders = pd.DataFrame({"customer_id": ids, "order_date": "2025-07-01", "amount": 10})
    orders.loc[len(orders)] = ["lead", "2025-07-01", -10]  # never ordered: counts for nobody
    managers = [name.rstrip("0123456789") for name in ids]
    people = pd.DataFrame({"customer_id": [*ids, "lead"], "account_manager": [*managers, "zoe"]})
    return [(found.segment, found.value, found.reference, found.n) for found in overloaded(
        make_book(orders, "2025-H2", customers=people), 1.5
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("customers", "expected"),
    [
        # The median of the colleagues is 4, of which 6 is one and a half times: enough.
        ({"ann": 6, "bob": 5, "cat": 3}, [("account_manager=ann", 6, 4, 6)]),
        ({"ann": 5, "bob": 5, "cat": 3}, []),
        ({"ann": 9, "bob": 2}, []),  # of two managers none is the middle; zoe, with a lead alone, is no third one
    ],
)
def test_one_and_a_half_times_the_median(make_book, customers, expected):
    assert loads(make_book, **customers) == expected
