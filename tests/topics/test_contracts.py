"""Contracts that end within six months of 2025-H2: from January to June 2026, both included."""

import pytest

from portfolio.topics.contracts.numbers import ending, number_ending


@pytest.fixture(scope="module")
def book(make_book, shop_tables, table):
    orders, customers = shop_tables
    contracts = table(
        """
        customer_id start_date end_date   annual_amount
        ann         2025-12-31 2026-01-01 1000
        ann         2025-01-01 2026-06-30 200
        bob         2025-01-01 2026-03-31 -
        cat         2025-01-01 2025-12-31 4000
        dan         2025-01-01 2026-07-01 8000
        eve         2026-01-01 2026-06-30 16000
        """
    )
    # cat's is over, dan's ends later, eve's is not running yet.
    return make_book(orders, "2025-H2", customers=customers, contracts=contracts)


def test_customers_whose_contracts_end_with_the_money_of_them(book):
    found = book.run(ending(book)).set_index("customer_id")["ending_amount"].astype(float)
    assert found.to_dict() == {"ann": 1200, "bob": 0}


def test_number_of_contracts_that_end(book):
    assert number_ending(book) == ("contracts", 3, "count")


def test_without_the_table(shop):
    assert ending(shop) is None
