"""Fast functions against the models' definitions, integrated numerically over customers.

Each model says what a customer does given two traits of their own; the likelihood of a history is its mean over
the traits. Here that mean is a plain sum over a fine grid of the two traits, from the definitions alone.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from scipy.special import betaln, expit, gammaln, hyp2f1

from portfolio.topics.prediction.btyd import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel

MODELS = [
    BetaGeoModel(r=1.6, alpha=5.0, a=1.3, b=2.2),
    BetaGeoModel(r=1.2, alpha=3.0, a=1.0, b=1.5),  # a = 1, where the papers' formula is 0/0
    ModifiedBetaGeoModel(r=1.6, alpha=5.0, a=1.3, b=2.2),
    ParetoNBDModel(r=1.6, alpha=5.0, s=1.4, beta=9.0),
    ParetoNBDModel(r=1.6, alpha=9.0, s=1.0, beta=4.0),  # s = 1, where the papers' formula is 0/0
    ParetoNBDModel(r=1.6, alpha=5.0, s=1.4, beta=5.0),
]
IDS = [f"{type(model).__name__}-{'-'.join(map(str, model.parameters))}" for model in MODELS]
HISTORIES = [(0, 0.0, 12.0), (1, 3.0, 20.0), (4, 11.0, 12.5)]
HORIZON = 15.0
# The trapezoid rule on the log and logit scales is exact far beyond this; the grid's ends hold 1e-9 of the mass.
TOLERANCE = 1e-7
GRID = np.arange(-30, 30, 0.1)


def table(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


def mean_over_customers(model, function):
    """Mean of function(rate, trait) over the two mixing distributions."""
    rate = np.exp(GRID)[:, None]
    density = stats.gamma(model.r, scale=1 / model.alpha).pdf(rate) * rate
    if isinstance(model, ParetoNBDModel):
        trait = np.exp(GRID)
        density = density * stats.gamma(model.s, scale=1 / model.beta).pdf(trait) * trait
    else:
        trait = expit(GRID)
        density = density * stats.beta(model.a, model.b).pdf(trait) * trait * expit(-GRID)
    return (function(rate, trait) * density).sum() * 0.1**2


def alive_and_gone(model, x, recency, T):
    """The likelihood given the traits, in its two parts: still there at T, and left before."""
    if isinstance(model, ParetoNBDModel):

        def alive(rate, leaving):
            return rate**x * np.exp(-(rate + leaving) * T)

        def gone(rate, leaving):
            silent = np.exp(-(rate + leaving) * recency) - np.exp(-(rate + leaving) * T)
            return rate**x * leaving / (rate + leaving) * silent
    else:
        occasions = x + model.first_occasion

        def alive(rate, chance):
            return (1 - chance) ** occasions * rate**x * np.exp(-rate * T)

        def gone(rate, chance):
            if not occasions:
                return 0.0
            return chance * (1 - chance) ** (occasions - 1) * rate**x * np.exp(-rate * recency)

    return alive, gone


def purchases_while_alive(model, rate, trait):
    leaving = trait if isinstance(model, ParetoNBDModel) else rate * trait
    return rate * -np.expm1(-leaving * HORIZON) / leaving


@pytest.mark.parametrize("history", HISTORIES, ids=str)
@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_likelihood_probability_alive_and_expectation(model, history):
    alive, gone = alive_and_gone(model, *history)
    still = mean_over_customers(model, alive)
    likelihood = still + mean_over_customers(model, gone)
    to_come = mean_over_customers(model, lambda *traits: alive(*traits) * purchases_while_alive(model, *traits))

    assert model.log_likelihood_of(table(history)) == pytest.approx(np.log(likelihood), abs=TOLERANCE)
    assert model.probability_alive(table(history)).item() == pytest.approx(still / likelihood, rel=TOLERANCE)
    expected = model.expected_purchases(table(history), HORIZON).item()
    assert expected == pytest.approx(to_come / likelihood, rel=TOLERANCE)


@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_expectation_of_a_new_customer(model):
    def to_come(rate, trait):
        survives_first = 1 - trait if isinstance(model, ModifiedBetaGeoModel) else 1
        return survives_first * purchases_while_alive(model, rate, trait)

    assert model.expected_purchases_new(HORIZON) == pytest.approx(mean_over_customers(model, to_come), rel=TOLERANCE)


@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_scatter_of_a_total_is_that_of_simulated_customers(model, simulate):
    """Customers seen at T = 0 have no past: the total's variance must be that of simulated new customers."""
    rng = np.random.default_rng(5)
    count = 400_000
    drawn = simulate(model, rng, np.full(count, HORIZON)).frequency
    today = table((0, 0.0, 0.0)).assign(customers=1.0)
    read_chance = model._moments(np.array([0]), np.array([0.0]), HORIZON)
    alive = model.probability_alive(today).item()
    mean, pairs = (alive * value.item() for value in read_chance)
    # Standard errors of a mean and a variance over 400,000 draws, times 5.
    assert mean == pytest.approx(drawn.mean(), abs=5 * drawn.std() / np.sqrt(count))
    square_error = ((drawn - drawn.mean()) ** 2).std() / np.sqrt(count)
    assert pairs + mean - mean**2 == pytest.approx(drawn.var(), abs=5 * square_error)


@pytest.mark.parametrize("x", [0, 1, 7, 60])
def test_beta_geo_expectation_is_equation_10_of_the_paper(x):
    model, T, t = BetaGeoModel(r=0.243, alpha=4.414, a=0.793, b=2.426), 38.86, 39.0
    recency = 30.0 if x else 0.0
    r, alpha, a, b = model.parameters
    series = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + T + t))
    bought = (a + b + x - 1) / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * series)
    left = (x > 0) * a / (b + x - 1) * ((alpha + T) / (alpha + recency)) ** (r + x)
    assert model.expected_purchases(table((x, recency, T)), t).item() == pytest.approx(bought / (1 + left), rel=1e-10)


@pytest.mark.parametrize(("alpha", "beta"), [(10.6, 11.7), (11.7, 10.6), (8.0, 8.0), (2.0, 60.0)])
@pytest.mark.parametrize("history", [(0, 0.0, 39.0), (3, 20.0, 39.0), (26, 30.86, 31.0)], ids=str)
def test_pareto_likelihood_is_the_closed_form_of_the_paper(alpha, beta, history):
    """Fader and Hardie (2005), with 2F1, where it is well-behaved."""
    r, s = 0.55, 0.61
    x, recency, T = history
    whole, second, top = r + s + x, (s + 1 if alpha >= beta else r + x), max(alpha, beta)

    def part(y):
        return hyp2f1(whole, second, whole + 1, abs(alpha - beta) / (top + y)) / (top + y) ** whole

    still = (alpha + T) ** -(r + x) * (beta + T) ** -s
    likelihood = still + s / whole * (part(recency) - part(T))
    expected = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(likelihood)
    model = ParetoNBDModel(r=r, alpha=alpha, s=s, beta=beta)
    assert model.log_likelihood_of(table(history)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("x", "value"), [(1, 20.0), (6, 48.0)])
def test_gamma_gamma_likelihood_and_expectation(x, value):
    model = GammaGammaModel(p=6.25, q=3.74, v=15.44)
    scales = stats.gamma(model.q, scale=1 / model.v)

    def joint(scale):
        return stats.gamma(model.p * x, scale=1 / (scale * x)).pdf(value) * scales.pdf(scale)

    likelihood = integrate.quad(joint, 0, 5, epsrel=1e-10, limit=200)[0]
    mean = integrate.quad(lambda scale: model.p / scale * joint(scale), 0, 5, epsrel=1e-10, limit=200)[0]
    row = pd.DataFrame({"frequency": [x], "monetary_value": [value]})
    assert model.log_likelihood_of(row) == pytest.approx(np.log(likelihood), abs=TOLERANCE)
    assert model.expected_value(row).item() == pytest.approx(mean / likelihood, rel=TOLERANCE)


def test_large_histories_stay_finite_and_exact():
    """x = 500 by the log form of the BG/NBD likelihood; the direct form overflows."""
    r, alpha, a, b = 0.25, 4.0, 0.8, 2.5
    x, recency, T = 500, 380.0, 400.0
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    still = betaln(a, b + x) - (r + x) * np.log(alpha + T)
    left = betaln(a + 1, b + x - 1) - (r + x) * np.log(alpha + recency)
    model = BetaGeoModel(r=r, alpha=alpha, a=a, b=b)
    expected = common + np.logaddexp(still, left)
    assert model.log_likelihood_of(table((x, recency, T))) == pytest.approx(expected, abs=1e-8)
