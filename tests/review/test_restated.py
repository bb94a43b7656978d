"""Figures restated since they were published, on the shop of ``conftest.py``, and how that is told."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from portfolio import DEFINITIONS
from portfolio.review.comparison import published as reports
from portfolio.review.comparison import shown
from portfolio.review.comparison.numbers import published, restated
from portfolio.review.comparison.published import published_figures


def write(folder, period, figures, *, segment="", portfolio="Test", definitions=DEFINITIONS, restatements=()):
    content = {
        "portfolio": portfolio, "segment": segment, "period": period, "definitions": definitions,
        "metrics": [{"name": name, "value": value} for name, value in figures.items()],
        "restatements": list(restatements),
    }  # fmt: skip
    path = folder / f"{period}{segment}{portfolio}" / "portfolio_review.metrics.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    """Reports of two semesters of the shop: revenue is 820 today, and 700 in the first; 5 and 3 orders."""
    write(tmp_path, "2025-H2", {"revenue": 800.0, "orders": 5, "rows_read": 10, "retention_rate": 0.5})
    change = {"name": "orders", "was": 4, "on": "2025-09-01"}
    write(tmp_path, "2025-H1", {"revenue": 700.0, "orders": 3}, definitions="0", restatements=[change])
    write(tmp_path, "2025-H2", {"revenue": 1.0}, segment="region=Corse")
    write(tmp_path, "2025-H2", {"revenue": 1.0}, portfolio="Another")
    write(tmp_path, "2024-H2", {"revenue": 1.0})
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "portfolio_review.metrics.json").write_text("{", encoding="utf-8")
    return tmp_path


def test_what_was_published_of_a_portfolio_a_segment_and_periods(folder):
    found = published_figures(folder, "Test", "", ["2025-H1", "2025-H2"])
    assert sorted(zip(found["period"], found["name"], strict=True)) == [
        ("2025-H1", "orders"), ("2025-H1", "revenue"), ("2025-H2", "orders"), ("2025-H2", "retention_rate"),
        ("2025-H2", "revenue"), ("2025-H2", "rows_read"),
    ]  # fmt: skip
    assert published_figures(folder, "Test", "region=Corse", ["2025-H2"])["value"].tolist() == [1]
    assert published_figures(folder / "nowhere", "Test", "", ["2025-H2"]).empty


def test_a_folder_that_is_not_here_is_that_of_the_project(folder, monkeypatch):
    monkeypatch.setattr(reports, "PROJECT", folder.parent)
    assert len(published_figures(folder.name, "Test", "", ["2025-H1"])) == 2


def test_restated(shop, folder):
    books = [shop.at(shop.period.previous), shop]
    found, earlier = published(books, str(folder))
    assert len(earlier) == 6
    # From 4 to 3 orders, which were 3 at the second publication; from 1/2 to 2/3; from 800 to 820. The rows of the file
    # grow with it, and are no restatement.
    assert found[["period", "name", "was", "now"]].to_numpy().tolist() == [
        ["2025-H1", "orders", 4, 3],
        ["2025-H2", "retention_rate", 0.5, pytest.approx(2 / 3)],
        ["2025-H2", "revenue", 800, 820],
    ]
    assert found["change"].tolist() == pytest.approx([-1, 1 / 6, 20])
    assert found["definitions_changed"].tolist() == [True, False, False]


def test_rounding_is_no_restatement(shop):
    row = {"period": "2025-H2", "name": "revenue", "value": 820 * (1 + 1e-12), "definitions": DEFINITIONS}
    earlier = pd.DataFrame([row | {"first_value": np.nan, "first_restated": None}])
    assert restated([shop], earlier).empty


@pytest.mark.parametrize(
    ("name", "value", "restatements", "expected"),
    [
        # Revenue is 820 today, the net promoter score is not measured.
        ("revenue", None, [], [np.nan, 820]),
        ("nps", 40, [], [40, np.nan]),
        ("nps", None, [], None),
        # First published without a value, and with one since.
        ("revenue", 820, [{"name": "revenue", "was": None, "on": "2026-02-01"}], [np.nan, 820]),
        # First published with a value, and without since.
        ("nps", None, [{"name": "nps", "was": 40, "on": "2026-02-01"}], [40, np.nan]),
        ("revenue", None, [{"name": "revenue", "was": 800, "on": "2026-02-01"}], [800, 820]),
    ],
)
def test_a_figure_that_has_or_had_no_value(shop, tmp_path, name, value, restatements, expected):
    write(tmp_path, "2025-H2", {name: value}, restatements=restatements)
    found, _earlier = published([shop], str(tmp_path))
    assert found["name"].tolist() == ([] if expected is None else [name])
    if expected is not None:
        was, now, change = found.loc[0, ["was", "now", "change"]]
        assert [was, now] == pytest.approx(expected, nan_ok=True)
        assert np.isnan(change) == any(np.isnan(expected))


def test_figures_without_a_value_come_after_those_that_changed(shop, tmp_path):
    write(tmp_path, "2025-H2", {"active_customers": None, "revenue": 800.0, "orders": 10})
    found, _earlier = published([shop], str(tmp_path))
    # 5 orders for 10, 820 for 800, and 4 customers for none.
    assert found["name"].tolist() == ["orders", "revenue", "active_customers"]


# ---- told


@pytest.fixture
def changed():
    rows = [
        ("2025-H1", "revenue", "money", 1002450.0, 1001200.0, -1250.0, False),
        ("2025-H1", "retention_rate", "rate", 0.79, 0.78, -0.01, True),
        ("2025-H1", "orders", "count", np.nan, 12.0, np.nan, False),
        *((f"20{n}-H1", "orders", "count", 1.0, 2.0, 1.0, False) for n in range(10, 21)),
    ]
    columns = ["period", "name", "unit", "was", "now", "change", "definitions_changed"]
    return pd.DataFrame(rows, columns=columns)


def test_table(changed, english):
    table = shown.table(changed, changed, "reports", words=english)
    assert [[cell.text for cell in row] for row in table.rows[:3]] == [
        ["Revenue", "H1\u00a02025", "€1,002,450", "€1,001,200", "-€1,250", "The data have changed"],
        ["Retention rate", "H1\u00a02025", "79.0%", "78.0%", "-1.0 pt", "The definition has changed"],
        ["Orders", "H1\u00a02025", "–", "12", "–", "The data have changed"],
    ]
    assert (len(table.rows), len(table.more.rows)) == (12, 2), "those that changed less are folded"
    assert table.rows[3][4].text == "+1"


def test_sentence(changed, english):
    assert shown.sentence(changed, changed, "", words=english) == (
        "14 figures published earlier have changed, the most: Revenue in H1\u00a02025, from €1,002,450 to €1,001,200."
    )
    assert shown.sentence(changed[:0], changed, "", words=english) == ("No published figure has changed.")
    assert "No report of these periods" in shown.sentence(changed[:0], changed[:0], "", words=english)
