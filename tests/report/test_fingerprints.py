"""What a report is made of: a report is made anew when that changes, and only then."""

from __future__ import annotations

import pytest

from portfolio.params import load_params
from portfolio.params.notebook import Notebook
from portfolio.params.periods import parse_period
from portfolio.report.fingerprints import changed, made_of
from portfolio.report.job import Job

PARAMS = "portfolio:\n  name: Test\n  tables:\n    orders: {source: orders.csv}\n  topics: [own.py]\n"


@pytest.fixture
def fingerprint(tmp_path):
    """Return a function that gives the fingerprint of a report, once some files are written, of data read."""
    notebook = Notebook("review", tmp_path / "review.ipynb", "# Review")
    job = Job(notebook, "2025-H1", parse_period("2025-H1"), "", "2025-H1/review", "params.yml", "en")

    def fingerprint(data=None, **files):
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return made_of(job, load_params(tmp_path / "params.yml"), data or {"orders": "a", "surveys": "b"})

    fingerprint(orders_csv="", own_py="TOPIC = 1\n", review_ipynb="{}", params_yml=PARAMS)
    return fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        {"own_py": "TOPIC = 2\n"},
        {"review_ipynb": "{ }"},
        {"data": {"orders": "other", "surveys": "b"}},
        {"params_yml": PARAMS + "  ruler: 2024-H2\n"},
        {"params_yml": PARAMS + "  findings: {detractors: false}\n"},
        {"params_yml": PARAMS + "  thresholds: {opt_in: nobody}\n"},
    ],
)
def test_a_report_is_made_anew_when_what_it_is_made_of_changes(fingerprint, changed):
    before = fingerprint()
    assert fingerprint(**changed) != before


def test_one_report_more_and_a_comment_make_no_other_anew(fingerprint):
    before = fingerprint()
    assert fingerprint(params_yml=PARAMS + "# a comment\nreports: []\n") == before


def test_a_table_that_was_not_read_is_no_reason(fingerprint):
    before = fingerprint()
    after = fingerprint(data={"orders": "a", "surveys": "other"})
    assert changed({"made_of": before, "reads": ["orders", "surveys"]}, after) == ["surveys"]
    assert changed({"made_of": before, "reads": ["orders"]}, after) == []
    # A notebook that asks us for no table may read files by itself.
    assert changed({"made_of": before, "reads": []}, after) == ["surveys"]
