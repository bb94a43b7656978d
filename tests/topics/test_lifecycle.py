"""The lifecycle on the shop of ``conftest.py``. Each state and its limits are in ``tests/base/test_classes.py``."""

import pytest

from portfolio.topics.lifecycle.numbers import lifecycle, values

STATES = ["prospect", "new", "loyal", "regular", "at_risk", "inactive", "lost"]


def test_lifecycle(shop):
    found = lifecycle(shop)
    assert list(found.columns) == ["lifecycle", "customers", "share", "revenue", "previous_customers", "sure"]
    assert found["lifecycle"].tolist() == STATES
    # fay and gus; cat; none; ann and dan; none; bob and eve; hal.
    assert found["customers"].tolist() == [2, 1, 0, 2, 0, 2, 1]
    assert found["share"].tolist() == pytest.approx([2 / 8, 1 / 8, 0, 2 / 8, 0, 2 / 8, 1 / 8], rel=1e-12)
    # Over 2025: fay -30; cat 150; ann 700 and dan 50; bob 350 and eve 300.
    assert found["revenue"].tolist() == [-30, 150, 0, 750, 0, 650, 0]
    # On 30 June 2025: gus; ann, bob, eve (first order in 2025-H1; eve entered the list before); dan, 406 days, and hal.
    assert found["previous_customers"].tolist() == [1, 3, 0, 0, 0, 0, 2]
    assert not found["sure"].any()  # none beside three comes by chance one time in four


def test_figures_are_counted_over_all_customers(shop):
    assert values(shop)["lifecycle_inactive"] == (2, 8)


def test_the_first_period_has_no_previous(start):
    found = lifecycle(start).set_index("lifecycle")
    assert found["customers"].sum() == 1
    assert found.loc["new", ["customers", "share", "revenue"]].tolist() == [1, 1, 500]
    assert found["previous_customers"].isna().all()


def test_nobody_active(empty):
    found = lifecycle(empty).set_index("lifecycle")["customers"]
    # 30 June: ann bought 91 days ago, bob 149.
    assert found[found > 0].to_dict() == {"inactive": 2}
