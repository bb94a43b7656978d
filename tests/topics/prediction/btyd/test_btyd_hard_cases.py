"""Cases that break other implementations: the fit must end, and say how it ended."""

import numpy as np
import pandas as pd
import pytest

from portfolio.topics.prediction.btyd import (
    BetaGeoModel,
    GammaGammaModel,
    ModifiedBetaGeoModel,
    NoRepeatPurchases,
    ParetoNBDModel,
)

PURCHASES = [BetaGeoModel, ModifiedBetaGeoModel, ParetoNBDModel]


def table(frequency, recency, T):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T}).astype({"recency": float, "T": float})


def nobody_leaves():
    rng = np.random.default_rng(3)
    T = rng.uniform(20, 40, 2000)
    x = rng.poisson(rng.gamma(2, 0.1, 2000) * T)
    return table(x, np.where(x > 0, T * rng.random(2000) ** (1 / np.maximum(x, 1)), 0), T)


def everybody_alike():
    x = np.random.default_rng(4).poisson(3, 500)
    return table(x, np.where(x > 0, 29.0, 0.0), 30.0)


CASES = {
    "nobody leaves": nobody_leaves,
    "everybody leaves at once": lambda: table([1] * 100, np.linspace(0.1, 1, 100), 100),
    "everybody alike": everybody_alike,
    "everybody buys again once": lambda: table([1] * 60, np.linspace(1, 29, 60), 30),
    "three customers": lambda: table([0, 1, 3], [0, 5, 20], [30, 31, 32]),
    "one customer": lambda: table([3], [20], [30]),
    "one customer, bought just now": lambda: table([1], [30], [30]),
    "one very heavy buyer": lambda: table([500], [38], [38.9]),
    "heavy buyers among others": lambda: table([500, 430, 0, 0, 1, 2], [38, 20, 0, 0, 3, 9], 38.9),
    "recency rounded to 0": lambda: table([1, 2, 0, 3], [0, 0, 0, 4], [5, 3, 4, 5]),
    "no time at all": lambda: table([1, 0], [0, 0], [0, 0]),
    "seconds": lambda: table([0, 1, 3, 5, 2], np.array([0, 5, 20, 28, 3]) * 604_800, np.array([30] * 5) * 604_800),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cls", PURCHASES)
@pytest.mark.parametrize("case", CASES)
def test_fit_ends_and_predicts(case, cls):
    histories = CASES[case]()
    model = cls.fit(histories)
    assert np.isfinite(model.log_likelihood)
    assert model.status.startswith("converged"), model.status
    assert model.probability_alive(histories).between(0, 1).all()
    assert np.isfinite(model.expected_purchases(histories, 10)).all()
    total = model.total_purchases_interval(histories, 10)
    assert 0 <= total.low <= total.expected <= total.high < np.inf
    assert list(model.confidence_intervals().columns) == ["estimate", "standard_error", "low", "high"]


@pytest.mark.parametrize("cls", PURCHASES)
def test_nobody_leaves_is_found_out(cls):
    histories = nobody_leaves()
    model = cls.fit(histories)
    # Customers who cannot leave go on buying at their rate: here 0.2 a week each, 10 weeks, 2,000 customers.
    total = model.total_purchases_interval(histories, 10)
    assert total.expected == pytest.approx(histories.frequency.sum() / histories["T"].sum() * 10 * 2000, rel=0.02)
    # Chance alone is sqrt(4000), 1.6 %; the rest is not knowing each rate.
    assert total.standard_error < 0.025 * total.expected


def test_an_edge_is_told_in_words():
    model = BetaGeoModel.fit(everybody_alike())
    assert "a is at its lower limit" in model.status
    assert model.standard_errors.isna()["a"]


@pytest.mark.parametrize("cls", PURCHASES)
def test_same_T_for_all(cdnow, cls):
    recency = np.minimum(cdnow.recency, 30)
    model = cls.fit(table(cdnow.frequency, recency, 30.0))
    assert model.converged
    assert model.standard_errors.notna().all()


@pytest.mark.parametrize("cls", PURCHASES)
def test_nobody_bought_again(cls):
    with pytest.raises(NoRepeatPurchases, match="4 customers were given, and none bought again"):
        cls.fit(table([0, 0], [0, 0], [5, 9]).assign(customers=[1, 3]))


def test_no_repeat_purchases_is_a_value_error():
    assert issubclass(NoRepeatPurchases, ValueError)


@pytest.mark.parametrize("start", range(3))
@pytest.mark.parametrize("cls", PURCHASES)
def test_every_start_finds_the_same_optimum(cdnow, cls, start, monkeypatch):
    best = cls.fit(cdnow).log_likelihood
    starts = cls._starts
    monkeypatch.setattr(cls, "_starts", classmethod(lambda _, read: [starts(read)[start]]))
    assert cls.fit(cdnow).log_likelihood == pytest.approx(best, abs=1e-6)


def test_second_optimiser_takes_over(monkeypatch):
    """With Newton's method stopped after two steps, L-BFGS-B still brings the search home."""
    from portfolio.topics.prediction.btyd import optimise

    monkeypatch.setattr(optimise.newton, "__defaults__", (2,))

    def evaluate(point):
        away = point - [3.0, -4.0]
        return -(away**4).sum(), -4 * away**3, np.diag(-12 * away**2 - 1e-9)

    found = optimise.maximise(evaluate, np.array([-8.0, 8.0]))
    # The second search stops at its own tolerance on the slope, 1e-5: 4 d^3 = 1e-5 leaves d = 0.014.
    assert found.point == pytest.approx([3.0, -4.0], abs=0.05)


GAMMA_GAMMA = {
    "one customer": ([2], [10.0]),
    "three customers": ([1, 2, 3], [10.0, 20, 15]),
    "all values equal": ([1, 2, 3] * 10, [10.0] * 30),
    "a very heavy buyer": ([500, 3, 1], [10.0, 11, 9]),
    "extreme values": ([1] * 200, np.exp(np.random.default_rng(2).normal(0, 4, 200))),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", GAMMA_GAMMA)
def test_gamma_gamma_ends(case):
    frequency, value = GAMMA_GAMMA[case]
    histories = pd.DataFrame({"frequency": frequency, "monetary_value": value})
    model = GammaGammaModel.fit(histories)
    assert model.converged, model.status
    assert np.isfinite(model.log_likelihood)
    assert (model.expected_value(histories) > 0).all()
    assert len(model.expected_value_interval(histories)) == len(histories)


def test_an_infinite_mean_is_told_in_words():
    frequency, value = GAMMA_GAMMA["extreme values"]
    model = GammaGammaModel.fit(pd.DataFrame({"frequency": frequency, "monetary_value": value}))
    assert model.q <= 1
    assert "infinite" in model.status
    assert model.expected_value({"frequency": [0], "monetary_value": [0]}).item() == np.inf


def test_unusable_values_are_left_out_and_counted(cdnow):
    odd = pd.DataFrame({"frequency": [3, 2, 1, 0], "monetary_value": [0, -5, np.nan, 0], "customers": [2, 1, 1, 9]})
    model = GammaGammaModel.fit(pd.concat([cdnow.assign(customers=1), odd]))
    clean = GammaGammaModel.fit(cdnow)
    assert model.left_out == 4
    assert model.customers == 946
    pd.testing.assert_series_equal(model.parameters, clean.parameters, rtol=1e-6)
    population_mean = clean.p * clean.v / (clean.q - 1)
    assert model.expected_value(odd).to_numpy() == pytest.approx(population_mean, rel=1e-6)


def test_gamma_gamma_without_usable_values():
    with pytest.raises(NoRepeatPurchases, match="5 customers were given, 2 of them"):
        GammaGammaModel.fit({"frequency": [1, 0], "monetary_value": [-1.0, 0.0], "customers": [2, 3]})
