"""Changes: their sign, their size, and whether they are good, each worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from portfolio.show.changes import change, is_stable, share_change


@pytest.mark.parametrize(
    ("now", "before", "unit", "direction", "expected"),
    [
        (110, 100, "count", "up", ("▲", "+10.0%", "good", "better")),
        (90, 100, "count", "up", ("▼", "-10.0%", "bad", "worse")),
        (90, 100, "count", "down", ("▼", "-10.0%", "good", "better")),
        (110, 100, "count", "none", ("▲", "+10.0%", "", "")),
        # Rates differ in points.
        (0.75, 0.72, "rate", "up", ("▲", "+3.0 pts", "good", "better")),
        (21.8, 30, "points", "up", ("▼", "-8 pts", "bad", "worse")),
        # Past ten times as much, and from nothing, the difference says more than the share.
        (1200, 100, "count", "up", ("▲", "+1,100", "good", "better")),
        (500, 0, "money", "up", ("▲", "+€500.00", "good", "better")),
        (-50, -80, "money", "up", ("▲", "+€30.00", "good", "better")),
        # A change that no reader would see is none.
        (100.04, 100, "money", "up", ("=", "stable", "", "")),
        (0.7204, 0.72, "rate", "up", ("=", "stable", "", "")),
        (21.8, 22.2, "points", "up", ("=", "stable", "", "")),
        (5, 5, "count", "up", ("=", "stable", "", "")),
    ],
)
def test_change(english, now, before, unit, direction, expected):
    assert tuple(change(now, before, unit, direction, english)) == expected


@pytest.mark.parametrize(
    ("now", "before", "unit", "stable"),
    [
        # 0.4 % of the figure before, then 0.6 %, up and down, whatever the figure is of.
        *((1000 + sign * 4, 1000, unit, True) for sign in (1, -1) for unit in ("money", "count", "ratio")),
        *((1000 + sign * 6, 1000, unit, False) for sign in (1, -1) for unit in ("money", "count", "ratio")),
        # Rates: 0.04 points, then 0.06; of the points of a score, 0.4 and 0.6.
        (0.7204, 0.72, "rate", True),
        (0.7206, 0.72, "rate", False),
        (30.4, 30, "points", True),
        (30.6, 30, "points", False),
        # Nothing is small beside nothing, or beside a loss.
        (0.01, 0, "money", False),
        (-99.99, -100, "money", False),
        (0, 0, "money", True),
    ],
)
def test_what_is_stable_to_the_reader(now, before, unit, stable):
    assert is_stable(now, before, unit) is stable


@pytest.mark.parametrize(("now", "before"), [(np.nan, 1), (1, np.nan), (None, None)])
def test_nothing_to_compare_is_no_change(english, now, before):
    assert change(now, before, "count", "up", english) is None


def test_a_change_given_as_a_share(english):
    assert tuple(share_change(-0.124, "up", english)) == ("▼", "-12.4%", "bad", "worse")
    assert tuple(share_change(25.5, "up", english)) == ("▲", "+2,550%", "good", "better")
    assert share_change(np.nan, "up", english) is None


def test_a_change_as_a_text(english):
    assert str(change(90, 100, "count", "up", english)) == "▼ -10.0%"
