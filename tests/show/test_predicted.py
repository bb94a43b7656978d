"""Predicted value shown: the figures in the drawings, the cells, the words, in each language."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from portfolio.show import charts, figure, predicted_labels, sentences, tables
from portfolio.show.view import View

NAN = float("nan")


def capital():
    columns = ["months", "customers", "capital", "low", "high", "value", "value_low", "value_high", "basis"]
    rows = [
        (12, 1540, 3760972.0, 3665070.0, 3859383.0, 2442.0, 2380.0, 2506.0, "margin"),
        (36, 1540, 8231329.0, 7860835.0, 8619284.0, 5345.0, 5104.0, 5597.0, "margin"),
    ]
    return pd.DataFrame(rows, columns=columns)


def capital_by():
    rows = [
        ("Bretagne", 243, 1666337.0, 1595249.0, 1740592.0, 0.6, 6857.0, 0.68, False),
        ("<script>", 212, 1100000.0, NAN, NAN, 0.3, 3063.0, 0.48, False),
        ("", 3, 3275.0, 3015.0, 3556.0, 0.1, 1092.0, 0.66, True),
    ]
    columns = ["value_of", "customers", "capital", "low", "high", "share", "value", "probability_alive", "few"]
    return pd.DataFrame(rows, columns=columns)


def capital_bridge():
    steps = ["before", "model", "gone", "worth_less", "worth_more", "new", "now"]
    money = [8433118.0, -312001.0, -1206402.0, -1027659.0, 787660.0, 1556612.0, 8231328.0]
    customers = [1359, 1359, 176, 849, 334, 181, 1540]
    return pd.DataFrame({"step": steps, "customers": customers, "capital": money})


def distribution():
    share = np.array([0.5, 0.19, 0.12, 0.08, 0.05, 0.03, 0.02, 0.007, 0.002, 0.001])
    return pd.DataFrame(
        {
            "decile": range(1, 11),
            "customers": 154,
            "capital": share * 8e6,
            "share": share,
            "value": share * 8e6 / 154,
            "probability_alive": np.linspace(0.98, 0.02, 10),
        }
    )


def alive_matrix():
    rows = [(f, w, 104.0 - w, 104.0, 1 / (1 + f * w / 50)) for f in (0, 1, 5, 20) for w in (0, 13, 52)]
    return pd.DataFrame(rows, columns=["frequency", "silent_weeks", "recency", "T", "probability_alive"])


def by_frequency():
    rows = [(0, 0.0, 228, 0.6, 0.46), (5, 9.0, 268, 1.68, 1.52), (40, NAN, 29, 11.33, 8.52)]
    return pd.DataFrame(rows, columns=["least", "most", "customers", "expected", "actual"])


def tracking():
    weeks = pd.date_range("2024-01-07", periods=60, freq="7D")
    expected = np.arange(60) * 100.0
    return pd.DataFrame(
        {"week": weeks, "expected": expected, "actual": expected * 1.05, "holdout": weeks >= "2024-12-01"}
    )


def forecasts():
    rows = [
        ("2025-H2", "ParetoNBDModel", 1204, 2915.4, 2754.0, 3077.0, 2660.0, 0.096, True, 5655967.0, 5342778.0, 0.0586),
        ("2026-H1", "BetaGeoModel", 1359, 2500.0, 2400.0, 2600.0, 2429.0, 0.029, False, 5372883.0, 5066209.0, 0.0605),
    ]
    columns = [
        "period", "model", "customers", "expected", "low", "high", "actual", "error", "missed",
        "expected_revenue", "actual_revenue", "revenue_error",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def alive_history():
    days = pd.date_range("2025-01-03", periods=20, freq="7D")
    return pd.DataFrame({"day": days, "probability_alive": np.linspace(1, 0.2, 20), "bought": np.arange(20) % 6 == 0})


def first_customers():
    return pd.DataFrame(
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


def reconciliation():
    row = ("Bretagne", 183, 20993.0, -8982.0, -1383.0, -637.0, -968.0, 9023.0)
    columns = ["value_of", "customers", "simple", "horizon", "discount", "rates", "gone", "predicted"]
    return pd.DataFrame([row], columns=columns)


def selection():
    rows = [("BetaGeoModel", 4, -31133.1, -7105.0, True, False), ("ParetoNBDModel", 4, -31111.5, NAN, False, True)]
    columns = ["model", "parameters", "log_likelihood", "holdout_log_likelihood", "converged", "chosen"]
    return pd.DataFrame(rows, columns=columns)


def one_time_buyers():
    rows = [("BetaGeoModel", 275, 1.0, 184.0, False), ("ParetoNBDModel", 275, 0.6, 168.0, True)]
    return pd.DataFrame(rows, columns=["model", "customers", "probability_alive", "expected_purchases", "chosen"])


def parameters():
    rows = [
        ("ParetoNBDModel", "s", 47233.0, NAN, NAN, NAN, -1.0, True),
        ("BetaGeoModel", "r", 0.8, 0.1, 0.6, 1, -1, False),
    ]
    columns = ["model", "parameter", "estimate", "standard_error", "low", "high", "log_likelihood", "chosen"]
    return pd.DataFrame(rows, columns=columns)


def at_risk():
    return pd.DataFrame([(1066, 3701843.0, 824024.0, 0.182)], columns=["customers", "value", "at_risk", "share"])


def top_customers():
    return pd.DataFrame([(272, 164, 0.603, 0.2)], columns=["customers", "found", "share", "by_chance"])


def notes():
    return pd.DataFrame({"status": list(predicted_labels.NOTES), "value": 7.0})


def metrics():
    row = ("capital_36_months", 8231329.0, "money", "up", 8433118.0, NAN, 1540, "")
    columns = ["name", "value", "unit", "direction", "previous", "target", "n", "reason"]
    return pd.DataFrame([row], columns=columns)


ATTRIBUTE = {"attribute": "region"}
CHARTS = {
    "capital_by": ([capital_by], ATTRIBUTE, "€1.67M"),
    "capital_bridge": ([capital_bridge], {}, "€8.23M"),
    "distribution": ([distribution], {}, "50"),
    "alive_matrix": ([alive_matrix], {}, "100"),
    "by_frequency": ([by_frequency], {}, "40+"),
    "tracking": ([tracking], {}, "6,195 actual"),
    "forecasts": ([forecasts], {}, "✗ +10%"),
    "alive_history": ([alive_history], {}, "50%"),
}
TABLES = {
    "capital": ([capital], {}, "€3,665,070 to €3,859,383"),
    "capital_by": ([capital_by], ATTRIBUTE, "&lt;script&gt;"),
    "capital_bridge": ([capital_bridge], {}, "+€1,556,612"),
    "distribution": ([distribution], {}, "50.0%"),
    "first_customers": ([first_customers], {}, "&lt;b&gt;Ker&lt;/b&gt;"),
    "reconciliation": ([reconciliation], ATTRIBUTE, "-€8,982"),
    "by_frequency": ([by_frequency], {}, "5–9"),
    "forecasts": ([forecasts], {}, "2,754 to 3,077"),
    "selection": ([selection], {}, "did not end well"),
    "one_time_buyers": ([one_time_buyers], {}, "60%"),
    "parameters": ([parameters], {}, "47,233"),
}
SENTENCES = {
    "headline": ([metrics], {}, "€8.23M within 36 months, 2.4% less"),
    "capital": ([capital], {}, "€5,345"),
    "caution": ([forecasts], {}, "+9.6%"),
    "capital_bridge": ([capital_bridge], {}, "€1.21M"),
    "capital_by": ([capital_by], ATTRIBUTE, "most for Bretagne (€6,857)"),
    "distribution": ([distribution], {}, "second half 6%"),
    "at_risk": ([at_risk], {}, "€824K"),
    "one_time_buyers": ([one_time_buyers], {}, "Pareto/NBD holds 60%"),
    "validation": ([forecasts, top_customers], {}, "The model missed"),
    "forecasts": ([forecasts], {}, "within the interval"),
    "reconciliation": ([reconciliation], {}, "the horizon (-€8,982)"),
    "trust": ([notes, selection], {}, "Pareto/NBD"),
    "trust_short": ([notes], {}, "Too few customers"),
}


def made(entry):
    makers, options, figure_ = entry
    return [maker() for maker in makers], options, figure_


def test_everything_is_tested():
    assert set(CHARTS) == set(charts.predicted.__all__)
    assert set(TABLES) == set(tables.predicted.__all__)


@pytest.mark.parametrize("name", CHARTS)
def test_chart(name, words):
    frames, options, expected = made(CHARTS[name])
    before = [frame.copy() for frame in frames]
    picture = figure.draw(getattr(charts.predicted, name), *frames, words=words, **options)
    for frame, copy in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)
    root = ET.fromstring(picture.svg)
    written = " ".join(element.text or "" for element in root.iter("text"))
    assert picture.title
    assert len(picture.alt) > len(picture.title)
    if words.language == "en":
        assert expected in written + picture.title


@pytest.mark.parametrize("name", TABLES)
def test_table(name, words):
    frames, options, expected = made(TABLES[name])
    table = getattr(tables.predicted, name)(*frames, words=words, **options)
    ET.fromstring(table.html)
    assert table.caption
    assert "<script>" not in table.html
    if words.language == "en":
        assert expected in table.html


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name, words):
    frames, options, expected = made(SENTENCES[name])
    told = getattr(sentences.predicted, name)(*frames, words=words, **options)
    assert "{" not in told
    assert "nan" not in told
    if words.language == "en":
        assert expected in told
    assert told


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence_of_nothing(name, words):
    frames, options, _expected = made(SENTENCES[name])
    told = getattr(sentences.predicted, name)(*(frame.iloc[:0] for frame in frames), words=words, **options)
    assert "{" not in told


@pytest.mark.parametrize("kind", ["charts", "tables"])
def test_nothing_to_show(kind, view):
    module, entries = (charts.predicted, CHARTS) if kind == "charts" else (tables.predicted, TABLES)
    show = view.picture if kind == "charts" else view.table
    for name, entry in entries.items():
        frames, options, _expected = made(entry)
        shown = show(getattr(module, name), *(frame.iloc[:0] for frame in frames), **options)
        assert "<svg" not in shown.html["en"]
        assert "<table" not in shown.html["en"]


def test_labels_and_notes_have_words(words):
    for name in predicted_labels.LABELS:
        assert words.label(name)
    for name in predicted_labels.DEFINITIONS:
        assert words.definition(name)
        assert words.label(name) != name


def test_columns_of_lists_have_their_units(book):
    frame = pd.DataFrame(
        {"customer_id": ["C1"], "probability_alive": [0.4], "predicted_value": [10.5], "expected_value": [2.0],
         "money_at_stake": [3.0], "why": ["may_be_gone"]}
    )  # fmt: skip
    shown = View(book).actions({"may_be_gone": frame})
    columns = {
        column["name"]: column
        for column in shown.data["application/vnd.portfolio.actions+json"]["may_be_gone"]["columns"]
    }
    assert columns["probability_alive"]["unit"] == "rate"
    assert columns["predicted_value"]["unit"] == columns["expected_value"]["unit"] == "currency"
