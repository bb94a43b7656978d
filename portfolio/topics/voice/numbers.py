"""What customers say: net promoter score. Definition: Money, voice and file."""

from __future__ import annotations

from math import sqrt

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.chance import DEVIATE
from portfolio.topics.rates import ratio

PROMOTER, DETRACTOR = 9, 6


def nps(book: Book) -> pd.DataFrame:
    """Return the net promoter score of the period.

    Returns
    -------
    DataFrame
        One row: ``nps`` = 100 (promoters - detractors) / answers, in points, ``standard_error`` =
        100 sqrt((p + d - (p - d)^2) / n), ``low`` and ``high`` (95 %, within -100 to 100), ``answers``, ``detractors``
        (customers whose latest answer is 0 to 6) and ``detractors_revenue`` (their revenue over the trailing window).
        NaN without answers.
    """
    return book.once_together("nps", _scores).copy()


def interval(book: Book) -> tuple[float, float]:
    """Return the 95 % interval of the score."""
    row = nps(book).iloc[0]
    return row["low"], row["high"]


def _scores(books: list[Book]) -> list[pd.DataFrame]:
    if not books[0].measured("surveys", "nps"):
        nothing = dict.fromkeys(("nps", "standard_error", "low", "high"), np.nan)
        row = nothing | {"answers": 0, "detractors": 0, "detractors_revenue": np.nan}
        return [pd.DataFrame([row]) for _book in books]
    found = books[0].run(ibis.union(*(_sums(book, place) for place, book in enumerate(books)))).set_index("place")
    return [_score(found.loc[place]) for place in range(len(books))]


def _sums(book: Book, place: int) -> ibis.Table:
    answers = _answers(book)
    scores = answers.agg(
        n=_.count(), promoters=_.count(where=_.nps >= PROMOTER), detractors=_.count(where=_.nps <= DETRACTOR)
    )
    people = unhappy(book).agg(people=_.count(), revenue=_.trailing_revenue.sum().cast("float64"))
    return scores.cross_join(people).mutate(place=ibis.literal(place))


def _score(row: pd.Series) -> pd.DataFrame:
    n = int(row["n"])
    p, d = ratio(row["promoters"], n), ratio(row["detractors"], n)
    score = 100 * (p - d)
    error = 100 * sqrt((p + d - (p - d) ** 2) / n) if n else np.nan
    return pd.DataFrame(
        [
            {
                "nps": score,
                "standard_error": error,
                "low": np.maximum(score - DEVIATE * error, -100),
                "high": np.minimum(score + DEVIATE * error, 100),
                "answers": n,
                "detractors": int(row["people"]),
                "detractors_revenue": float(row["revenue"]) if row["people"] else 0.0,
            }
        ]
    )


def two_periods(book: Book) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return ``nps`` of the period and of the one before, None in the first period."""
    return nps(book), nps(book.previous) if book.previous else None


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the score with the answers that it is made of."""
    row = nps(book).iloc[0]
    return {"nps": (row["nps"], row["answers"])}


def unhappy(book: Book) -> ibis.Table | None:
    """Return the customers whose latest answer of the period is 0 to 6; two on the same day count by the lower."""
    if not book.measured("surveys", "nps"):
        return None
    answers = _answers(book)
    last_day = answers.group_by("customer_id").agg(date=_.date.max())
    latest = answers.inner_join(last_day, ["customer_id", "date"]).group_by("customer_id").agg(nps=_.nps.min())
    return book.customers.semi_join(latest.filter(_.nps <= DETRACTOR), "customer_id")


def _answers(book: Book) -> ibis.Table:
    return book.table("surveys").filter(_.nps.between(0, 10), _.date >= book.period.start, _.date < book.period.end)
