"""Changes: their sign, their size, and whether they are good, each worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from portfolio.show.changes import change, share_change, verdict


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
        # However small, it is news where it is more than chance.
        (100_040, 100_000, "money", "up", ("▲", "0.0%", "good", "better")),
    ],
)
def test_a_change_that_is_more_than_chance(english, now, before, unit, direction, expected):
    assert tuple(change(now, before, unit, direction, english, True)) == expected


def test_a_change_that_chance_explains_is_about_the_same_however_large(english):
    assert tuple(change(150, 100, "count", "up", english, False)) == ("≈", "+50.0%", "", "about the same")
    assert tuple(change(5, 5, "count", "up", english, False)) == ("≈", "0.0%", "", "about the same")
    # What has no good direction is neither the same nor another.
    assert tuple(change(150, 100, "count", "none", english, False)) == ("▲", "+50.0%", "", "")


@pytest.mark.parametrize("unknown", [None, np.nan])
def test_a_change_that_nobody_can_judge_has_no_word(english, unknown):
    assert tuple(change(110, 100, "count", "up", english, unknown)) == ("▲", "+10.0%", "", "")
    assert tuple(change(100, 100, "count", "up", english, unknown)) == ("=", "0.0%", "", "")


def test_the_verdict_for_machines():
    assert verdict(2, 1, "up", True) == verdict(1, 2, "down", np.True_) == "better"
    assert verdict(1, 2, "up", True) == "worse"
    assert verdict(1, 2, "up", np.False_) == "same"
    assert {verdict(2, 1, "none", True), verdict(2, 1, "up", None), verdict(np.nan, 1, "up", True)} == {""}


@pytest.mark.parametrize(("now", "before"), [(np.nan, 1), (1, np.nan), (None, None)])
def test_nothing_to_compare_is_no_change(english, now, before):
    assert change(now, before, "count", "up", english, True) is None


def test_a_change_given_as_a_share(english):
    assert tuple(share_change(-0.124, "up", english, True)) == ("▼", "-12.4%", "bad", "worse")
    assert tuple(share_change(25.5, "up", english, True)) == ("▲", "+2,550%", "good", "better")
    assert share_change(-0.124, "up", english, False).spoken == "about the same"
    assert share_change(np.nan, "up", english) is None


def test_a_change_as_a_text(english):
    assert str(change(90, 100, "count", "up", english)) == "▼ -10.0%"
    assert str(change(90, 100, "count", "up", english, True)) == "▼ -10.0% (worse)"
