"""Purchase histories: read and checked once, counted by distinct history, made coarse for a first look.

A history is what the models need to know of a customer. The field's conventions (Fader and Hardie):

=================  ========================================================================================
frequency          purchase days after the first, a whole number
recency            time from the first to the last purchase (0 when frequency is 0)
T                  time from the first purchase to the as-of date, at least ``recency``
monetary_value     mean of the daily sums over the repeat purchases only (value models)
customers          optional: the number of customers who share the history, 1 when the column is missing
=================  ========================================================================================

Times are in weeks by convention; any other unit serves, as long as horizons use the same one.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .errors import InvalidHistories, NoRepeatPurchases

TIMING = ("frequency", "recency", "T")
VALUE = ("frequency", "monetary_value")


@dataclass(frozen=True)
class Histories:
    """Checked columns as arrays; ``customers`` is the weight of each row, ``index`` the caller's rows."""

    frequency: np.ndarray
    customers: np.ndarray
    index: pd.Index
    counted: bool
    recency: np.ndarray | None = None
    T: np.ndarray | None = None
    monetary_value: np.ndarray | None = None

    def __len__(self):
        return len(self.frequency)

    @property
    def measured(self):
        """Names of the real-valued columns that are present."""
        return [name for name in ("recency", "T", "monetary_value") if getattr(self, name) is not None]

    def rows(self, chosen):
        """The same histories, for a mask, a slice or positions of rows."""
        columns = {name: getattr(self, name)[chosen] for name in ["frequency", "customers", *self.measured]}
        return replace(self, index=self.index[chosen], **columns)

    def series(self, values, name):
        """`values` as a Series aligned to the caller's rows."""
        return pd.Series(values, index=self.index, name=name)


def read_histories(table, columns):
    """Check `table` and return its columns as arrays.

    Parameters
    ----------
    table : DataFrame, or anything with those columns (dict of arrays, Arrow table)
    columns : TIMING or VALUE

    Raises
    ------
    InvalidHistories
        With all the problems at once: missing columns, no rows, missing or infinite numbers, negative or
        fractional frequency, recency beyond T, recency without a repeat purchase, customers of 0 or less.
    """
    if not isinstance(table, pd.DataFrame):
        table = table.to_pandas() if hasattr(table, "to_pandas") else pd.DataFrame(table)
    missing = [name for name in columns if name not in table]
    if missing:
        given = ", ".join(map(str, table.columns)) or "none"
        raise InvalidHistories([f"missing column {', '.join(missing)} (columns given: {given})"])
    if not len(table):
        raise InvalidHistories(["the table has no rows"])

    problems, values = [], {}
    for name in [*columns, *(["customers"] if "customers" in table else [])]:
        try:
            values[name] = np.array(table[name].to_numpy(dtype=float, na_value=np.nan))
        except (TypeError, ValueError):
            problems.append(f"{name} holds something that is not a number")
    if problems:
        raise InvalidHistories(problems)

    def must(valid, what):
        if not valid.all():
            first = table.index[int(np.argmin(valid))]
            problems.append(f"{what} ({np.count_nonzero(~valid)} of {len(valid)} rows, the first is row {first!r})")

    # A missing monetary value is no error: one-time buyers have none, and unusable ones are left out and counted.
    finite = {name: np.isfinite(column) for name, column in values.items() if name != "monetary_value"}
    for name, valid in finite.items():
        must(valid, f"{name} is missing or infinite")
    x = values["frequency"]
    must(~finite["frequency"] | ((x >= 0) & (x == np.floor(x))), "frequency must be a whole number, 0 or more")
    if "T" in values:
        recency, T = values["recency"], values["T"]
        must(~finite["recency"] | (recency >= 0), "recency must be 0 or more")
        must(~finite["T"] | (T >= 0), "T must be 0 or more")
        must(~(recency > T), "recency must not exceed T")
        must(~((x == 0) & (recency > 0)), "recency must be 0 when frequency is 0")
    if "customers" in values:
        must(~finite["customers"] | (values["customers"] > 0), "customers must be above 0")
    if problems:
        raise InvalidHistories(problems)

    counted = "customers" in values
    weight = values.pop("customers") if counted else np.ones(len(x))
    values["frequency"] = x.astype(np.int64)
    return Histories(customers=weight, index=table.index, counted=counted, **values)


def require_repeats(histories):
    """Raise NoRepeatPurchases unless some customer bought again."""
    if not histories.frequency.any():
        raise NoRepeatPurchases(
            f"{histories.customers.sum():.0f} customers were given, and none bought again (frequency is 0 "
            "throughout); a model needs customers with a second purchase: take a longer period"
        )


def grouped(histories):
    """Each distinct history once, its customers added up; in sorted order, so that row order does not matter."""
    code = histories.frequency
    for name in histories.measured:
        number, distinct = pd.factorize(getattr(histories, name), sort=True)
        # Renumbered after each column, so that the key cannot overflow.
        code = pd.factorize(code * len(distinct) + number, sort=True)[0]
    weight = np.bincount(code, weights=histories.customers)
    first = np.empty(len(weight), dtype=np.int64)
    first[code[::-1]] = np.arange(len(code) - 1, -1, -1)
    return replace(histories.rows(first), customers=weight, counted=True)


def coarse(histories, levels):
    """Histories gathered in cells of a grid of `levels` by column; a cell is at the mean of its members."""
    code = pd.factorize(histories.frequency)[0]
    for name in histories.measured:
        column = getattr(histories, name)
        column = np.log(column) if name == "monetary_value" else column
        low, width = column.min(), np.ptp(column) / levels
        if width > 0:
            code = code * (levels + 1) + ((column - low) / width).astype(np.int64)
    present = np.bincount(code) > 0
    cell = (np.cumsum(present) - 1)[code]
    weight = np.bincount(cell, weights=histories.customers)
    frequency = np.empty(len(weight), dtype=np.int64)
    frequency[cell] = histories.frequency
    means = {
        name: np.bincount(cell, weights=histories.customers * getattr(histories, name)) / weight
        for name in histories.measured
    }
    index = pd.RangeIndex(len(weight))
    return Histories(frequency=frequency, customers=weight, index=index, counted=True, **means)
