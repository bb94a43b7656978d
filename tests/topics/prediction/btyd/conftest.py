"""The CDNOW sample: Fader and Hardie's 2,357 customers, read from the data in the `lifetimes` wheel."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

CALIBRATION_END = pd.Timestamp("1997-09-30")
HOLDOUT_END = pd.Timestamp("1998-06-30")


def histories_at(days, as_of):
    """Histories in weeks, from one row per customer and day (`customer`, `date`, `amount`) up to `as_of`.

    Amounts of the first day are no part of `monetary_value`. Without repeat purchases it is 0.
    """
    known = days[days.date <= as_of]
    first = known.groupby("customer").date.transform("min")
    bought = known.groupby("customer").date
    again = known[known.date > first].groupby("customer")
    table = pd.DataFrame(
        {
            "frequency": bought.count() - 1,
            "recency": (bought.max() - bought.min()).dt.days / 7,
            "T": (as_of - bought.min()).dt.days / 7,
        }
    )
    return table.assign(monetary_value=again.amount.mean()).fillna({"monetary_value": 0.0})


@pytest.fixture(scope="session")
def purchase_days():
    """One row per customer and day. The package itself is not imported: it breaks with pandas 3."""
    spec = find_spec("lifetimes")
    if spec is None:
        pytest.skip("the data of the lifetimes wheel are not installed")
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "CDNOW_sample.txt"
    names = ["master", "customer", "date", "cds", "amount"]
    lines = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"date": str})
    lines["date"] = pd.to_datetime(lines.date, format="%Y%m%d")
    return lines.groupby(["customer", "date"], as_index=False).amount.sum()


@pytest.fixture(scope="session")
def cdnow(purchase_days):
    """Histories at the end of calibration, 1997-09-30."""
    return histories_at(purchase_days, CALIBRATION_END)


@pytest.fixture(scope="session")
def cdnow_full(purchase_days):
    """Histories at the end of the holdout, 39 weeks later."""
    return histories_at(purchase_days, HOLDOUT_END)


def _simulate_leaving_after_purchases(rng, T, parameters, first_occasion):
    """Histories of customers who buy at their own rate and may leave after each purchase (BG, MBG/NBD)."""
    r, alpha, a, b = parameters
    rate, chance = rng.gamma(r, 1 / alpha, len(T)), rng.beta(a, b, len(T))
    x, last, now = np.zeros(len(T), dtype=int), np.zeros(len(T)), np.zeros(len(T))
    active = np.arange(len(T))
    if first_occasion:
        active = active[rng.random(len(T)) >= chance]
    while len(active):
        now[active] += rng.exponential(1, len(active)) / np.maximum(rate[active], 1e-300)
        active = active[now[active] <= T[active]]
        x[active] += 1
        last[active] = now[active]
        active = active[rng.random(len(active)) >= chance[active]]
    return pd.DataFrame({"frequency": x, "recency": last, "T": T})


def _simulate_leaving_any_time(rng, T, parameters):
    """Histories of customers who leave at a rate of their own (Pareto/NBD)."""
    r, alpha, s, beta = parameters
    rate, leaving = rng.gamma(r, 1 / alpha, len(T)), rng.gamma(s, 1 / beta, len(T))
    present = np.minimum(T, rng.exponential(1, len(T)) / np.maximum(leaving, 1e-300))
    x = rng.poisson(rate * present)
    # The last of x uniform times.
    last = np.where(x > 0, present * rng.random(len(T)) ** (1 / np.maximum(x, 1)), 0.0)
    return pd.DataFrame({"frequency": x, "recency": last, "T": T})


@pytest.fixture(scope="session")
def simulate():
    """A function (model, random generator, times T) -> histories drawn from the model."""

    def draw(model, rng, T):
        parameters = model.parameters.tolist()
        if "beta" in model.names:
            return _simulate_leaving_any_time(rng, T, parameters)
        return _simulate_leaving_after_purchases(rng, T, parameters, model.first_occasion)

    return draw
