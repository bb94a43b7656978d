"""The offer shown: what is bought of it, and what is left to win."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.topics.offer import shown
from portfolio.topics.offer.numbers import COLUMNS


@pytest.fixture
def categories():
    rows = [
        ("Sites web", 612, 0.593, 510200.0, 640.0, 419, 420300.0, False),
        ("<i>Cybersécurité", 84, 0.081, 40100.0, 410.0, 947, 320100.0, True),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_sentence(categories, english):
    assert shown.sentence(categories, words=english) == (
        "“<i>Cybersécurité” has most to win: 8% of customers buy it, and their peers could bring €320K at most."
    )
    # Where all are well known, the one that could bring most.
    assert "“Sites web” has most to win" in shown.sentence(categories.assign(little_known=False), words=english)
    assert "no category" in shown.sentence(categories.assign(whitespace=np.nan), words=english)


def test_table(categories, english):
    table = shown.table(categories, words=english)
    assert [cell.text for cell in table.rows[0]] == [
        "Sites web", "612", "59.3%", "€510,200", "€640.00", "419", "€420,300"
    ]  # fmt: skip
    assert "<i>" not in table.html
