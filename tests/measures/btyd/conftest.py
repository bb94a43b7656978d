"""The CDNOW sample: Fader and Hardie's 2,357 customers, read from the data in the `lifetimes` wheel."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

CALIBRATION_END = pd.Timestamp("1997-09-30")
HOLDOUT_END = pd.Timestamp("1998-06-30")


def histories_at(days, as_of):
    """Histories in weeks, from one row per customer and day (`customer`, `date`, `amount`) up to `as_of`.

    Amounts of the first day are no part of `monetary_value`. Without repeat purchases it is 0.
    """
    known = days[days.date <= as_of]
    first = known.groupby("customer").date.transform("min")
    bought = known.groupby("customer").date
    again = known[known.date > first].groupby("customer")
    table = pd.DataFrame({
        "frequency": bought.count() - 1,
        "recency": (bought.max() - bought.min()).dt.days / 7,
        "T": (as_of - bought.min()).dt.days / 7,
    })
    return table.assign(monetary_value=again.amount.mean()).fillna({"monetary_value": 0.0})


@pytest.fixture(scope="session")
def purchase_days():
    """One row per customer and day. The package itself is not imported: it breaks with pandas 3."""
    spec = find_spec("lifetimes")
    if spec is None:
        pytest.skip("the data of the lifetimes wheel are not installed")
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "CDNOW_sample.txt"
    names = ["master", "customer", "date", "cds", "amount"]
    lines = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"date": str})
    lines["date"] = pd.to_datetime(lines.date, format="%Y%m%d")
    return lines.groupby(["customer", "date"], as_index=False).amount.sum()


@pytest.fixture(scope="session")
def cdnow(purchase_days):
    """Histories at the end of calibration, 1997-09-30."""
    return histories_at(purchase_days, CALIBRATION_END)


@pytest.fixture(scope="session")
def cdnow_full(purchase_days):
    """Histories at the end of the holdout, 39 weeks later."""
    return histories_at(purchase_days, HOLDOUT_END)
