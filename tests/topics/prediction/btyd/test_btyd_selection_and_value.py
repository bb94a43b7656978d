"""The choice of a model, and what customers are worth."""

import numpy as np
import pandas as pd
import pytest

from portfolio.topics.prediction.btyd import (
    WEEKS_PER_YEAR,
    BetaGeoModel,
    GammaGammaModel,
    InvalidHistories,
    ModifiedBetaGeoModel,
    ParetoNBDModel,
    choose,
    discounted_expected_purchases,
    hold_out,
    lifetime_value,
    lifetime_value_by,
)

PURCHASES = [BetaGeoModel, ModifiedBetaGeoModel, ParetoNBDModel]


@pytest.fixture(scope="module")
def values(cdnow):
    return GammaGammaModel.fit(cdnow)


@pytest.fixture(scope="module")
def purchases(cdnow):
    return ModifiedBetaGeoModel.fit(cdnow)


def fitted_on(calibration, *models):
    return {model.__name__: model.fit(calibration) for model in models or PURCHASES}


def test_selection_shows_its_grounds(cdnow, cdnow_full):
    fitted = fitted_on(cdnow)
    table = hold_out(cdnow, cdnow_full, fitted)
    assert list(table.columns) == ["model", "log_likelihood", "holdout_log_likelihood", "converged"]
    assert table.model.tolist() == [cls.__name__ for cls in PURCHASES]
    assert table.log_likelihood.tolist() == pytest.approx([-9582.43, -9582.14, -9594.98], abs=0.01)
    assert choose(table) == table.model[table.holdout_log_likelihood.idxmax()]
    model = fitted["BetaGeoModel"]
    holdout = model.log_likelihood_of(cdnow_full) - model.log_likelihood_of(cdnow)
    assert table.holdout_log_likelihood[0] == pytest.approx(holdout, rel=1e-12)


def test_a_fit_that_did_not_converge_is_chosen_only_where_none_did():
    table = pd.DataFrame({"model": ["a", "b"], "log_likelihood": [-1.0, -2.0], "holdout_log_likelihood": [-1.0, -2.0]})
    assert choose(table.assign(converged=[False, True])) == "b"
    assert choose(table.assign(converged=[False, False])) == "a"
    assert choose(table.assign(converged=True, holdout_log_likelihood=np.nan, log_likelihood=[-3.0, -2.0])) == "b"


@pytest.mark.parametrize(
    "truth",
    [
        ModifiedBetaGeoModel(r=2.0, alpha=4.0, a=1.0, b=1.5),
        ParetoNBDModel(r=2.0, alpha=4.0, s=1.5, beta=15.0),
    ],
    ids=["MBG/NBD", "Pareto/NBD"],
)
def test_selection_finds_the_model_that_made_the_data(truth):
    """Purchase by purchase, so that the same customers are seen twice."""
    rng = np.random.default_rng(11)
    count, first, second = 4_000, 30.0, 60.0
    rate = rng.gamma(truth.r, 1 / truth.alpha, count)
    if isinstance(truth, ParetoNBDModel):
        leaves = rng.exponential(1, count) / rng.gamma(truth.s, 1 / truth.beta, count)
        chance = np.zeros(count)
    else:
        leaves, chance = np.full(count, np.inf), rng.beta(truth.a, truth.b, count)
    active, now, bought = rng.random(count) >= chance, np.zeros(count), []
    while active.any():
        now = now + rng.exponential(1, count) / rate
        active = active & (now <= np.minimum(leaves, second))
        bought.append(np.where(active, now, np.nan))
        active = active & (rng.random(count) >= chance)
    times = np.array(bought)

    def seen_at(T):
        known = np.where(times <= T, times, np.nan)
        x = np.isfinite(known).sum(axis=0)
        return pd.DataFrame({"frequency": x, "recency": np.nan_to_num(known).max(axis=0), "T": T})

    table = hold_out(seen_at(first), seen_at(second), fitted_on(seen_at(first)))
    assert choose(table) == type(truth).__name__


def test_grouped_selection_is_ungrouped(cdnow, cdnow_full):
    both = cdnow.join(cdnow_full.add_suffix("_full"))
    keys = [name + end for end in ("", "_full") for name in ("frequency", "recency", "T")]
    counted = both.groupby(keys).size().rename("customers").reset_index()
    full = counted[["frequency_full", "recency_full", "T_full", "customers"]]
    full.columns = ["frequency", "recency", "T", "customers"]
    counted = counted[["frequency", "recency", "T", "customers"]]
    grouped = hold_out(counted, full, fitted_on(counted, BetaGeoModel))
    each = hold_out(cdnow, cdnow_full, fitted_on(cdnow, BetaGeoModel))
    # Parameters agree to 1e-4 standard errors.
    pd.testing.assert_frame_equal(grouped, each, rtol=1e-7)


def test_selection_needs_the_same_customers(cdnow, cdnow_full):
    with pytest.raises(InvalidHistories, match="2357 and 2356"):
        hold_out(cdnow, cdnow_full.iloc[1:], {})


@pytest.mark.parametrize("cls", PURCHASES)
def test_undiscounted_is_expected_purchases(cdnow, cls):
    model = cls.fit(cdnow)
    pd.testing.assert_series_equal(
        discounted_expected_purchases(model, cdnow, 52, 0.0),
        model.expected_purchases(cdnow, 52),
        check_names=False,
        check_exact=True,
    )


@pytest.mark.parametrize("cls", PURCHASES)
def test_discounted_is_the_sum_of_discounted_increments(cdnow, cls):
    model, table, step = cls.fit(cdnow), cdnow.head(40), 4.0
    total, before = 0.0, 0.0
    for end in (4.0, 8.0, 12.0, 14.0):
        middle = (max(end - step, 0) if end < 14 else 12.0) / 2 + end / 2
        until = model.expected_purchases(table, end)
        total, before = total + (until - before) * 1.10 ** (-middle / WEEKS_PER_YEAR), until
    found = discounted_expected_purchases(model, table, 14, 0.10, step=step)
    assert found.to_numpy() == pytest.approx(total.to_numpy(), rel=1e-10)


def test_days_and_weeks_are_worth_the_same(cdnow, purchases):
    in_days = ModifiedBetaGeoModel(purchases.r, purchases.alpha * 7, purchases.a, purchases.b)
    days = cdnow.assign(recency=cdnow.recency * 7, T=cdnow["T"] * 7)
    one = discounted_expected_purchases(purchases, cdnow, 52, 0.1)
    other = discounted_expected_purchases(in_days, days, 364, 0.1, periods_per_year=365.25)
    pd.testing.assert_series_equal(one, other, rtol=1e-9)


def test_discounting_lowers_and_horizon_raises(cdnow, purchases):
    one_year = discounted_expected_purchases(purchases, cdnow, WEEKS_PER_YEAR, 0.10)
    assert (one_year < purchases.expected_purchases(cdnow, WEEKS_PER_YEAR)).all()
    assert (one_year > purchases.expected_purchases(cdnow, WEEKS_PER_YEAR) / 1.10).all()
    assert (discounted_expected_purchases(purchases, cdnow, 3 * WEEKS_PER_YEAR, 0.10) > one_year).all()
    assert (discounted_expected_purchases(purchases, cdnow, 0, 0.10) == 0).all()


def test_undiscounted_value_is_purchases_times_value(cdnow, purchases, values):
    table = lifetime_value(purchases, values, cdnow, 52, 0.0)
    product = purchases.expected_purchases(cdnow, 52) * values.expected_value(cdnow)
    pd.testing.assert_series_equal(table.lifetime_value, product, check_names=False, rtol=1e-14)
    assert table.index.equals(cdnow.index)
    assert ((table.low < table.lifetime_value) & (table.lifetime_value < table.high)).all()


def test_groups_add_up_to_the_total(cdnow, purchases, values):
    each = lifetime_value(purchases, values, cdnow, 52, 0.1)
    groups = cdnow.frequency.clip(upper=3)
    by = lifetime_value_by(purchases, values, cdnow, groups, 52, 0.1)
    total = lifetime_value_by(purchases, values, cdnow, np.zeros(len(cdnow)), 52, 0.1).iloc[0]
    assert by.index.tolist() == [0, 1, 2, 3]
    assert by.customers.sum() == total.customers == 2357
    assert by.expected.sum() == pytest.approx(total.expected, rel=1e-12)
    assert by.expected.to_numpy() == pytest.approx(each.lifetime_value.groupby(groups).sum().to_numpy(), rel=1e-12)
    # Errors of groups go together: the total's is at most their sum.
    assert total.standard_error < by.standard_error.sum()
    with pytest.raises(ValueError, match="label each"):
        lifetime_value_by(purchases, values, cdnow, groups[1:], 52, 0.1)


def test_delta_error_is_that_of_drawn_parameters(cdnow, purchases, values):
    """Against 600 models drawn from the parameters' own distribution; a standard deviation of 600 is known to 3 %."""
    from portfolio.topics.prediction.btyd.optimise import covariance_from

    rng, table = np.random.default_rng(0), cdnow.groupby(["frequency", "recency", "T", "monetary_value"])
    table = table.size().rename("customers").reset_index()
    drawn = [
        [model.at(point) for point in rng.multivariate_normal(model.point, covariance_from(model.information), 600)]
        for model in (purchases, values)
    ]
    totals = [
        table.customers @ (buy.expected_purchases(table, 52) * worth.expected_value(table))
        for buy, worth in zip(*drawn, strict=True)
    ]
    total = lifetime_value_by(purchases, values, table, np.zeros(len(table)), 52, 0.0).iloc[0]
    assert total.standard_error == pytest.approx(np.std(totals), rel=0.12)


@pytest.mark.parametrize("wrong", [{"horizon": -1}, {"yearly_discount_rate": -1}, {"step": 0}])
def test_impossible_discounting_is_refused(cdnow, purchases, wrong):
    with pytest.raises(ValueError, match="horizon must be"):
        discounted_expected_purchases(purchases, cdnow, **{"horizon": 52, "yearly_discount_rate": 0.1, **wrong})
