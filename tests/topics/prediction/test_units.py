"""Who is forecast alike: groups told apart, and factors, on sums that a reader can work out."""

import pandas as pd
import pytest

from benchmarks.forecasts import KINDS, forecast, simulate
from portfolio.topics.prediction.btyd import BetaGeoModel
from portfolio.topics.prediction.stored import model_of, row_of
from portfolio.topics.prediction.units import OTHERS, Group, Unit, combined, differing, own_error
from portfolio.topics.prediction.units import tested as after_test

# Parameters given count as known: a variance is that of chance alone.
MODEL = BetaGeoModel(r=0.243, alpha=4.414, a=0.793, b=2.426)
SLOPES = {f"slope_{number}": 0.0 for number in range(4)}


def cell(region, manager, customers, expected, actual):
    return {
        "region": region, "account_manager": manager, "customers": customers, "one": expected, "expected": expected,
        "chance": expected, "actual": actual, **SLOPES,
    }  # fmt: skip


def cells(*rows):
    return pd.DataFrame([cell(*row) for row in rows])


def test_groups_missed_otherwise_than_the_others_are_told_apart():
    # The north came at 130 of 300, Zoe's remaining customers at 250 of 400; the others as forecast.
    table = cells(
        ("north", "Zoe", 60, 100, 40), ("north", "Ann", 90, 200, 90), ("south", "Zoe", 100, 200, 125),
        ("west", "Zoe", 100, 200, 125), ("south", "Ann", 300, 700, 710), ("west", "Ann", 300, 700, 690),
    )  # fmt: skip
    found = differing(table, ["region", "account_manager"], MODEL, 30)
    assert found == [Group("region", "north"), Group("account_manager", "Zoe")]
    # A group has so many customers at least, and leaves as many.
    assert differing(table, ["region"], MODEL, 401) == []


def test_a_miss_of_all_alike_tells_no_group_apart():
    table = cells(("north", "", 100, 400, 320), ("south", "", 100, 400, 325), ("west", "", 100, 400, 315))
    assert differing(table, ["region"], MODEL, 30) == []


def test_chance_over_many_groups_tells_none_apart():
    # 40 of 30 alone is 1.8 standard errors; among ten groups that is nothing.
    table = cells(("north", "", 30, 30, 40), *((f"r{n}", "", 30, 30, 30) for n in range(9)))
    assert differing(table, ["region"], MODEL, 30) == []


def test_a_miss_rescales_and_a_hit_does_not():
    sums = cells(("", "", 100, 400, 300))
    missed = after_test(Unit(OTHERS, MODEL), sums, 30)
    # 400 ± 39: 300 is out. The factor's error is that of a count of 300 in 400 x 0.75.
    assert missed.missed
    assert missed.factor == 0.75
    assert missed.factor_error == pytest.approx((400 * 0.75) ** 0.5 / 300)
    held = after_test(Unit(OTHERS, MODEL), sums.assign(actual=380), 30)
    assert (held.missed, held.factor, held.factor_error) == (False, 1.0, 0.0)
    # Over few customers nothing is learnt.
    assert after_test(Unit(OTHERS, MODEL), sums, 101).factor == 1.0


def test_units_are_summed_with_their_factors():
    unit = after_test(Unit(OTHERS, MODEL), cells(("", "", 100, 400, 300)), 30)
    sums = pd.DataFrame(
        [
            {"unit": 0, "expected": 200.0, "chance": 220.0, **SLOPES},
            {"unit": 1, "expected": 50.0, "chance": 60.0, **SLOPES},
        ]
    )
    expected, variance = combined(sums, {0: unit, 1: Unit(OTHERS, MODEL)})
    assert expected == 0.75 * 200 + 50
    assert variance == pytest.approx(0.75 * 220 + (150 * unit.factor_error) ** 2 + 60)


def test_the_models_own_error_takes_three_forecasts():
    forecasts = pd.DataFrame({"expected": [100.0] * 3, "variance": [100.0] * 3, "actual": [120.0, 80.0, 110.0]})
    # Mean square of the errors .04, .04, .01, less .01 of chance each: .02.
    assert own_error(forecasts) == pytest.approx(0.02**0.5)
    assert own_error(forecasts.head(2)) == 0.0
    assert own_error(forecasts.assign(actual=[100.0, 101.0, 99.0])) == 0.0


def test_a_stored_model_is_the_fitted_one():
    histories = pd.DataFrame(
        {"frequency": [0, 2, 5, 1], "recency": [0.0, 20.0, 28.0, 4.0], "T": [30.0, 31.0, 29.0, 25.0]}
    )
    fitted = BetaGeoModel.fit(pd.concat([histories] * 20, ignore_index=True))
    read = model_of(row_of(fitted))
    assert read == fitted
    assert read.status == fitted.status
    assert (pd.isna(read.information) == pd.isna(fitted.information)).all()
    assert read.total_purchases_interval(histories, 26).equals(fitted.total_purchases_interval(histories, 26))


@pytest.mark.slow
def test_intervals_hold_what_comes_nineteen_times_in_twenty():
    """Five portfolios of each kind; `python -m benchmarks forecasts` takes 200 of each."""
    rows = pd.DataFrame([forecast(*simulate(kind, 1000 + seed)) for kind in KINDS for seed in range(5)])
    # Binomial(40, 0.95) is 34 or more but for 1 chance in 100.
    assert (~rows["missed"].astype(bool)).sum() >= 34
