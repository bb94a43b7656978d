"""The change of revenue, shown: steps that join, drawn to scale, and figures worked out by hand."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure

from portfolio.show.svg import draw
from portfolio.topics.bridge import shown
from portfolio.topics.bridge.numbers import weights

STEPS = ("before", "lapsed", "decreased", "increased", "new", "reactivated", "now")
# The last is the sum of the others: 1,046,341.
MONEY = (1_012_340.8, -148_200.0, -203_110.0, 251_900.0, 92_400.0, 41_010.2, 1_046_341.0)


NOBODY = pd.DataFrame(columns=["step", "customer_id", "name", "change"])


@pytest.fixture
def bridge():
    customers = (811, 203, 290, 318, 118, 62, 788)
    return pd.DataFrame({"step": STEPS, "customers": customers, "revenue": MONEY})


def spans(axes):
    """From where to where each bar lies along the axis, from the top."""
    found = sorted((bar for bar in axes.patches if bar.get_width()), key=lambda bar: bar.get_y())
    return [sorted((bar.get_x(), bar.get_x() + bar.get_width())) for bar in found]


def test_steps_join_and_levels_start_at_zero(bridge, french):
    axes = Figure(figsize=(6, 4)).add_axes((0, 0, 1, 1))
    shown.bridge_chart(bridge, NOBODY, ax=axes, words=french)
    levels = list(accumulate(MONEY[:-1]))
    assert levels[-1] == pytest.approx(MONEY[-1])
    steps = [sorted(pair) for pair in pairwise(levels)]
    assert spans(axes) == [pytest.approx(span) for span in ([0, MONEY[0]], *steps, [0, MONEY[-1]])]
    low, high = axes.get_xlim()
    assert low <= 0
    assert high >= max(levels)


def test_title_and_figures(bridge, english, written):
    picture = draw(shown.bridge_chart, bridge, NOBODY, words=english)
    assert picture.title == "Revenue of €1.05M, +€34K on H2\u00a02025"
    for figure in ("€1.01M", "-€148K", "-€203K", "+€252K", "+€92K", "+€41K", "€1.05M"):
        assert figure in written(picture)
        assert figure in picture.alt


def test_sentence(bridge, english):
    # 251,900 less 203,110; 92,400 and 41,010.20.
    assert shown.sentence(bridge, NOBODY, words=english) == (
        "Lapsed customers took away €148K, and those who stayed bought €49K more; new and reactivated customers "
        "brought "
        "€133K."
    )


def test_the_first_period_has_none_to_compare_with(bridge, words):
    bridge.loc[0, "revenue"] = 0.0
    assert "€" not in shown.sentence(bridge, NOBODY, words=words)
    assert shown.table(bridge, NOBODY, words=words).rows == ()
    assert draw(shown.bridge_chart, bridge, NOBODY, words=words).svg == ""


def test_over_periods(bridge, english, written):
    frame = pd.concat([bridge.assign(period=period) for period in ("2025-H1", "2025-H2")], ignore_index=True)
    picture = draw(shown.flows_chart, frame, words=english)
    # 34,000.20 more: what was won, 385,310.20, less what was lost, 351,310.
    assert picture.title == "In H2\u00a02025, revenue rose by €34K"
    assert "+€385K" in written(picture)
    assert "-€351K" in written(picture)
    assert shown.periods_sentence(frame, words=english) == (
        "From H1\u00a02025 to H2\u00a02025, lapsed customers took away €296K; new and reactivated customers "
        "brought "
        "€267K."
    )
    table = shown.periods_table(frame, words=english)
    assert [column.head for column in table.columns] == ["Step", "H1\u00a02025", "H2\u00a02025"]
    assert [cell.text for cell in table.rows[1]] == ["Lapsed", "-€148,200", "-€148,200"]


def test_the_two_who_weigh_most_on_a_step_stand_beside_it(bridge, english):
    people = [("lapsed", "a", "Ann", -90_000.0), ("lapsed", "b", None, -20_000.0), ("new", "c", "Cat", 30_000.0)]
    table = shown.table(bridge, pd.DataFrame(people, columns=NOBODY.columns), words=english)
    told = {row[0].text: row[-1].text for row in table.rows}
    assert told["Lapsed"] == "Ann (-€90K) and b (-€20K)"
    assert told["New"] == "Cat (+€30K)"
    assert [column.head for column in shown.table(bridge, NOBODY, words=english).columns][-1] == "Revenue"


def test_who_weighs_most(shop):
    found = weights(shop)
    # Bob lapsed, and his credit note with him; dan came back; fay has a credit note alone.
    assert list(zip(found["step"], found["customer_id"], found["change"], strict=True)) == [
        ("credited", "fay", -30),
        ("decreased", "eve", -100),
        ("increased", "ann", 500),
        ("lapsed", "bob", -450),
        ("new", "cat", 150),
        ("reactivated", "dan", 50),
    ]
    assert weights(shop, most=0).empty
