"""The figures that leave a report, each worked out by hand on the shop of ``conftest.py``."""

import math

import pandas as pd
import pytest

from portfolio.params.periods import parse_period
from portfolio.review.figures.numbers import history, metrics
from portfolio.topics import TOPICS

SHOP = {
    "active_customers": 4, "orders": 5, "revenue": 820, "gross_sales": 920, "returns": 100, "average_basket": 164,
    "orders_per_customer": 1.25, "return_rate": 100 / 920, "margin": 255, "margin_rate": 255 / 650,
    "new_customers": 1, "retained_customers": 2, "reactivated_customers": 1, "lapsed_customers": 1,
    "retention_rate": 2 / 3, "churn_rate": 1 / 3,
    "customers_with_positive_revenue": 4, "customers_without_revenue": 2,
    "top_20_percent_share": 600 / 900, "customers_for_80_percent": 2, "gini": 6200 / 3600 - 1.25,
    "lifetime_value": 3040, "lifetime_value_margin": 3040 * 595 / 1350, "lifespan_years": 10, "yearly_retention": 1,
    "orders_per_year": 1.6, "nps": None, "high_potential_customers": 0,
    "lifecycle_prospect": 2, "lifecycle_new": 1, "lifecycle_loyal": 0, "lifecycle_regular": 2, "lifecycle_at_risk": 0,
    "lifecycle_inactive": 2, "lifecycle_lost": 1,
    "rfm_champions": 1, "rfm_loyal": 0, "rfm_potential_loyalists": 0, "rfm_new_customers": 0, "rfm_promising": 1,
    "rfm_need_attention": 0, "rfm_about_to_sleep": 1, "rfm_at_risk": 1, "rfm_cannot_lose": 0, "rfm_hibernating": 1,
    "rfm_lost": 1, "rfm_prospects": 2,
    "size_large_customers": 1, "size_large_revenue": 600, "size_large_margin_rate": 150 / 400,
    "size_medium_customers": 1, "size_medium_revenue": 150, "size_medium_margin_rate": 60 / 150,
    "size_small_customers": 2, "size_small_revenue": 150, "size_small_margin_rate": 70 / 150,
    "lines_kept": 9, "rows_read": 15, "rows_kept": 15, "rows_set_aside": 0, "rows_no_customer": 0, "rows_no_date": 0,
    "rows_no_amount": 0, "rows_zero_amount": 0, "rows_duplicate": 0, "money_set_aside": 0,
}  # fmt: skip
# The semester before, with the cut-offs of this one (600 and 150 for the sizes).
SHOP_BEFORE = {
    "active_customers": 3, "orders": 3, "revenue": 700, "average_basket": 700 / 3, "return_rate": 0, "margin": 340,
    "orders_per_customer": 1,
    "new_customers": 3, "retained_customers": 0, "lapsed_customers": 0, "retention_rate": None,
    "customers_for_80_percent": 2, "lifecycle_new": 3, "rfm_hibernating": 1, "rfm_about_to_sleep": 1,
    "rfm_new_customers": 1, "size_large_customers": 0, "size_medium_customers": 2, "size_small_customers": 1,
    "lifetime_value": None, "lines_kept": 3,
}  # fmt: skip


@pytest.fixture(scope="module")
def found(shop):
    return metrics(shop).set_index("name")


def test_every_figure_is_there_in_the_order_of_the_story(found):
    declared = [figure.name for topic in TOPICS if not topic.apart for figure in topic.figures]
    assert list(found.index) == declared
    assert set(SHOP) == set(declared)  # none is left without a figure worked out by hand


@pytest.mark.parametrize("name", SHOP)
def test_value(found, name):
    if SHOP[name] is None:
        assert math.isnan(found.loc[name, "value"])
    else:
        assert found.loc[name, "value"] == pytest.approx(SHOP[name], rel=1e-12)


@pytest.mark.parametrize("name", SHOP_BEFORE)
def test_previous(found, name):
    if SHOP_BEFORE[name] is None:
        assert math.isnan(found.loc[name, "previous"])
    else:
        assert found.loc[name, "previous"] == pytest.approx(SHOP_BEFORE[name], rel=1e-12)


def test_units_and_directions(found):
    assert set(found["unit"]) <= {"count", "money", "rate", "ratio", "days", "years", "points"}
    assert set(found["direction"]) <= {"up", "down", "none"}
    assert found.loc["churn_rate", ["unit", "direction"]].tolist() == ["rate", "down"]


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("gini", "down"),
        ("top_20_percent_share", "down"),
        ("rfm_cannot_lose", "down"),
        ("rfm_at_risk", "down"),
        ("rfm_champions", "up"),
        ("lifecycle_inactive", "down"),
        # They only add up: more of them is no news.
        ("lifecycle_lost", "none"),
        ("rfm_lost", "none"),
    ],
)
def test_which_way_is_good(found, name, direction):
    assert found.loc[name, "direction"] == direction


def test_a_reason_where_there_is_no_value_and_only_there(found):
    given = found["reason"].fillna("").astype(str) != ""
    assert given.tolist() == found["value"].isna().tolist()
    assert found.loc["nps", "reason"] == "no_survey"


def test_what_rates_are_counted_over(found):
    assert found.loc["retention_rate", "n"] == 3  # active before
    assert found.loc["churn_rate", "n"] == 3


def test_targets_given(make_book, shop_tables):
    orders, customers = shop_tables
    goal = pd.DataFrame({"measure": ["revenue"], "target": ["800"]})
    book = make_book(orders, "2025-H2", customers=customers, targets=goal)
    found = metrics(book).set_index("name")["target"]
    assert found["revenue"] == 800
    assert found.drop("revenue").isna().all()


def test_reasons_of_the_first_period(start):
    found = metrics(start).set_index("name")
    assert found["previous"].isna().all()
    moves = [f"{move}_customers" for move in ("new", "retained", "reactivated", "lapsed")]
    assert found.loc[[*moves, "retention_rate", "churn_rate"], "value"].isna().all()
    assert found.loc[[*moves, "retention_rate", "churn_rate"], "reason"].tolist() == ["no_previous_period"] * 6
    years = ["lifetime_value", "lifetime_value_margin", "lifespan_years", "yearly_retention", "orders_per_year"]
    assert found.loc[years, "value"].isna().all()
    assert found.loc[years, "reason"].tolist() == ["short_history"] * 5


# Who is new or back, and who ordered in each of the last three periods, of which the first is a year ago.
IN_DOUBT = ["new_customers", "reactivated_customers", "lifecycle_loyal"]


@pytest.mark.parametrize(("first", "doubt"), [("2024-07-08", False), ("2024-07-09", True)])
def test_new_and_reactivated_are_in_doubt_until_orders_cover_the_twelve_months_before(newcomers, first, doubt):
    found = metrics(newcomers(first)).set_index("name")
    assert found.loc[found["doubt"]].index.tolist() == (IN_DOUBT if doubt else [])
    assert found.loc["new_customers", ["value", "target"]].tolist() == [4, 2], "shown all the same"


def test_reasons_where_nobody_is_active(empty):
    found = metrics(empty).set_index("name")
    expected = {"average_basket": "no_order", "return_rate": "no_order", "gini": "no_revenue", "margin": "no_cost"}
    assert found.loc[list(expected), "value"].isna().all()
    assert found.loc[list(expected), "reason"].to_dict() == expected


def test_history(shop):
    first = shop.at(parse_period("2025-H1"))
    found = history([shop, first])
    assert list(found.columns) == ["name", "unit", "direction", "2025-H1", "2025-H2"]
    found = found.set_index("name")
    assert found.loc["revenue", ["2025-H1", "2025-H2"]].tolist() == [700, 820]
    assert list(found.index) == list(metrics(shop)["name"])


def test_metrics_of_a_segment(make_book, shop_tables):
    orders, customers = shop_tables
    book = make_book(orders, "2025-H2", "region=Bretagne", {"min_customers": 2}, customers=customers)
    found = metrics(book).set_index("name")
    assert found.loc[["active_customers", "orders", "revenue", "lines_kept"], "value"].tolist() == [1, 2, 550, 4]
    assert found.loc[["lifecycle_prospect", "lifecycle_lost", "lifecycle_inactive"], "value"].tolist() == [1, 1, 1]
    assert found.loc["revenue", "previous"] == 500
    assert found.loc["rows_read", "value"] == 15  # the file is the whole portfolio's


def test_values_are_plain_numbers(found):
    assert pd.api.types.is_float_dtype(found["value"])
    assert pd.api.types.is_float_dtype(found["previous"])
