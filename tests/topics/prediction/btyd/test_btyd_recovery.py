"""Parameters simulated and recovered, and intervals that hold what they promise. Seeds are fixed."""

import numpy as np
import pandas as pd
import pytest

from portfolio.topics.prediction.btyd import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel

pytestmark = pytest.mark.slow

TRUTHS = [
    BetaGeoModel(r=0.6, alpha=5.0, a=0.9, b=2.5),
    ModifiedBetaGeoModel(r=0.6, alpha=5.0, a=0.9, b=2.5),
    ParetoNBDModel(r=0.6, alpha=6.0, s=0.7, beta=12.0),
]
NAMES = [type(truth).__name__ for truth in TRUTHS]


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
@pytest.mark.parametrize("truth", TRUTHS, ids=NAMES)
def test_purchase_parameters_are_recovered(simulate, truth, count):
    rng = np.random.default_rng(count)
    histories = simulate(truth, rng, rng.integers(26 * 7, 78 * 7, count) / 7)
    model = type(truth).fit(histories)
    assert model.converged
    # On the log scale, where errors are even; 3.5 standard errors leave 1 chance in 2,000 each.
    away = (model.point - truth.point) / (model.standard_errors / model.parameters)
    assert (away.abs() < 3.5).all(), away
    # Errors shrink as the square root of the customers.
    if count == 100_000:
        assert (model.standard_errors / model.parameters < 0.1).all()
    # The optimum is at least as likely as the truth, and by no more than chance: half a chi-square of 4.
    assert 0 <= model.log_likelihood - truth.log_likelihood_of(histories) < 12


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
def test_value_parameters_are_recovered(count):
    truth = GammaGammaModel(p=6.0, q=4.0, v=15.0)
    rng = np.random.default_rng(count)
    scale, x = rng.gamma(truth.q, 1 / truth.v, count), rng.geometric(0.4, count)
    histories = pd.DataFrame({"frequency": x, "monetary_value": rng.gamma(truth.p * x) / (scale * x)})
    model = GammaGammaModel.fit(histories)
    away = (model.point - truth.point) / (model.standard_errors / model.parameters)
    assert (away.abs() < 3.5).all(), away
    assert 0 <= model.log_likelihood - truth.log_likelihood_of(histories) < 12


@pytest.mark.parametrize("truth", TRUTHS, ids=NAMES)
def test_large_tables_end_at_the_exact_optimum(simulate, truth, monkeypatch):
    """A first look on cells, then the histories themselves: the same as on the histories throughout."""
    from portfolio.topics.prediction.btyd import model as fitting

    rng = np.random.default_rng(9)
    histories = simulate(truth, rng, rng.integers(26 * 7, 78 * 7, 20_000) / 7)
    monkeypatch.setattr(fitting, "FIRST_LOOK_ROWS", 1_000)
    quick = type(truth).fit(histories)
    monkeypatch.setattr(fitting, "FIRST_LOOK_ROWS", 10**9)
    whole = type(truth).fit(histories)
    # Both within 1e-8 of the maximum, that is 1e-4 standard errors.
    assert quick.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-6)
    assert ((quick.parameters - whole.parameters).abs() < 1e-3 * whole.standard_errors).all()


def test_total_interval_holds_the_actual_total(simulate):
    """100 books of 800 customers: the 90 % interval of the next 26 weeks holds the actual total about 90 times."""
    truth, rng, held = TRUTHS[0], np.random.default_rng(1), 0
    for _ in range(100):
        T = rng.uniform(26, 52, 800)
        seed = rng.integers(2**32)
        histories = simulate(truth, np.random.default_rng(seed), T)
        model = BetaGeoModel.fit(histories)
        interval = model.total_purchases_interval(histories, 26, level=0.9)
        held += interval.low <= _next_purchases(truth, histories, rng).sum() <= interval.high
    # Binomial(100, 0.9) lies in [80, 98] but for 4 chances in 1,000.
    assert 80 <= held <= 98


def _next_purchases(truth, histories, rng):
    """Purchases in the next 26 weeks, drawn from what the true model says of each history."""
    alive = rng.random(len(histories)) < truth.probability_alive(histories)
    rate = rng.gamma(truth.r + histories.frequency) / (truth.alpha + histories["T"])
    chance = rng.beta(truth.a, truth.b + histories.frequency)
    bought, time = np.zeros(len(histories), dtype=int), np.zeros(len(histories))
    active = np.flatnonzero(alive)
    while len(active):
        time[active] += rng.exponential(1, len(active)) / rate.to_numpy()[active]
        active = active[time[active] <= 26]
        bought[active] += 1
        active = active[rng.random(len(active)) >= chance[active]]
    return bought
