"""The figures of the prediction that leave a report, for metrics.json and for later comparison."""

from __future__ import annotations

import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.measures.metrics import NO_ORDER, Kind
from portfolio.measures.predicted import prediction
from portfolio.measures.predicted_holdout import top_customers, total, validation
from portfolio.measures.predicted_models import NO_HOLDOUT, NO_REPEAT, NO_VALUE, before
from portfolio.measures.predicted_value import at_risk, capital


def kinds(book: Book) -> dict[str, Kind]:
    """Return the figures of a book with their units: name -> ``Kind``, those of the headline first."""
    short, long = book.thresholds.value_horizons_months
    return {
        f"capital_{long}_months": Kind("money", "up"),
        f"clv_{long}_months": Kind("money", "up"),
        "at_risk_value": Kind("money", "down"),
        "probability_alive_mean": Kind("rate", "up"),
        "expected_revenue_next_period": Kind("money", "up"),
        "forecast_error": Kind("rate"),
        "top_20_percent_hit_rate": Kind("rate", "up"),
        f"capital_{short}_months": Kind("money", "up"),
        f"clv_{short}_months": Kind("money", "up"),
        "expected_purchases_next_period": Kind("count", "up"),
        "frequency_value_correlation": Kind("ratio"),
    }


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return each figure with what it is counted over: name -> (value, n); NaN where there is none."""
    return book.once("predicted_values", lambda: _values(book))


def _values(book: Book) -> dict[str, tuple[float, float]]:
    found, held = prediction(book), validation(book)
    nothing = dict.fromkeys(kinds(book), (np.nan, 0))
    if not found.customers:
        return nothing
    row = book.execute(
        found.of_customers.agg(
            n=_.count(),
            alive=_.probability_alive.mean(),
            purchases=_.expected_purchases_next_period.sum(),
            revenue=_.expected_revenue_next_period.sum().cast("float64"),
        )
    ).iloc[0]
    n = int(row["n"])
    figures = {
        "probability_alive_mean": (row["alive"], n),
        "expected_purchases_next_period": (row["purchases"], n),
        "expected_revenue_next_period": (row["revenue"], n),
        "frequency_value_correlation": (found.fits.correlation, found.fits.repeat_buyers - found.fits.left_out),
    }
    for each in capital(book).itertuples():
        figures[f"clv_{each.months}_months"] = (each.value, each.customers)
        figures[f"capital_{each.months}_months"] = (each.capital, each.customers)
    for each in at_risk(book).itertuples():
        figures["at_risk_value"] = (each.at_risk, each.customers)
    for each in total(held).itertuples():
        figures["forecast_error"] = (each.error, each.customers)
    for each in top_customers(held).itertuples():
        figures["top_20_percent_hit_rate"] = (each.share, each.customers)
    return nothing | figures


def metrics(book: Book) -> pd.DataFrame:
    """Return every figure beside that of the period before, in the columns of ``metrics.metrics``."""
    now, earlier = values(book), before(book)
    then = values(earlier) if earlier is not None else {}
    rows = []
    for name, kind in kinds(book).items():
        value, n = now[name]
        missing = pd.isna(value)
        rows.append(
            {
                "name": name,
                "value": np.nan if missing else float(value),
                "unit": kind.unit,
                "direction": kind.direction,
                "previous": float(then[name][0]) if name in then else np.nan,
                "target": np.nan,
                "n": int(n),
                "reason": _reason(book, name) if missing else "",
            }
        )
    return pd.DataFrame(rows)


def _reason(book: Book, name: str) -> str:
    found = prediction(book)
    if found.of_customers is None:
        return NO_REPEAT
    if not found.customers:
        return NO_ORDER
    if name in ("forecast_error", "top_20_percent_hit_rate"):
        return NO_HOLDOUT
    return NO_VALUE if found.fits.values is None else NO_REPEAT
