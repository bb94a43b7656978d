"""The headline figures over the last periods, on the shop of ``conftest.py``."""

import pytest

from portfolio.topics.activity.history import history as headline_history

COUNTS = ["active_customers", "orders", "revenue"]


def test_headline_history(shop):
    found = headline_history(shop)
    assert found["period"].tolist() == [
        "2023-H2",
        "2024-H1",
        "2024-H2",
        "2025-H1",
        "2025-H2",
    ]  # from the first order on
    found = found.set_index("period")
    assert found[COUNTS].to_numpy().tolist() == [
        [1, 1, 500],  # hal
        [1, 1, 80],  # dan
        [0, 0, 0],
        [3, 3, 700],  # ann, bob, eve
        [4, 5, 820],
    ]
    # Nobody can tell whether hal is new: orders start with the period.
    assert found["new_customers"].tolist() == pytest.approx([float("nan"), 1, 0, 3, 1], nan_ok=True)
    assert found["average_basket"].tolist() == pytest.approx([500, 80, float("nan"), 700 / 3, 164], nan_ok=True)
    margins = [0.5, 0.5, float("nan"), 340 / 700, 255 / 650]
    assert found["margin_rate"].tolist() == pytest.approx(margins, rel=1e-12, nan_ok=True)
    # hal left, then dan; nobody was there before 2025-H1; of ann, bob and eve two stayed.
    retention = [float("nan"), 0, 0, float("nan"), 2 / 3]
    assert found["retention_rate"].tolist() == pytest.approx(retention, rel=1e-12, nan_ok=True)


def test_length(shop):
    found = headline_history(shop, 2)
    assert found["period"].tolist() == ["2025-H1", "2025-H2"]
    # What a customer did before the first period shown still counts: dan is not new, retention is known.
    assert found["new_customers"].tolist() == [3, 1]
    assert found["retention_rate"].tolist()[1] == pytest.approx(2 / 3, rel=1e-12)


def test_first_period(start):
    found = headline_history(start)
    assert found["period"].tolist() == ["2023-H2"]
    assert found[COUNTS].to_numpy().tolist() == [[1, 1, 500]]
    assert found["new_customers"].isna().all()


def test_the_lines_after_the_period_are_unknown_to_it(shop):
    assert headline_history(shop)["revenue"].sum() == 2100  # without the 999 of 2026


def test_quarters(empty):
    found = headline_history(empty).set_index("period")
    assert list(found.index) == ["2025-Q1", "2025-Q2"]
    assert found["active_customers"].tolist() == [2, 0]
