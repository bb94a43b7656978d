"""metrics.json: numbers or null with a reason, and nothing lost when figures are published again."""

import json
from pathlib import Path

import pytest

from portfolio.errors import ReportError
from portfolio.params.notebook import Notebook
from portfolio.params.periods import parse_period
from portfolio.report import metrics
from portfolio.report.job import Job

JOB = Job(
    Notebook("review", Path("review.ipynb"), "# Review"),
    "2025-H1",
    parse_period("2025-H1"),
    "region=Bretagne",
    "2025-H1/region=bretagne/review",
    "params.yml",
    "en",
)
REVENUE = {
    "name": "revenue",
    "value": 10.5,
    "unit": "money",
    "direction": "up",
    "previous": 9,
    "year_ago": 8,
    "target": None,
    "n": 3,
}


def figures(*payloads):
    return metrics.figures(payloads, JOB, "Small", "EUR")


def test_the_content_is_the_design_s():
    assert figures([REVENUE]) == {
        "schema": 1,
        "portfolio": "Small",
        "notebook": "review",
        "period": "2025-H1",
        "segment": "region=Bretagne",
        "as_of": "2025-06-30",
        "currency": "EUR",
        "definitions": "1",
        "metrics": [REVENUE],
    }


def test_what_the_notebook_says_of_itself_is_kept():
    told = figures({"currency": "GBP", "as_of": "2025-06-29", "metrics": [REVENUE]})
    assert (told["currency"], told["as_of"]) == ("GBP", "2025-06-29")


def test_how_figures_are_measured_is_kept():
    told = figures({"ruler": "2024-H2", "incomplete": "2025-05-31", "metrics": [REVENUE]})
    assert (told["ruler"], told["incomplete"]) == ("2024-H2", "2025-05-31")
    assert not {"ruler", "incomplete"} & set(figures([REVENUE]))


def test_no_figure_no_file():
    assert figures() is None
    assert figures([]) is None


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "nan"])
def test_no_number_is_null_with_a_reason(value):
    (metric,) = figures([REVENUE | {"value": value, "reason": "no order"}])["metrics"]
    assert metric["value"] is None
    assert metric["reason"] == "no order"
    assert figures([REVENUE | {"value": value}])["metrics"][0]["reason"]


@pytest.mark.parametrize("value", ["12", True, [1]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ReportError, match="revenue"):
        figures([REVENUE | {"value": value}])


def test_a_figure_given_twice_must_be_the_same():
    assert len(figures([REVENUE], [REVENUE])["metrics"]) == 1
    with pytest.raises(ReportError, match="twice"):
        figures([REVENUE], [REVENUE | {"value": 1}])


def test_the_text_is_stable_and_strict():
    text = metrics.dump(figures([REVENUE]))
    assert text == metrics.dump(json.loads(text))
    assert text.endswith("}\n")
    assert '\n      "value": 10.5,' in text


def test_restatements_add_up(tmp_path):
    path = tmp_path / "review.metrics.json"
    first = figures([REVENUE])
    assert metrics.keep_history(first, path, "2025-07-01") == first

    path.write_text(metrics.dump(first))
    assert metrics.keep_history(first, path, "2025-07-02") == first

    second = metrics.keep_history(figures([REVENUE | {"value": 9.5}]), path, "2025-08-01")
    assert second["restatements"] == [{"name": "revenue", "was": 10.5, "is": 9.5, "on": "2025-08-01"}]

    path.write_text(metrics.dump(second))
    third = metrics.keep_history(figures([REVENUE | {"value": None}]), path, "2025-09-01")
    assert third["restatements"] == [
        *second["restatements"],
        {"name": "revenue", "was": 9.5, "is": None, "on": "2025-09-01"},
    ]


def test_other_definitions_are_not_a_restatement(tmp_path):
    path = tmp_path / "review.metrics.json"
    path.write_text(metrics.dump(figures([REVENUE]) | {"definitions": "0"}))
    assert "restatements" not in metrics.keep_history(figures([REVENUE | {"value": 1}]), path, "2025-08-01")
