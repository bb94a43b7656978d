"""What was published earlier beside what the data say today."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from portfolio import DEFINITIONS
from portfolio.base.book import Book
from portfolio.review.comparison.published import published_figures
from portfolio.review.figures.numbers import history
from portfolio.topics.contract import FILE

# Figures that do not change by more than this share are the same: they were rounded for JSON, not restated.
SAME = 1e-9


def published(books: Sequence[Book], reports_dir: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``restated``, and the figures that a folder of reports holds of these books."""
    last = books[-1]
    periods = [book.period.name for book in books]
    found = published_figures(reports_dir, last.portfolio.name, str(last.segment), periods)
    return restated(books, found), found


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
    figures = books[-1].topics.figures
    today = history(books).melt(["name", "unit", "direction"], var_name="period", value_name="now")
    both = published.merge(today, on=["period", "name"])
    counts_of_the_file = [name for name, figure in figures.items() if figure.group is FILE]
    both = both[~both["name"].isin(counts_of_the_file)].copy()
    # A figure first published without a value has none to take its place.
    both["was"] = both["first_value"].where(both["first_restated"].notna(), both["value"])
    both["change"] = both["now"] - both["was"]
    both["definitions_changed"] = both["definitions"] != DEFINITIONS
    scale = both[["was", "now"]].abs().max(axis=1)
    moved = (both["change"].abs() > SAME * scale) | (both["was"].isna() != both["now"].isna())
    both = both.assign(size=both["change"].abs() / scale.where(scale > 0))[moved]
    both["place"] = both["name"].map({name: place for place, name in enumerate(figures)})
    both = both.sort_values(["size", "period", "place"], ascending=[False, True, True], na_position="last")
    return both[["period", "name", "unit", "was", "now", "change", "definitions_changed"]].reset_index(drop=True)
