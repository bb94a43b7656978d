"""What holds whatever the histories and the parameters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.topics.prediction.btyd import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel

PURCHASES = [BetaGeoModel, ModifiedBetaGeoModel, ParetoNBDModel]


@st.composite
def history(draw):
    T = draw(st.integers(0, 200)) / 7
    x = draw(st.one_of(st.integers(0, 5), st.integers(0, 500)))
    share = draw(st.floats(0, 1))
    return x, (np.floor(share * T * 7) / 7 if x else 0.0), T


def as_table(rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


tables = st.lists(history(), min_size=1, max_size=8).map(as_table)
positive = st.floats(-4, 4).map(np.exp)
models = st.builds(lambda cls, four: cls(*map(float, four)), st.sampled_from(PURCHASES), st.tuples(*[positive] * 4))


@given(models, tables, st.floats(0, 300))
@settings(max_examples=80, deadline=None)
def test_predictions_stay_in_their_range(model, table, horizon):
    assert np.isfinite(model.log_likelihood_of(table))
    assert model.probability_alive(table).between(0, 1).all()
    expected = model.expected_purchases(table, horizon)
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()
    # At most what somebody who never leaves would buy.
    never_leaves = (model.r + table.frequency) / (model.alpha + table["T"]) * horizon
    assert (expected <= never_leaves * (1 + 1e-9) + 1e-12).all()


@given(models, tables, st.floats(0, 100), st.floats(0, 100))
@settings(max_examples=60, deadline=None)
def test_expected_purchases_rise_with_the_horizon(model, table, horizon, more):
    sooner, later = model.expected_purchases(table, horizon), model.expected_purchases(table, horizon + more)
    # Rounding: the two sums have different nodes.
    assert (later >= sooner * (1 - 1e-9)).all()


@given(models, tables, st.data())
@settings(max_examples=60, deadline=None)
def test_row_order_does_not_matter(model, table, data):
    order = data.draw(st.permutations(list(table.index)))
    shuffled = table.loc[order]
    assert model.log_likelihood_of(shuffled) == pytest.approx(model.log_likelihood_of(table), rel=1e-12, abs=1e-10)
    pd.testing.assert_series_equal(
        model.expected_purchases(shuffled, 20), model.expected_purchases(table, 20).loc[order], rtol=1e-12
    )


@given(st.lists(st.tuples(history(), st.integers(1, 6)), min_size=3, max_size=12), st.sampled_from(PURCHASES))
@settings(max_examples=40, deadline=None)
def test_grouped_is_ungrouped(counted, cls):
    counted = [*counted, ((2, 9.0, 20.0), 3), ((0, 0.0, 20.0), 5), ((1, 2.0, 25.0), 4), ((5, 18.0, 19.0), 2)]
    table = as_table([row for row, _ in counted]).assign(customers=[count for _, count in counted])
    each = table.loc[table.index.repeat(table.customers)].drop(columns="customers").reset_index(drop=True)
    one, other = cls.fit(table), cls.fit(each)
    # Both are at the optimum within 1e-8; parameters may differ along a flat ridge, the likelihood may not.
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-9, abs=1e-5)
    assert one.log_likelihood_of(each) == pytest.approx(one.log_likelihood_of(table), rel=1e-12, abs=1e-9)
    assert one.customers == other.customers == len(each)


@pytest.mark.parametrize("cls", PURCHASES)
def test_grouped_cdnow_gives_the_same_model(cdnow, cls):
    table = cdnow.groupby(["frequency", "recency", "T"]).size().rename("customers").reset_index()
    grouped, each = cls.fit(table), cls.fit(cdnow)
    pd.testing.assert_series_equal(grouped.parameters, each.parameters, rtol=1e-6)
    pd.testing.assert_series_equal(grouped.standard_errors, each.standard_errors, rtol=1e-5)
    total = table.customers @ grouped.expected_purchases(table, 39)
    assert total == pytest.approx(each.expected_purchases(cdnow, 39).sum(), rel=1e-6)
    pd.testing.assert_series_equal(
        grouped.total_purchases_interval(table, 39), each.total_purchases_interval(cdnow, 39), rtol=1e-5
    )


def test_grouped_gamma_gamma(cdnow):
    rounded = cdnow.assign(monetary_value=cdnow.monetary_value.round())
    table = rounded.groupby(["frequency", "monetary_value"]).size().rename("customers").reset_index()
    grouped, each = GammaGammaModel.fit(table), GammaGammaModel.fit(rounded)
    pd.testing.assert_series_equal(grouped.parameters, each.parameters, rtol=1e-6)
    assert grouped.left_out == each.left_out


@given(
    st.builds(lambda three: GammaGammaModel(*map(float, three)), st.tuples(*[positive] * 3)),
    st.lists(st.tuples(st.integers(0, 500), st.floats(-5, 1e5)), min_size=1, max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_expected_values_are_positive(model, rows):
    table = pd.DataFrame(rows, columns=["frequency", "monetary_value"])
    assert (model.expected_value(table) > 0).all()


@pytest.mark.parametrize("cls", [*PURCHASES, GammaGammaModel])
@pytest.mark.parametrize("shift", [0.0, 0.4, -0.7])
def test_derivatives_are_those_of_the_likelihood(cdnow, cls, shift):
    """Gradient and Hessian by hand, against central differences of the value and of the gradient."""
    from portfolio.topics.prediction.btyd.histories import TIMING, VALUE, read_histories

    read = read_histories(cdnow, VALUE if cls is GammaGammaModel else TIMING)
    likelihood = cls._likelihood(read.rows(read.frequency > 0) if cls is GammaGammaModel else read)
    point = cls.fit(cdnow).point + shift * np.resize([1, -1], len(cls.names))
    _, gradient, hessian = likelihood.evaluate(point)
    steps = np.eye(len(point)) * 1e-5
    slopes = [(likelihood.evaluate(point + e)[0] - likelihood.evaluate(point - e)[0]) / 2e-5 for e in steps]
    curves = [(likelihood.evaluate(point + e)[1] - likelihood.evaluate(point - e)[1]) / 2e-5 for e in steps]
    # Rounding of a log-likelihood of 1e4, over the step: 1e-12 / 1e-5 = 1e-7, with room.
    assert gradient == pytest.approx(np.array(slopes), rel=1e-5, abs=1e-5)
    assert hessian == pytest.approx(np.array(curves), rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("cls", [*PURCHASES, GammaGammaModel])
def test_nothing_is_mutated_and_rows_stay_aligned(cdnow, cls):
    table = cdnow.sample(frac=1, random_state=1)
    before = table.copy(deep=True)
    model = cls.fit(table)
    results = (
        [model.expected_value(table), model.expected_value_interval(table)]
        if cls is GammaGammaModel
        else [
            model.probability_alive(table),
            model.expected_purchases(table, 39),
            model.expected_purchases_interval(table, 39),
        ]
    )
    for result in results:
        assert result.index.equals(table.index)
    pd.testing.assert_frame_equal(table, before)
    with pytest.raises(AttributeError):
        model.log_likelihood = 0.0
