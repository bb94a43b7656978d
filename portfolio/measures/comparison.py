"""Semesters side by side: who moved, what was restated, which findings are new. Report: semester_comparison."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.classes import RFM_SEGMENTS
from portfolio.measures import activity
from portfolio.measures.findings import findings
from portfolio.measures.metrics import DEFINITIONS, METRICS, history

# Figures that do not change by more than this share are the same: they were rounded for JSON, not restated.
SAME = 1e-9


def movements(books: Sequence[Book]) -> pd.DataFrame:
    """Return ``activity.movement`` of each book, oldest first, with its ``period``."""
    rows = [activity.movement(book).assign(period=book.period.name) for book in books]
    return pd.concat(rows, ignore_index=True)[["period", *rows[0].columns.drop("period")]]


def revenue_bridges(books: Sequence[Book]) -> pd.DataFrame:
    """Return ``activity.revenue_bridge`` of each book that has a period before it, with its ``period``."""
    rows = [activity.revenue_bridge(book).assign(period=book.period.name) for book in books if book.previous]
    if not rows:
        return pd.DataFrame(columns=["period", "step", "customers", "revenue"])
    return pd.concat(rows, ignore_index=True)[["period", "step", "customers", "revenue"]]


def rfm_migration(before: Book, now: Book) -> pd.DataFrame:
    """Say who moved between RFM segments, both books being measured with the same ruler.

    Returns
    -------
    DataFrame
        One row for each pair of segments met: ``rfm_before``, ``rfm_now``, ``customers``, ``revenue`` (trailing
        window of the later book). Customers unknown in the earlier book count as prospects there.
    """
    earlier = before.whole.customers.select("customer_id", rfm_before=_.rfm_segment)
    both = now.customers.select("customer_id", "trailing_revenue", rfm_now=_.rfm_segment).left_join(
        earlier, "customer_id"
    )
    table = (
        both.mutate(rfm_before=_.rfm_before.fill_null("prospects"))
        .group_by("rfm_before", "rfm_now")
        .agg(customers=_.count(), revenue=_.trailing_revenue.sum().cast("float64"))
    )
    found = now.execute(table)
    order = {name: place for place, name in enumerate(RFM_SEGMENTS)}
    return found.sort_values(["rfm_before", "rfm_now"], key=lambda names: names.map(order), ignore_index=True)


def restated(books: Sequence[Book], published: pd.DataFrame) -> pd.DataFrame:
    """Say which figures published earlier are not what the data say today.

    Parameters
    ----------
    published
        The table of ``published_figures``.

    Returns
    -------
    DataFrame
        ``period``, ``name``, ``unit``, ``was`` (as first published), ``now``, ``change``, ``definitions_changed``
        (True when they were made by another version of the definitions), largest relative change first. Late credit
        notes are the usual reason. Counts of the ledger are left out: they grow with the file.
    """
    # Each period was published with its own cut-offs; those frozen for a comparison are not a restatement.
    today = history([book.at(book.period) for book in books]).melt(
        ["name", "unit", "direction"], var_name="period", value_name="now"
    )
    both = published.merge(today, on=["period", "name"])
    both = both[~both["name"].str.startswith("rows_")]
    both["was"] = both["first_value"].fillna(both["value"])
    both["change"] = both["now"] - both["was"]
    both["definitions_changed"] = both["definitions"] != DEFINITIONS
    scale = both[["was", "now"]].abs().max(axis=1)
    moved = (both["change"].abs() > SAME * scale) | (both["was"].isna() != both["now"].isna())
    both = both.assign(size=both["change"].abs() / scale.where(scale > 0))[moved]
    both["place"] = both["name"].map({name: place for place, name in enumerate(METRICS)})
    both = both.sort_values(["size", "period", "place"], ascending=[False, True, True], na_position="last")
    return both[["period", "name", "unit", "was", "now", "change", "definitions_changed"]].reset_index(drop=True)


def findings_over(before: Book, now: Book) -> pd.DataFrame:
    """Say which findings are new, still there, or gone.

    Returns
    -------
    DataFrame
        The columns of ``findings``, with ``status`` (new, still, gone) and ``money_before`` (NaN when new). A finding
        is the same when its quadrant, rule, measure and segment are.
    """
    keys = ["quadrant", "rule", "measure", "segment"]
    then, here = findings(before), findings(now)
    both = here.merge(then, on=keys, how="outer", suffixes=("", "_before"), indicator=True)
    both["status"] = both["_merge"].map({"both": "still", "left_only": "new", "right_only": "gone"}).astype(str)
    gone = both["status"] == "gone"
    for column in here.columns.difference(keys):
        both[column] = both[column].where(~gone, both[f"{column}_before"])
    both = both.astype({"money_before": "float64", "customers": "int64"})
    order = {status: place for place, status in enumerate(("new", "still", "gone"))}
    both = both.assign(place=both["status"].map(order)).sort_values(
        ["place", "money", "rule", "segment"], ascending=[True, False, True, True]
    )
    return both[[*here.columns, "status", "money_before"]].reset_index(drop=True)
