"""The figures shown: the first ones as tiles, all of them across periods, and the same for machines."""

from __future__ import annotations

import datetime as dt
import json
import xml.etree.ElementTree as ET
from functools import partial

import numpy as np
import pandas as pd
import pytest

from portfolio.review.figures import periods, shown
from portfolio.review.figures.headlines import Measured
from portfolio.show.mime import METRICS
from portfolio.show.svg import draw
from portfolio.sources.ledger import Note

NAN = np.nan
PERIODS = ("2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1")
COLUMNS = [
    "name", "value", "unit", "direction", "previous", "year_ago", "sure_previous", "sure_year_ago", "target", "n",
    "reason",
]  # fmt: skip
MEASURED = Measured("2025-H1", None)


@pytest.fixture
def figures():
    rows = [
        ("active_customers", 788, "count", "up", 811, 790, False, False, NAN, 788, ""),
        ("orders", 2410, "count", "up", 2466, 2300, False, True, NAN, 2410, ""),
        ("revenue", 1046341.0, "money", "up", 1012340.5, 1001200.0, True, False, 1100000.0, 788, ""),
        ("average_basket", 434.17, "money", "up", 410.52, NAN, False, None, NAN, 2410, ""),
        ("retention_rate", 608 / 811, "rate", "up", 0.771, 0.78, True, True, 0.74, 811, ""),
        ("margin_rate", 0.3834, "rate", "up", 0.3911, 0.395, True, True, NAN, 2410, ""),
        ("return_rate", 0.0238, "rate", "down", 0.0201, 0.0243, True, False, 0.03, 2410, ""),
        ("nps", NAN, "points", "up", NAN, NAN, None, None, 30.0, 0, "no_survey"),
    ]
    return pd.DataFrame(rows, columns=COLUMNS).assign(aside=NAN, doubt=False)


@pytest.fixture
def recent():
    return pd.DataFrame({"period": PERIODS, "revenue": [880120.0, 934500.2, 1001200.0, 1012340.5, 1046341.0]})


def headline(figures, recent, words, measured=MEASURED):
    names = ["revenue", "retention_rate", "nps", "return_rate", "orders"]
    return shown.headline(figures, recent, names, partial(_lead, "What happened."), measured, words=words)


def _lead(text, *, words):
    return text


def tiles(fragment):
    return [" ".join("".join(tile.itertext()).split()) for tile in ET.fromstring(fragment.html).findall(".//dl/div")]


def test_tiles(figures, recent, english):
    fragment = headline(figures, recent, english)
    revenue, retention, returns, orders = tiles(fragment)
    assert revenue.startswith("Revenue€1.05M")
    assert "▲ +3.4% (better) on H2 2025" in revenue
    assert "≈ +4.5% (about the same) on H1 2025" in revenue
    assert "✗ target of €1.1M missed" in revenue
    assert "▼ -2.1 pts (worse)" in retention
    assert "✓ target of 74.0% met" in retention
    # More returns is worse, and fewer than the target is well.
    assert "▲ +0.4 pts (worse)" in returns
    assert "✓ target of 3.0% met" in returns
    assert "target" not in orders
    assert fragment.text.splitlines()[:2] == [
        "What happened.",
        "Revenue: €1.05M ▲ +3.4% (better) on H2\u00a02025; ≈ +4.5% (about the same) on H1\u00a02025",
    ]


def test_a_target_that_is_just_reached_is_met(figures, recent, english):
    revenue, _retention, returns, _orders = tiles(headline(figures.assign(target=figures["value"]), recent, english))
    assert "✓ target of €1.05M met" in revenue
    assert "✓ target of 2.4% met" in returns


def test_a_figure_of_the_last_periods_has_its_line(figures, recent, english):
    html = ET.fromstring(headline(figures, recent, english).html)
    first, second, *_rest = html.findall(".//dl/div")
    assert first.find(".//svg").attrib["aria-label"] == "From €880K in H1\xa02024 to €1.05M in H1\xa02026"
    assert second.find(".//svg") is None


def test_seven_tiles_at_most(figures, recent, english):
    names = list(figures["name"]) * 2
    assert len(tiles(shown.headline(figures, recent, names, partial(_lead, ""), MEASURED, words=english))) == 7


def test_figures_for_machines_are_numbers_or_null(figures, recent, english):
    told = headline(figures, recent, english).data[METRICS]
    assert told["ruler"] == "2025-H1"
    assert "incomplete" not in told
    rows = told["metrics"]
    by_name = {row["name"]: row for row in rows}
    assert by_name["revenue"] == {
        "name": "revenue", "value": 1046341, "unit": "money", "direction": "up", "previous": 1012340.5,
        "year_ago": 1001200, "target": 1100000, "n": 788, "since": {"previous": "better", "year_ago": "same"},
    }  # fmt: skip
    assert by_name["retention_rate"]["since"] == {"previous": "worse", "year_ago": "worse"}
    assert by_name["average_basket"]["since"] == {"previous": "same"}
    assert "since" not in by_name["nps"]
    assert by_name["nps"]["value"] is None
    assert by_name["nps"]["reason"] == "no_survey"
    assert "reason" not in by_name["revenue"]
    assert len(rows) == len(figures), "all of them, not those of the tiles alone"
    json.dumps(rows, allow_nan=False)


def test_a_period_whose_orders_stop_early_is_said(figures, recent, english):
    fragment = headline(figures, recent, english, Measured("2025-H1", dt.date(2026, 5, 31)))
    assert "Orders stop on 31 May 2026: H1\u00a02026 is not complete." in fragment.html
    assert fragment.text.startswith("Orders stop on 31 May 2026")
    assert fragment.data[METRICS]["incomplete"] == "2026-05-31"


def test_what_may_be_wrong_in_the_sources_is_said_first(figures, recent, english):
    note = Note("The dates of {column} could be others: give `date:` to be sure.", {"column": "<Jour>"}, doubt=True)
    fragment = headline(figures, recent, english, Measured("2025-H1", None, (("orders", note),)))
    first = "Orders: The dates of <Jour> could be others: give `date:` to be sure."
    assert fragment.text.splitlines()[0] == first
    said, *_rest = ET.fromstring(fragment.html).iter("p")
    assert (said.get("class"), "".join(said.itertext())) == ("warning", first.replace("`", ""))
    assert [key.text for key in said.iter("code")] == ["date:"]


def test_what_casts_doubt_on_a_figure_stands_beside_it(figures, recent, english):
    figures.loc[figures["name"] == "revenue", "aside"] = 91541.0
    figures.loc[figures["name"] == "retention_rate", "doubt"] = True
    revenue, retention, *_others = tiles(headline(figures, recent, english))
    assert "€92K set aside, more than this gap." in revenue
    assert "Some may be older customers" in retention
    assert "target" not in retention, "what is in doubt meets no target, and misses none"


# ---- across periods


@pytest.fixture
def history():
    rows = {
        "active_customers": ("count", "up", [702, 754, 790, 811, 788]),
        "revenue": ("money", "up", [880120.0, 934500.2, 1001200.0, 1012340.5, 1046341.0]),
        "margin_rate": ("rate", "up", [0.401, 0.398, 0.395, 0.3911, 0.3834]),
        "new_customers": ("count", "up", [210, 160, 140, 131, 118]),
        "retention_rate": ("rate", "up", [NAN, 0.79, 0.78, 0.771, 608 / 811]),
    }
    return pd.DataFrame(
        [
            {"name": name, "unit": unit, "direction": direction, **dict(zip(PERIODS, values, strict=True))}
            for name, (unit, direction, values) in rows.items()
        ]
    )


def further(history, name, value):
    """The same history with one figure more, known in the last period alone."""
    last = {"name": name, "unit": "count", "direction": "none", PERIODS[-1]: value}
    return pd.concat([history, pd.DataFrame([last])], ignore_index=True)


def test_change_target_and_trend(history, figures, topics, words):
    table = periods.table(history, figures, topics, words=words)
    heads = [column.head for column in table.columns]
    revenue = dict(zip(heads, next(row for row in table.rows if row[0].text == words.label("revenue")), strict=True))
    change = revenue[words.say("Change on {period}", period=words.before)]
    assert (change.text, change.tone) == (words.percent(1046341 / 1012340.5 - 1, signed=True), "good")
    earlier = revenue[words.say("Change on {period}", period=words.year_before)]
    assert (earlier.arrow, earlier.tone, earlier.spoken) == ("≈", "", words.say("about the same"))
    assert earlier.text == words.percent(1046341 / 1001200 - 1, signed=True)
    assert revenue[words.label("target")].text == words.money(1.1e6, short=True)
    assert revenue[words.say("Trend")].svg.startswith("<svg")
    # A rate changes in points.
    margin = dict(zip(heads, next(row for row in table.rows if row[0].text == words.label("margin_rate")), strict=True))
    assert margin[words.say("Change on {period}", period=words.before)].text == words.points(0.3834 - 0.3911)


def test_counts_of_the_file_are_left_out(history, figures, topics, words):
    table = periods.table(further(history, "rows_read", 15.0), figures, topics, words=words)
    assert len(table.rows) == len(history)
    assert words.label("rows_read") not in table.text


def test_figures_stand_by_group_and_those_that_few_read_are_folded(history, figures, topics, words):
    frame = further(further(history, "rfm_champions", 3.0), "margin", NAN)
    table = periods.table(frame, figures, topics, words=words)
    assert [group.title for group in table.groups] == [words.say("Activity"), words.say("Movement of customers")]
    assert [group.rows for group in table.groups] == [3, 2]
    assert [row[0].text for row in table.more.rows] == [words.label("rfm_champions")]
    assert table.notes == (words.say("Not measured: {measures}.", measures=words.inline("margin")),)
    assert "<details>" in table.html


def test_one_line_a_figure_in_the_order_that_most_read(history, figures, topics, english, written):
    picture = draw(periods.multiples, history, figures, topics, words=english)
    assert picture.title == "1 measure better than in H2\u00a02025, 2 worse"
    assert [part.split(":")[0] for part in picture.alt.split(". ")[1:]] == [
        "Revenue", "Active customers", "Retention rate", "Margin rate", "New customers"
    ]  # fmt: skip
    assert "H1\u00a02024: €880K" in picture.alt
    for figure in ("€880K", "€1.05M", "702", "788"):
        assert figure in written(picture)


def test_a_line_of_one_period(history, figures, topics, english):
    alone = history[["name", "unit", "direction", "2026-H1"]]
    picture = draw(periods.multiples, alone, figures, topics, words=english)
    assert picture.title == "5 measures in H1\u00a02026"
    heads = [column.head for column in periods.table(alone, figures, topics, words=english).columns]
    changes = ["Change on H2\u00a02025", "Change on H1\u00a02025"]
    assert heads == ["Measure", "H1\u00a02026", *changes, "Target"]
