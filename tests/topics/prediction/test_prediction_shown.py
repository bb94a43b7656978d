"""The prediction shown: figures of small invented tables in the drawings, the cells and the sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.show.svg import draw
from portfolio.topics.prediction import fits
from portfolio.topics.prediction import shown as opening
from portfolio.topics.prediction.checks import shown as checks
from portfolio.topics.prediction.checks.backtest import UNPREDICTABLE
from portfolio.topics.prediction.checks.numbers import TOTAL
from portfolio.topics.prediction.models import shown as models
from portfolio.topics.prediction.value import numbers
from portfolio.topics.prediction.value import shown as value

NAN = np.nan
FORETOLD = pd.DataFrame(columns=UNPREDICTABLE)


def cells(table, row):
    return [f"{cell.arrow} {cell.text}".strip() for cell in table.rows[row]]


# ---- what the customers are worth


@pytest.fixture
def capital():
    rows = [
        (12, 1540, 3760972.0, 3665070.0, 3859383.0, 2442.0, 2380.0, 2506.0, "margin"),
        (36, 1540, 8231329.0, 7860835.0, 8619284.0, 5345.0, 5104.0, 5597.0, "margin"),
    ]
    return pd.DataFrame(rows, columns=numbers.CAPITAL)


def test_capital(capital, english):
    table = value.capital_table(capital, FORETOLD, words=english)
    assert table.caption == "What the customers of today are expected to bring, in margin"
    assert cells(table, 0) == [
        "12 months", "€3,761,000", "€3,665,000 to €3,859,000", "€2,442", "€2,380 to €2,506"
    ]  # fmt: skip
    assert value.capital_sentence(capital, FORETOLD, words=english) == (
        "A customer is worth €5,340 on average (95% interval: €5,100 to €5,600), in margin."
    )
    bare = capital.assign(low=NAN, high=NAN, value_low=NAN, value_high=NAN, basis="revenue")
    assert value.capital_sentence(bare, FORETOLD, words=english) == (
        "A customer is worth €5,345 on average, in revenue, for the orders have no cost."
    )


@pytest.fixture
def parts():
    rows = [
        ("Bretagne", 243, 1666337.0, 1595249.0, 1740592.0, 0.6, 6857.0, 0.68, False, 1666337.0, NAN, NAN),
        ("<script>", 212, 1100000.0, NAN, NAN, 0.3, 3063.0, 0.48, False, 1100000.0, NAN, NAN),
        ("", 3, 3275.0, 3015.0, 3556.0, 0.1, 1092.0, 0.66, True, 3275.0, NAN, NAN),
        ("Hauts-de-France", 189, NAN, NAN, NAN, NAN, NAN, 0.38, False, 200000.0, 298.0, 130.0),
    ]
    return pd.DataFrame(rows, columns=numbers.BY)


def test_capital_by_attribute(parts, english, written):
    picture = draw(value.by_chart, parts, "region", words=english)
    assert picture.title == "Region: “Bretagne” holds 60% of the value to come"
    assert "€1.67M" in written(picture)
    assert "Not given" in written(picture)
    table = value.by_table(parts, "region", words=english)
    assert "&lt;script&gt;" in table.html
    assert "<script" not in table.html + picture.html
    assert cells(table, 1)[3] == "–"
    assert cells(table, 2)[0] == "Not given *"
    assert table.notes
    assert [cell.text for cell in table.total][1:3] == ["647", "€2,970,000"]
    assert cells(table, 3)[2:] == ["not predictable: forecast 298, came 130", "–", "–", "–", "38%"]
    assert "not predictable" in written(picture)
    assert any("missed by more than its interval" in note for note in table.notes)
    # Those without a value, and those too few, are not the best nor the worst.
    assert value.by_sentence(parts, "region", words=english) == (
        "Region: a customer is worth most for Bretagne (€6,857) and least for <script> (€3,063)."
    )


@pytest.fixture
def bridge():
    steps = ["before", "model", "gone", "worth_less", "worth_more", "new", "now"]
    money = [8433118.0, -312001.0, -1206402.0, -1027659.0, 787660.0, 1556612.0, 8231328.0]
    customers = [1359, 1359, 176, 849, 334, 181, 1540]
    return pd.DataFrame({"step": steps, "customers": customers, "capital": money})


def test_why_the_capital_changed(bridge, english, written):
    picture = draw(value.bridge_chart, bridge, words=english)
    assert picture.title == "Value to come of €8.23M, -€202K on H2\u00a02025"
    for figure in ("€8.43M", "-€1.21M", "+€1.56M", "€8.23M"):
        assert figure in written(picture)
    assert cells(value.bridge_table(bridge, words=english), 5) == ["New", "181", "+€1.56M"]
    assert value.bridge_sentence(bridge, words=english) == (
        "Customers who have probably left take €1.21M away; new customers bring €1.56M; the others: -€240K. The "
        "revised model accounts for -€312K."
    )


def test_tenths(english, written):
    share = np.array([0.5, 0.19, 0.12, 0.08, 0.05, 0.03, 0.02, 0.007, 0.002, 0.001])
    frame = pd.DataFrame(
        {
            "decile": range(1, 11),
            "customers": 154,
            "capital": share * 8e6,
            "share": share,
            "value": share * 8e6 / 154,
            "probability_alive": np.linspace(0.98, 0.02, 10),
        }
    )
    picture = draw(value.distribution_chart, frame, words=english)
    assert picture.title == "The top decile of customers holds 50% of the value to come"
    assert "50.0%: €26K each" in written(picture)
    assert cells(value.distribution_table(frame, words=english), 0) == ["1", "€4M", "50.0%", "€25,974", "98%"]
    assert value.distribution_sentence(frame, words=english).endswith("50% of the value to come, the second half 6%.")


def test_first_customers(english):
    frame = pd.DataFrame(
        {
            "customer_id": ["C1", "C2"],
            "name": ["<b>Ker</b>", None],
            "value_rank": [1, 2],
            "frequency": [14, 3],
            "last_order_date": pd.to_datetime(["2026-06-18", "2026-05-01"]),
            "probability_alive": [0.99, 0.5],
            "expected_purchases": [5.04, 1.2],
            "expected_value": [14109.0, 210.0],
            "lifetime_value": [148684.0, 900.0],
            "low": [139213.0, NAN],
            "high": [158801.0, NAN],
        }
    )
    table = value.first_customers_table(frame, words=english)
    assert "&lt;b&gt;Ker&lt;/b&gt;" in table.html
    assert cells(table, 0) == [
        "<b>Ker</b>", "18 Jun 2026", "99%", "5.0", "€14,109", "€148,700", "€139,200 to €158,800"
    ]  # fmt: skip
    assert cells(table, 1)[0] == "C2", "who has no name is told by id"
    assert cells(table, 1)[-1] == "–"


def test_from_the_simple_formula_to_the_prediction(english):
    rows = [
        ("Bretagne", 100, 20993.0, -8982.0, -1383.0, -637.0, -968.0, 9023.0),
        ("Corse", 300, 1000.0, -100.0, -100.0, 600.0, -100.0, 1300.0),
    ]
    frame = pd.DataFrame(rows, columns=numbers.WHY)
    table = value.reconciliation_table(frame, "region", words=english)
    assert cells(table, 0) == [
        "Bretagne", "100", "€20,993", "-€8,982", "-€1,383", "-€637", "-€968", "€9,023"
    ]  # fmt: skip
    # Means by customer: (20,993 + 3 x 1,000) / 4; -(8,982 + 300) / 4; (9,023 + 3,900) / 4.
    assert value.reconciliation_sentence(frame, "region", words=english) == (
        "The simple formula says €5,998 a customer, the prediction €3,231; what weighs most between them is the "
        "horizon (-€2,321)."
    )


def test_value_that_may_be_leaving(english):
    frame = pd.DataFrame([(1066, 3701843.0, 824024.0, 0.182)], columns=["customers", "value", "at_risk", "share"])
    assert value.leaving_sentence(frame, words=english) == (
        "€824K may be leaving with customers of the last 12 months who may be gone: 18% of what they would bring if "
        "all were still there."
    )


# ---- the sentence that opens


@pytest.mark.parametrize(
    ("before", "sure", "said"),
    [
        (8433118.0, True, ", 2.4% less than those of H2\u00a02025 were to bring."),
        (8000000.0, True, ", 2.9% more than those of H2\u00a02025 were to bring."),
        (8000000.0, False, ", about the same as those of H2\u00a02025 were to bring."),
        (8000000.0, None, "within 36 months."),
        (NAN, None, "within 36 months."),
    ],
)
def test_lead(english, before, sure, said):
    row = {
        "name": "capital_36_months", "value": 8231329.0, "previous": before, "direction": "up", "sure_previous": sure,
    }  # fmt: skip
    told = opening.lead(pd.DataFrame([{**row, "name": "clv_36_months"}, row]), words=english)
    assert told.startswith("The customers of today are expected to bring €8.23M within 36 months")
    assert told.endswith(said)


# ---- what was forecast, and what came


@pytest.fixture
def forecasts():
    rows = [
        (
            "2025-H2",
            "ParetoNBDModel",
            1204,
            2950.0,
            2915.4,
            2754.0,
            3077.0,
            2660.0,
            0.096,
            True,
            5655967.0,
            5342778.0,
            0.0586,
        ),
        (
            "2026-H1",
            "BetaGeoModel",
            1359,
            2752.8,
            2500.0,
            2400.0,
            2600.0,
            2429.0,
            0.029,
            False,
            5372883.0,
            5066209.0,
            0.0605,
        ),
    ]
    frame = pd.DataFrame(rows, columns=TOTAL[:13])
    return frame.assign(expected_margin=[2.1e6, NAN], actual_margin=[2.0e6, NAN], margin_error=[0.05, NAN])


def test_forecasts(forecasts, english, written):
    picture = draw(checks.forecasts_chart, forecasts, words=english)
    assert picture.title == "Forecasts within their interval: 1 of 2"
    assert "✗ +10%" in written(picture)
    assert "✓ +3%" in written(picture)
    assert "H2\u00a02025: 2,915 forecast (2,754 to 3,077), 2,660 actual" in picture.alt
    table = checks.forecasts_table(forecasts, words=english)
    assert cells(table, 0) == [
        "H2\u00a02025", "2,950", "2,915", "2,754 to 3,077", "2,660", "+9.6%", "✗ outside", "€5.66M", "€5.34M", "+5.9%",
        "€2.1M", "€2M", "+5.0%",
    ]  # fmt: skip
    bare = checks.forecasts_table(forecasts.tail(1), words=english)
    assert len(bare.columns) == 10, "without a cost there is no margin, and no note of that"
    assert bare.notes == table.notes
    assert cells(table, 1)[6] == "✓ within"
    assert checks.forecasts_sentence(forecasts, words=english) == (
        "For H1\u00a02026 we forecast 2,500 purchases, and 2,429 came: within the interval."
    )


def test_misses_on_one_side_are_said(forecasts, english):
    high = forecasts.assign(missed=True)
    assert checks.forecasts_sentence(high, words=english).endswith("take the next forecast as a ceiling.")
    low = high.assign(error=-high["error"])
    assert checks.forecasts_sentence(low, words=english).endswith("take the next forecast as a floor.")
    assert checks.forecasts_sentence(high.head(1), words=english).endswith("came: a miss.")


def test_caution_where_the_last_forecast_missed_and_only_there(forecasts, english):
    assert "missed by +9.6%, more than its interval" in checks.caution(forecasts.head(1), words=english)
    assert checks.caution(forecasts.tail(1), words=english) == ""


def test_whether_the_model_held(forecasts, english):
    columns = ["customers", "found", "share", "naive", "by_chance"]
    top = pd.DataFrame([(272, 164, 0.603, 0.55, 0.2)], columns=columns)
    missed, held = (
        checks.validation_sentence(None, total, top, words=english) for total in (forecasts[:1], forecasts[1:])
    )
    assert missed.startswith("The model missed: it forecast 2,915 purchases for H1\u00a02026")
    assert held.startswith("The model held: it forecast 2,500 purchases")
    assert held.endswith(
        "Of the 272 customers who then brought most, the model had 60% in its top 20%; sorting by last year's revenue: "
        "55%; chance: 20%."
    )


def test_by_frequency(english, written):
    rows = [(0, 0.0, 228, 0.6, 0.46), (5, 9.0, 268, 1.68, 1.52), (40, NAN, 29, 11.33, 8.52)]
    frame = pd.DataFrame(rows, columns=["least", "most", "customers", "expected", "actual"])
    table = checks.by_frequency_table(frame, words=english)
    assert [cells(table, row)[0] for row in range(3)] == ["0", "5–9", "40+"]
    assert cells(table, 2)[1:] == ["29", "11.33", "8.52"]
    picture = draw(checks.by_frequency_chart, frame, words=english)
    assert "40+" in written(picture)
    assert "5–9: 1.7 forecast, 1.5 actual" in picture.alt


def test_tracking(forecasts, english, written):
    weeks = pd.date_range("2024-01-07", periods=60, freq="7D")
    expected = np.arange(60) * 100.0
    frame = pd.DataFrame(
        {"week": weeks, "expected": expected, "actual": expected * 1.05, "holdout": weeks >= "2024-12-01"}
    )
    picture = draw(checks.tracking_chart, frame, forecasts, forecasts, words=english)
    assert picture.title == "Cumulative repeat purchases: 5,900 forecast, 6,195 actual"
    assert picture.alt.endswith("The gap is -4.8% at the end.")
    assert "H1\u00a02026" in written(picture), "what the model had not seen is marked"
    assert "H1\u00a02026" not in written(
        draw(checks.tracking_chart, frame.assign(holdout=False), forecasts, forecasts, words=english)
    )


def test_who_is_forecast_apart(english):
    rows = [
        ("region", "Hauts-de-France", 189, 298.0, 264.0, 214.0, 318.0, 130.0, True, 0.4924),
        ("account_manager", "Zoé", 424, 553.0, 488.0, 427.0, 552.0, 500.0, True, 1.0),
        ("", "", 746, 1902.0, 2018.0, 1893.0, 2145.0, 1915.0, False, 1.0),
    ]
    names = ["customers", "one", "expected", "low", "high", "actual", "own", "factor"]
    frame = pd.DataFrame(rows, columns=["attribute", "value_of", *names])
    table = checks.apart_table(frame, words=english)
    assert cells(table, 0) == ["Hauts-de-France", "189", "298", "264", "214 to 318", "130", "own model × 0.49"]
    assert [cells(table, row)[-1] for row in (1, 2)] == ["own model", "as the model says"]
    assert checks.apart_sentence(frame, words=english) == (
        "One model for all missed Hauts-de-France (298 forecast, 130 actual) and Zoé (553 forecast, 500 actual); for "
        "all others it forecast 1,902 purchases, and 1,915 came. They are forecast apart from now on."
    )
    alone = frame.tail(1)
    assert checks.apart_sentence(alone, words=english).startswith("One model serves for all")
    assert "multiplied by 0.91" in checks.apart_sentence(alone.assign(factor=0.91), words=english)
    assert checks.apart_sentence(frame.head(0), words=english) == ""


def test_a_segment_that_is_not_foretold_has_no_value(capital, english):
    missed = pd.DataFrame([("region=Hauts-de-France", 297.9, 130.0)], columns=UNPREDICTABLE)
    assert value.capital_sentence(capital.head(0), missed, words=english) == (
        "The value of these customers is not predictable: for H1\u00a02026, 298 purchases were forecast and 130 came."
    )


@pytest.mark.parametrize(
    ("money", "low", "high", "printed"),
    [
        # Half of the interval is 1,197,146: known to a million, told to a hundred thousand.
        (8_363_648.0, 7_251_743.0, 9_646_041.0, 8_400_000.0),
        (5430.9, 4708.9, 6263.7, 5430.0),
        (12.34, 12.0, 12.6, 12.34),
        (12.34, NAN, NAN, 12.34),
        (0.0, 0.0, 0.0, 0.0),
    ],
)
def test_money_is_as_exact_as_its_interval(money, low, high, printed):
    assert value.deserved(money, low, high) == pytest.approx(printed)


# ---- how a model thinks


def test_chance_of_being_there(english, written):
    rows = [(f, w, 104.0 - w, 104.0, 1 / (1 + f * w / 50)) for f in (0, 1, 5, 20) for w in (0, 13, 52)]
    frame = pd.DataFrame(rows, columns=["frequency", "silent_weeks", "recency", "T", "probability_alive"])
    picture = draw(models.alive_matrix_chart, frame, words=english)
    # 1 / (1 + 52 / 50) and 1 / (1 + 20 x 52 / 50).
    assert {"100", "49", "5"} <= set(written(picture).split())
    assert "20 repeat purchases: 100% after 0 weeks, 16% after 13 weeks and 5% after 52 weeks." in picture.alt


def test_story_of_a_customer(english, written):
    days = pd.date_range("2025-01-03", periods=20, freq="7D")
    frame = pd.DataFrame({"day": days, "probability_alive": np.linspace(1, 0.2, 20), "bought": np.arange(20) % 6 == 0})
    picture = draw(models.alive_history_chart, frame, "C1", words=english)
    assert picture.title == "Chance of still being a customer on 16 May 2025: 20%"
    assert picture.alt.endswith("4 days of purchase, the last on 9 May 2025.")
    assert "50%" in written(picture)


@pytest.fixture
def selection():
    rows = [("BetaGeoModel", 4, -31133.1, -7105.0, False, False), ("ParetoNBDModel", 4, -31111.5, NAN, True, True)]
    return pd.DataFrame(rows, columns=fits.SELECTION)


def test_choice_of_the_model(selection, english):
    table = models.selection_table(selection, None, words=english)
    assert cells(table, 0) == ["BG/NBD", "-31,133.1", "-7,105.0", "did not converge", "–"]
    assert cells(table, 1) == ["Pareto/NBD", "-31,111.5", "–", "converged", "chosen"]


def test_customers_who_bought_once(english):
    rows = [("BetaGeoModel", 275, 1.0, 184.0, False), ("ParetoNBDModel", 275, 0.6, 168.0, True)]
    columns = ["model", "customers", "probability_alive", "expected_purchases", "chosen"]
    frame = pd.DataFrame(rows, columns=columns)
    assert cells(models.one_time_buyers_table(frame, words=english), 1) == [
        "Pareto/NBD", "275", "60%", "168", "chosen"
    ]  # fmt: skip
    assert "Pareto/NBD estimates 60% still active" in models.one_time_buyers_sentence(frame, words=english)


def test_parameters_of_the_chosen_models(english):
    rows = [
        ("ParetoNBDModel", "s", 47233.0, NAN, NAN, NAN, -1.0, True),
        ("ParetoNBDModel", "r", 0.8, 0.1, 0.6, 1.0, -1.0, True),
        ("BetaGeoModel", "a", 5.0, 0.1, 4.8, 5.2, -1.0, False),
    ]
    columns = ["model", "parameter", "estimate", "standard_error", "low", "high", "log_likelihood", "chosen"]
    table = models.parameters_table(pd.DataFrame(rows, columns=columns), words=english)
    assert [cells(table, row) for row in range(2)] == [
        ["Pareto/NBD", "s", "47,233", "–", "–"], ["Pareto/NBD", "r", "0.800", "0.100", "0.600 to 1.000"]
    ]  # fmt: skip
    assert len(table.rows) == 2
    assert table.notes, "a parameter without an error is explained"


def test_every_state_of_the_models_has_its_note():
    reasons = {reason.name for reason in (fits.NO_REPEAT, fits.NO_HOLDOUT, fits.NO_VALUE)}
    states = {
        fits.FEW, fits.NOT_CONVERGED, fits.ALL_ALIVE, fits.COARSE_TIME, fits.COARSE_MONEY, fits.LEFT_OUT,
        fits.DEPENDENCE, fits.INDEPENDENCE, fits.STOP,
    }  # fmt: skip
    assert set(models.NOTES) == reasons | states


def test_every_note_is_said_and_the_grave_ones_first(selection, words):
    notes = pd.DataFrame({"status": list(models.NOTES), "value": 0.07})
    told = models.trust(selection, notes, words=words)
    assert "Pareto/NBD" in told
    assert "{" not in told
    assert told.count(words.number(0.07, 2)) == 2, "two notes have a correlation"
    first = models.trust_short(notes, words=words)
    assert words.say(models.NOTES["no_repeat_purchases"]) in first
    assert words.say(models.NOTES["independence"], n="") not in first
    assert models.trust_short(notes[notes["status"] == "independence"], words=words) == ""
