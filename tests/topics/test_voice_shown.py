"""What customers say, shown: the score with its interval, beside that of the period before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.topics.voice import shown


@pytest.fixture
def nps():
    row = {"nps": 21.8, "standard_error": 4.2, "low": 13.6, "high": 30.0, "answers": 330, "detractors": 60}
    return pd.DataFrame([row | {"detractors_revenue": 999000.0}])


def test_sentence(nps, english):
    assert shown.sentence(nps, nps.assign(nps=25.0), words=english) == (
        "The Net Promoter Score is 21.8 over 330 answers (95% interval: 14 to 30), against 25 in H2\u00a02025; 60 "
        "detractors brought €999K over the last 12 months."
    )
    assert "against" not in shown.sentence(nps, None, words=english)


def test_no_answer_is_said(nps, english):
    none = nps.assign(nps=np.nan, answers=0)
    assert shown.sentence(none, None, words=english).startswith("No survey answer in H1\u00a02026")
    assert shown.table(none, None, words=english).rows == ()


def test_table(nps, english):
    table = shown.table(nps, nps.assign(nps=25.0, answers=1), words=english)
    assert [[cell.text for cell in row] for row in table.rows[:3]] == [
        ["Net Promoter Score", "21.8", "25"], ["Standard error", "4.2", "4.2"], ["Answers", "330", "1"]
    ]  # fmt: skip
    assert len(shown.table(nps, None, words=english).columns) == 2
