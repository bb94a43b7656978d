"""Net promoter score: 100 (promoters 9-10 - detractors 0-6) / answers."""

import math

import pandas as pd
import pytest

from portfolio.topics.voice.numbers import nps, two_periods, unhappy


@pytest.fixture(scope="module")
def answers(table):
    return table(
        """
        customer_id date        nps csat
        ann         2025-07-01  10  -
        bob         2025-12-31  0   -
        cat         2025-08-01  8   5
        dan         2025-08-01  7   -
        eve         2025-08-01  6   -
        eve         2025-11-01  9   -
        gus         2025-09-01  9   -
        dan         2025-09-01  -   1
        ann         2025-06-30  0   -
        ann         2026-01-01  0   -
        """
    )


def test_nps(make_book, shop_tables, answers, one):
    orders, customers = shop_tables
    found = one(nps(make_book(orders, "2025-H2", customers=customers, surveys=answers)))
    # In the period: 10, 0, 8, 7, 6, 9, 9; the answer of dan in September bears on csat alone.
    assert found.answers == 7
    assert found.nps == pytest.approx(100 * (3 - 2) / 7, rel=1e-12)
    p, d = 3 / 7, 2 / 7
    assert found.standard_error == pytest.approx(100 * math.sqrt((p + d - (p - d) ** 2) / 7), rel=1e-12)
    assert [found.low, found.high] == pytest.approx(
        [found.nps - 1.959964 * found.standard_error, found.nps + 1.959964 * found.standard_error], rel=1e-6
    )
    # eve's latest answer is 9: bob alone is a detractor still, with 350 over the year.
    assert (found.detractors, found.detractors_revenue) == (1, 350)


@pytest.mark.parametrize(("scores", "expected"), [([9, 9], 100), ([0, 6], -100), ([7, 8], 0)])
def test_ends_of_the_scale(make_book, table, one, scores, expected):
    orders = table("customer_id order_date amount order_id\n ann 2025-07-01 10 1\n bob 2025-07-01 10 1")
    surveys = table("customer_id date nps\n" + f"ann 2025-07-01 {scores[0]}\n bob 2025-07-01 {scores[1]}")
    found = one(nps(make_book(orders, "2025-H2", surveys=surveys)))
    assert (found.nps, found.standard_error) == (expected, 0)


@pytest.mark.parametrize(("most", "other", "end"), [(10, 0, "high"), (0, 10, "low")])
def test_an_interval_stays_on_the_scale(make_book, one, most, other, end):
    """30 of one kind and one of the other: 93.5 within 12.4."""
    names = [f"c{n}" for n in range(31)]
    orders = pd.DataFrame({"customer_id": names, "order_date": "2025-07-01", "amount": 10})
    surveys = pd.DataFrame({"customer_id": names, "date": "2025-07-01", "nps": [most] * 30 + [other]})
    found = one(nps(make_book(orders, "2025-H2", surveys=surveys)))
    assert abs(found.nps) == pytest.approx(100 * 29 / 31)
    assert found[end] == {"high": 100, "low": -100}[end]
    assert found[{"high": "low", "low": "high"}[end]] == pytest.approx(
        (found.nps / abs(found.nps)) * (100 * 29 / 31 - 1.959964 * 6.3466), abs=0.01
    )


def test_unhappy_customers_are_those_of_the_latest_answer(make_book, shop_tables, table):
    orders, customers = shop_tables
    surveys = table(
        """
        customer_id date        nps
        ann         2025-07-01  0
        ann         2025-07-02  7
        bob         2025-12-31  6
        cat         2025-08-01  10
        cat         2025-08-01  5
        dan         2025-08-01  11
        eve         2025-06-30  0
        """
    )
    book = make_book(orders, "2025-H2", customers=customers, surveys=surveys)
    # ann was unhappy the day before; of two answers of a day the lower counts; 11 is no answer, June not the period.
    assert sorted(book.run(unhappy(book))["customer_id"]) == ["bob", "cat"]
    now, before = two_periods(book)
    assert (now["answers"].item(), before["answers"].item()) == (5, 1)


def test_without_answers(shop, make_book, shop_tables, answers, one):
    orders, customers = shop_tables
    silent = make_book(orders, "2024-H2", customers=customers, surveys=answers)
    for book in (shop, silent):  # no table; no answer in the period
        found = one(nps(book))
        assert math.isnan(found.nps)
        assert (found.answers, found.detractors) == (0, 0)


def test_answers_of_a_segment(make_book, shop_tables, answers, one):
    orders, customers = shop_tables
    thresholds = {"min_customers": 1}
    found = one(nps(make_book(orders, "2025-H2", "region=Corse", thresholds, customers=customers, surveys=answers)))
    assert found.answers == 4  # cat 8, dan 7, eve 6 and 9
    assert found.nps == 0
