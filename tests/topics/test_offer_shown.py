"""The offer shown: what is bought of it, and what is left to win."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.topics.offer import shown


@pytest.fixture
def categories():
    rows = [
        ("Sites web", 612, 0.593, 510200.0, 640.0, 419, 120300.0, False),
        ("<i>Cybersécurité", 84, 0.081, 40100.0, 410.0, 947, 320100.0, True),
    ]
    columns = ["category", "customers", "coverage", "revenue", "median_spend", "lacking", "whitespace", "little_known"]
    return pd.DataFrame(rows, columns=columns)


def test_sentence(categories, english):
    assert shown.sentence(categories, words=english) == (
        "“<i>Cybersécurité” has most to win: 8% of customers buy it, and their peers could bring €320K at most."
    )
    assert "no category" in shown.sentence(categories.assign(whitespace=np.nan), words=english)


def test_table(categories, english):
    table = shown.table(categories, words=english)
    assert [cell.text for cell in table.rows[0]] == [
        "Sites web", "612", "59.3%", "€510,200", "€640.00", "419", "€120,300"
    ]  # fmt: skip
    assert "<i>" not in table.html
