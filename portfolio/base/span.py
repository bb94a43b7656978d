"""The days that orders cover: where they start and stop, give or take the usual gap between days with orders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import ibis
import pandas as pd
from ibis import _

from portfolio.base.cleaning import CleanTables
from portfolio.params.periods import Period, months_before

# A gap between days with orders is usual up to so many times the median one; a week always is, a quarter never.
USUAL_GAPS, LEAST_SLACK, MOST_SLACK = 3, 7, 91


@dataclass(frozen=True)
class Span:
    """The days of the first and the last order line, and the usual gap.

    Attributes
    ----------
    first, last
        Days of the first and the last line.
    slack
        Days without an order that say nothing: three times the median gap between days with orders, at least 7,
        at most 91.
    """

    first: dt.date
    last: dt.date
    slack: int

    def covers(self, day: dt.date) -> bool:
        """Whether orders go back to a day."""
        return self.first <= day + dt.timedelta(days=self.slack)

    @property
    def reach(self) -> dt.date:
        """The last day that orders count as reaching."""
        return self.last + dt.timedelta(days=self.slack)

    def stops(self, period: Period) -> dt.date | None:
        """Return the day of the last order where orders stop before the end of a period, else None."""
        return None if period.as_of <= self.reach and period.start <= self.last else self.last

    def ruler_period(self, period: Period, trailing_months: int) -> Period:
        """Return the first period of a kind whose trailing window is wholly covered by orders, else the given one.

        The trailing window of a period ends with it. A kind's periods follow the fiscal year; those of a range of days
        are counted back from it.
        """
        found, earlier = None, period
        while earlier.end > self.first:
            if self.covers(months_before(earlier.end, trailing_months)):
                found = earlier
            earlier = earlier.previous
        return found or period


_spans: WeakKeyDictionary[CleanTables, Span] = WeakKeyDictionary()


def span_of(clean: CleanTables) -> Span:
    """Return the days that the order lines of a portfolio cover, measured once."""
    if clean not in _spans:
        _spans[clean] = _measured(clean)
    return _spans[clean]


def _measured(clean: CleanTables) -> Span:
    orders = clean.tables["orders"]
    days = orders.filter(orders.amount > 0).select("order_date").distinct()
    before = days.order_date.lag().over(ibis.window(order_by=days.order_date))
    gaps = days.select(gap=days.order_date.delta(before, unit="day")).filter(_.gap.notnull())
    ends = orders.agg(first=orders.order_date.min(), last=orders.order_date.max())
    usual = gaps.agg(gap=_.gap.cast("float64").median())
    row = clean.engine.run(ends.cross_join(usual)).iloc[0]
    gap = 0.0 if pd.isna(row["gap"]) else float(row["gap"])
    slack = min(max(LEAST_SLACK, int(USUAL_GAPS * gap)), MOST_SLACK)
    return Span(pd.Timestamp(row["first"]).date(), pd.Timestamp(row["last"]).date(), slack)
