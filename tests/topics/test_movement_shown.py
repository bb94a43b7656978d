"""Who came and who left, shown: figures worked out by hand in the drawing and in the sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.show.svg import draw
from portfolio.topics.movement import shown

MOVED = {"before": 811, "lapsed": 203, "new": 118, "reactivated": 62, "retained": 608, "now": 788}


@pytest.fixture
def moved():
    rates = {"retention_rate": 608 / 811, "retention_low": 0.7187, "retention_high": 0.7783, "churn_rate": 203 / 811}
    rates["may_be_older"] = False
    return pd.DataFrame([MOVED | rates])


def test_figures_of_the_bridge(moved, french, written):
    picture = draw(shown.bridge_chart, moved, words=french)
    assert picture.title == "788 clients actifs, 23 de moins qu’au S2\u00a02025"
    for figure in ("811", "-203", "+118", "+62", "788"):
        assert figure in written(picture)
        assert figure in picture.alt


def test_the_same_number_as_before_is_neither_more_nor_fewer(moved, english):
    picture = draw(shown.bridge_chart, moved.assign(now=811, new=141), words=english)
    assert picture.title == "811 active customers, as many as in H2\u00a02025"


def test_table(moved, english):
    found = shown.table(moved, words=english)
    assert [(row[0].text, row[1].text) for row in found.rows] == [
        ("Active in H2\u00a02025", "811"), ("Lapsed", "-203"), ("New", "+118"), ("Reactivated", "+62"),
        ("Active in H1\u00a02026", "788"),
    ]  # fmt: skip
    assert found.notes == ("Retention rate: 75.0% (95% interval: 71.9% to 77.8%).",)


def test_who_may_be_older_is_said(moved, over_periods, english):
    assert shown.table(moved.assign(may_be_older=True), words=english).notes[-1] == (
        "Some may be older customers: the orders do not go back far enough."
    )
    doubtful = over_periods.assign(may_be_older=[False, True, False])
    [note] = shown.periods_table(doubtful, words=english).notes
    assert note.startswith("H1\xa02025: some new and reactivated customers may be older ones")
    assert shown.periods_table(over_periods, words=english).notes == ()


def test_the_first_period_has_none_to_compare_with(moved, words):
    unknown = dict.fromkeys(["lapsed", "new", "reactivated", "retained", "retention_rate"], np.nan)
    first = moved.assign(before=0, **unknown)
    assert shown.sentence(first, words=words).startswith(("788 customers are active;", "788 clients sont actifs"))
    assert shown.table(first, words=words).rows == ()
    assert draw(shown.bridge_chart, first, words=words).svg == ""


def test_one_customer_is_said_in_the_singular(moved, french):
    told = shown.sentence(moved.assign(lapsed=1, new=1, reactivated=0), words=french)
    assert told.startswith("1 client du S2\u00a02025 n’a pas repassé commande")
    assert "1 client est nouveau et 0 est revenu." in told


@pytest.fixture
def over_periods(moved):
    frame = pd.concat([moved] * 3, ignore_index=True).assign(period=["2024-H2", "2025-H1", "2025-H2"])
    return frame.assign(
        new=[np.nan, 160, 118],
        reactivated=[np.nan, 62, 62],
        lapsed=[np.nan, 150, 203],
        retention_rate=[np.nan, 0.79, 0.75],
        retention_low=[np.nan, 0.77, 0.73],
        retention_high=[np.nan, 0.81, 0.765],
    )


def test_flows_of_each_period(over_periods, english, written):
    picture = draw(shown.flows_chart, over_periods, words=english)
    assert picture.title == "In H2\u00a02025: 180 customers joined or returned, 203 left"
    # Nobody can tell who is new in the first; 160 and 62 in the second.
    for figure in ("+222", "-150", "+180", "-203"):
        assert figure in written(picture)
    assert "H2\xa02024" not in picture.alt
    assert draw(shown.flows_chart, over_periods.head(1), words=english).svg == ""


def test_periods_whose_new_customers_may_be_older_are_named(over_periods, english):
    doubtful = over_periods.assign(may_be_older=[True, False, False])
    (note,) = shown.periods_table(doubtful, words=english).notes
    assert note.startswith("H2\u00a02024: some new and reactivated customers may be older ones")
    assert shown.periods_table(over_periods.assign(may_be_older=False), words=english).notes == ()


def test_best_and_worst_period(over_periods, english):
    assert shown.periods_sentence(over_periods, words=english) == (
        "Customers stayed best in H1\u00a02025 (79% ordered again) and least in H2\u00a02025 (75%)."
    )
    close = over_periods.assign(retention_high=[np.nan, 0.81, 0.78])
    assert shown.periods_sentence(close, words=english) == ("Retention ranged from 75% to 79%: within chance.")
    assert "only one period" in shown.periods_sentence(over_periods.head(2), words=english)
