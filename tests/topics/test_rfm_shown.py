"""RFM shown: the grid with its counts, segments in their colours, moves told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.show import style
from portfolio.show.svg import draw
from portfolio.topics.rfm import shown
from portfolio.topics.rfm.numbers import GRID, SEGMENTS, segment_of

COLUMNS = ["dimension", "score", "share"]


@pytest.fixture
def grid():
    """25 cells whose counts are all different: 101 to 125."""
    cells = [(r, f) for r in range(5, 0, -1) for f in range(1, 6)]
    rows = [(r, f, segment_of(r, f), 101 + place, 1000.0 * r * f) for place, (r, f) in enumerate(cells)]
    return pd.DataFrame(rows, columns=["r", "f", "rfm_segment", "customers", "revenue"])


@pytest.fixture
def segments():
    customers = [142, 188, 171, 38, 29, 54, 76, 103, 21, 204, 463, 402]
    revenue = [781200.0, 493110, 260300, 21500, 18200, 64800, 41700, 202900, 88250, 71041.85, 0, 0]
    return pd.DataFrame(
        {
            "rfm_segment": SEGMENTS,
            "customers": customers,
            "share": [n / sum(customers) for n in customers],
            "revenue": revenue,
            "revenue_share": [money / sum(revenue) for money in revenue],
            "average_basket": [812.5, 640.2, 523.1, 410.0, 388.4, 501.1, 377.7, 601.9, 702.3, 298.2, np.nan, np.nan],
            "high_potential": [0, 0, 12, 3, 2, 0, 4, 0, 0, 6, 0, 0],
            "previous_customers": [150.0, 181, 160, 44, 31, 50, 70, 88, 15, 210, 420, 390],
            "sure": [name in ("at_risk", "lost") for name in SEGMENTS],
        }
    )


def test_every_cell_of_the_grid_has_its_count_and_every_segment_its_name(grid, segments, french, written):
    picture = draw(shown.grid_chart, segments, grid, words=french)
    text = written(picture)
    for count in grid["customers"]:
        assert str(count) in text.split()
    for name in GRID:
        assert all(word in text for word in french.label(name).split()), name
        assert style.variable(name) in picture.svg


def test_the_fullest_segment_is_named(grid, segments, english):
    # At risk has 2 x 2 cells in the last rows of the grid: 118, 119, 123 and 124.
    title = draw(shown.grid_chart, segments, grid, words=english).title
    assert title == "“At risk” is the largest RFM segment, with 484 customers"


def test_table(segments, words):
    table = shown.segments_table(segments, None, words=words)
    champions = table.rows[0]
    assert champions[0].text == words.label("champions")
    assert champions[0].mark == "var(--seg-champions)"
    assert champions[1].text == f"142 ({words.percent(142 / 1891)})"
    assert (champions[2].arrow, champions[2].tone) == ("≈", "")
    assert champions[-1].text == words.action("champions")
    assert table.total[1].text == words.number(1891)


def test_more_customers_to_be_lost_is_worse_and_more_lost_ones_are_no_news(segments, english):
    rows = dict(zip(SEGMENTS, shown.segments_table(segments, None, words=english).rows, strict=True))
    changes = {name: (rows[name][2].arrow, rows[name][2].tone) for name in ("at_risk", "cannot_lose", "lost")}
    assert changes == {"at_risk": ("▲", "bad"), "cannot_lose": ("≈", ""), "lost": ("▲", "")}


def test_a_ruler_that_has_grown_old_is_said_with_the_newer_one(english):
    scores = pd.DataFrame([("monetary", n, 4) for n in range(1, 6)], columns=["dimension", "score", "customers"])
    newer = pd.DataFrame([("monetary", 2, 0.45, "2024-H2", "2025-H2")], columns=[*COLUMNS, "ruler", "newer"])
    assert shown.scores_sentence(scores, newer, words=english) == (
        "The cut-offs of H2\u00a02024 no longer spread the customers: 45% at monetary 2. Those of H2\u00a02025 would: "
        "write “ruler: 2025-H2” in the params file."
    )
    assert "ruler" not in shown.scores_sentence(scores, newer.iloc[:0], words=english)


def test_first_period_has_no_change(segments, words):
    first = segments.assign(previous_customers=np.nan)
    heads = [column.head for column in shown.segments_table(first, None, words=words).columns]
    assert words.say("Change on {period}", period=words.before) not in heads


def test_sentence(segments, english):
    # 103 at risk and 21 not to lose, for 202,900 and 88,250.
    assert shown.segments_sentence(segments, None, words=english) == (
        "142 champions bring 38% of the revenue of the last 12 months; 124 good customers who have gone quiet are "
        "worth €291K."
    )


def test_moves(english):
    rows = [("champions", "champions", 60), ("loyal", "at_risk", 7), ("champions", "loyal", 9), ("lost", "loyal", 1)]
    frame = pd.DataFrame(rows, columns=["rfm_before", "rfm_now", "customers"]).assign(revenue=10.0)
    assert shown.migration_sentence(frame, words=english) == (
        "17 customers changed RFM segment; the most frequent move is from “Champions” to “Loyal” (9)."
    )
    table = shown.migration_table(frame, words=english)
    assert [column.head for column in table.columns[1:]] == ["Champions", "Loyal", "At risk"]
    assert [(cell.text, cell.arrow) for cell in table.rows[0][1:]] == [("60", "="), ("9", ""), ("0", "")]
    assert draw(shown.migration_chart, frame, words=english).title == "17 customers changed RFM segment"
    assert draw(shown.migration_chart, frame.head(1), words=english).svg == "", "nobody moved"


def test_definitions_of_the_segments_are_those_of_the_grid(words):
    for name, scores in GRID.items():
        r, f = (", ".join(map(str, each)) for each in scores)
        meaning = words.say("Customers with a recency score of {r} and a frequency score of {f}.", r=r, f=f)
        assert words.definition(f"rfm_{name}") == meaning
