"""The states of customers, shown: bars to scale, changes judged, cells worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from portfolio.show.svg import draw
from portfolio.topics.lifecycle import shown

COUNTS = {"prospect": 402, "new": 118, "loyal": 341, "regular": 256, "at_risk": 97, "inactive": 214, "lost": 463}
TOTAL = 1891


@pytest.fixture
def states():
    return pd.DataFrame(
        {
            "lifecycle": list(COUNTS),
            "customers": list(COUNTS.values()),
            "share": [n / TOTAL for n in COUNTS.values()],
            "revenue": [0.0, 84120.5, 1204333.2, 512877.9, 143020.0, 98750.25, 0.0],
            "previous_customers": [390.0, 131, 352, 241, 80, 190, 420],
            "sure": [state not in ("regular", "inactive") for state in COUNTS],
        }
    )


def test_bars_start_at_zero_and_are_to_scale(states, french):
    axes = Figure(figsize=(6, 4)).add_axes((0, 0, 1, 1))
    shown.chart_of_states(states, ax=axes, words=french)
    found = sorted((bar for bar in axes.patches if bar.get_width()), key=lambda bar: bar.get_y())
    assert [round(bar.get_width()) for bar in found] == list(COUNTS.values())
    assert all(bar.get_x() == 0 for bar in found)
    assert axes.get_xlim()[0] == 0


def test_title_and_figures(states, english, written):
    picture = draw(shown.chart_of_states, states, words=english)
    # 97 and 214 are 311 of 1,891.
    assert picture.title == "311 customers are at risk or inactive, 16% of the portfolio"
    assert "341 (18%)" in written(picture)
    assert "Loyal: 341 (18%)" in picture.alt
    assert "var(--seg-at-risk)" in picture.svg


def test_table_by_hand(states, words):
    table = shown.table(states, words=words)
    risk = table.rows[4]
    assert risk[0].text == words.label("at_risk")
    assert risk[1].text == "97"
    assert risk[2].text == words.percent(97 / 1891)
    # 80 before, 97 now: 21.2 % more, and more customers at risk is worse.
    assert (risk[3].text, risk[3].arrow, risk[3].tone) == (words.percent(0.2125, signed=True), "▲", "bad")
    assert risk[3].spoken == words.say("worse")
    assert risk[4].text == words.money(143020, digits=0)
    assert table.total[1].text == words.number(1891)


def test_fewer_loyal_customers_is_worse_and_fewer_new_ones_neither(states, words):
    rows = {row[0].text: row[3] for row in shown.table(states, words=words).rows}
    assert (rows[words.label("loyal")].arrow, rows[words.label("loyal")].tone) == ("▼", "bad")
    assert (rows[words.label("new")].arrow, rows[words.label("new")].tone) == ("▼", "")


def test_lost_customers_only_add_up_and_more_of_them_is_not_worse(states, words):
    rows = {row[0].text: row[3] for row in shown.table(states, words=words).rows}
    assert (rows[words.label("inactive")].arrow, rows[words.label("inactive")].tone) == ("≈", "")
    assert (rows[words.label("lost")].arrow, rows[words.label("lost")].tone) == ("▲", "")


def test_sentence(states, english):
    assert shown.sentence(states, words=english) == (
        "311 customers are at risk or inactive, worth €242K over the last 12 months; 341 are loyal."
    )
