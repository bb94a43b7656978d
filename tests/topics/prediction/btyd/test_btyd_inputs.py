"""What the tables must be; every problem is told at once."""

import numpy as np
import pandas as pd
import pytest

from portfolio.topics.prediction.btyd import (
    BetaGeoModel,
    GammaGammaModel,
    InvalidHistories,
    ParetoNBDModel,
    discounted_expected_purchases,
)

MODEL = BetaGeoModel(r=0.25, alpha=4, a=0.8, b=2.5)
GOOD = pd.DataFrame({"frequency": [2, 0], "recency": [3.0, 0.0], "T": [9.0, 9.0]}, index=["Ann", "Bob"])


def test_all_problems_are_told_at_once():
    table = pd.DataFrame(
        {
            "frequency": [-1, 1.5, 2, 1, 0, np.nan, 1],
            "recency": [0, 1, 9, np.nan, 2, 0, 1],
            "T": [5, 5, 5, 5, 5, 5, np.inf],
            "customers": [1, 1, 1, 1, 1, 0, -2],
        },
        index=list("abcdefg"),
    )
    with pytest.raises(InvalidHistories) as raised:
        BetaGeoModel.fit(table)
    assert raised.value.problems == [
        "frequency is missing or infinite (1 of 7 rows, the first is row 'f')",
        "recency is missing or infinite (1 of 7 rows, the first is row 'd')",
        "T is missing or infinite (1 of 7 rows, the first is row 'g')",
        "frequency must be a whole number, 0 or more (2 of 7 rows, the first is row 'a')",
        "recency must not exceed T (1 of 7 rows, the first is row 'c')",
        "recency must be 0 when frequency is 0 (1 of 7 rows, the first is row 'e')",
        "customers must be above 0 (2 of 7 rows, the first is row 'f')",
    ]
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    "call",
    [
        BetaGeoModel.fit,
        MODEL.probability_alive,
        MODEL.log_likelihood_of,
        lambda table: MODEL.expected_purchases(table, 10),
        lambda table: MODEL.total_purchases_interval(table, 10),
        lambda table: discounted_expected_purchases(MODEL, table, 10, 0.1),
    ],
)
def test_every_door_checks(call):
    with pytest.raises(InvalidHistories, match="recency must not exceed T"):
        call(GOOD.assign(recency=[12.0, 0.0]))
    with pytest.raises(InvalidHistories, match=r"missing column recency, T \(columns given: frequency\)"):
        call(GOOD[["frequency"]])
    with pytest.raises(InvalidHistories, match="no rows"):
        call(GOOD.iloc[:0])
    with pytest.raises(InvalidHistories, match="T holds something that is not a number"):
        call(GOOD.assign(T=["9", "soon"]))


def test_gamma_gamma_checks_its_columns():
    with pytest.raises(InvalidHistories, match="missing column monetary_value"):
        GammaGammaModel.fit(GOOD)
    with pytest.raises(InvalidHistories, match="whole number"):
        GammaGammaModel.fit({"frequency": [0.5], "monetary_value": [3.0]})


def test_other_tables_serve_too():
    arrow = pytest.importorskip("pyarrow").Table.from_pandas(GOOD.reset_index(drop=True))
    expected = MODEL.expected_purchases(GOOD, 10).to_numpy()
    for table in (GOOD.to_dict("list"), arrow, GOOD.astype({"frequency": "Int64"}), GOOD.to_dict("records")):
        assert MODEL.expected_purchases(table, 10).to_numpy() == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("horizon", [-1, np.nan, np.inf, [1, 2]])
def test_horizon_must_be_a_time(horizon):
    with pytest.raises(ValueError, match="horizon"):
        MODEL.expected_purchases(GOOD, horizon)


@pytest.mark.parametrize("wrong", [0, -1, np.nan, np.inf])
def test_parameters_must_be_positive(wrong):
    with pytest.raises(ValueError, match="s="):
        ParetoNBDModel(r=1, alpha=1, s=wrong, beta=1)


def test_given_parameters_have_no_errors():
    assert MODEL.standard_errors.isna().all()
    assert MODEL.confidence_intervals()[["low", "high"]].isna().all(axis=None)
    assert MODEL.expected_purchases_interval(GOOD, 10).low.isna().all()
    assert MODEL.status == "parameters given, not fitted"


def test_beta_geo_believes_in_every_one_time_buyer():
    assert MODEL.probability_alive(GOOD)["Bob"] == 1


def test_alive_over_time_follows_the_purchases():
    times = [0, 2, 3, 8, 20]
    alive = MODEL.alive_over_time([3, 0, 5], times)
    known = pd.DataFrame({"frequency": [0, 0, 1, 2, 2], "recency": [0.0, 0, 3, 5, 5], "T": times})
    assert alive == pytest.approx(MODEL.probability_alive(known).to_numpy(), rel=1e-15)
    assert alive[3] > alive[4]
    # The clock may start anywhere.
    assert MODEL.alive_over_time([103, 100, 105], np.add(times, 100)) == pytest.approx(alive, rel=1e-12)
    with pytest.raises(ValueError, match="first"):
        MODEL.alive_over_time([3, 5], [1])
