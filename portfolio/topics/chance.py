"""What chance alone could make of a change. Definition: Compared with.

A count is held against another as two Poisson counts, a proportion as two samples; what customers add up to, or a
ratio of it, is held against a bootstrap of the customers. That one needs no draws: where each customer counts a Poisson
number of times (Chamandy et al. 2012), the variance of a sum of changes is the sum of their squares, and that of a
smooth function of sums is the sum of the squares of its influences. So it is the same whatever the order of the rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import ibis
import pandas as pd

from portfolio.base.book import Book
from portfolio.topics import rates

# A change that chance alone would make less often than this is more than chance.
LEVEL = 0.05
# The normal deviate of that level, both sides.
DEVIATE = 1.959963984540054


# What a customer adds to a sum: a column of the customer base, or ``add(customers, book)`` that gives one.
Add = str | Callable[[ibis.Table, Book], ibis.Value]


class Sums(NamedTuple):
    """A figure made of sums over the customers: the product of ``tops`` over that of ``unders``, whatever the unit.

    A basket is ``Sums(("revenue",), ("orders",))``.
    """

    tops: tuple[Add, ...]
    unders: tuple[Add, ...] = ()


def ordered(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return 1 for a customer who ordered in the period."""
    return customers.orders > 0


def counts_differ(now: float, before: float) -> bool | None:
    """Whether two counts differ more than chance: given their sum, one is half of it (Przyborowski, Wilenski 1940)."""
    if pd.isna(now) or pd.isna(before):
        return None
    from scipy.stats import binomtest  # slow to import

    both = int(now) + int(before)
    return bool(both and binomtest(int(now), both).pvalue < LEVEL)


def proportions_differ(now: float, n_now: float, before: float, n_before: float) -> bool | None:
    """Whether two proportions, over so many each, differ more than chance."""
    if pd.isna(now) or pd.isna(before) or not n_now or not n_before:
        return None
    return rates.proportions_differ(round(now * n_now), n_now, round(before * n_before), n_before) < LEVEL


def intervals_differ(now: float, interval: Sequence[float], before: float, earlier: Sequence[float]) -> bool | None:
    """Whether two figures with their 95 % intervals differ more than chance."""
    errors = [(high - low) / (2 * DEVIATE) for low, high in (interval, earlier)]
    return beyond(now - before, math.hypot(*errors))


def beyond(change: float, error: float) -> bool | None:
    """Whether a change is more than its standard error leaves to chance."""
    if pd.isna(change) or pd.isna(error):
        return None
    return bool(abs(change) > DEVIATE * error)


def errors(book: Book, earlier: Mapping[str, Book], figures: Mapping[str, Sums]) -> dict[tuple[str, str], float]:
    """Return the standard error of the change of each figure since each of the earlier books, in two queries.

    Returns
    -------
    dict
        (figure, earlier book) -> standard error; NaN where the figure has no value in one of the two.
    """
    # What is known of a book already is not asked again.
    known = book.once("errors", dict)
    asked = {name: sums for name, sums in figures.items() if any((sums, other) not in known for other in earlier)}
    if earlier and asked:
        found = _errors(book, earlier, asked)
        known |= {
            (sums, other): found.get((name, other), math.nan) for name, sums in asked.items() for other in earlier
        }
    return {(name, other): known[sums, other] for name, sums in figures.items() for other in earlier}


def _errors(book: Book, earlier: Mapping[str, Book], figures: Mapping[str, Sums]) -> dict[tuple[str, str], float]:
    adds = list(dict.fromkeys(add for sums in figures.values() for add in (*sums.tops, *sums.unders)))
    added = [_added(each, adds) for each in (book, *earlier.values())]
    names = [name for name in added[0].columns if name != "customer_id"]
    sums = ibis.union(
        *(each.agg(place=ibis.literal(n), **{x: each[x].sum() for x in names}) for n, each in enumerate(added))
    )
    every = book.run(sums).set_index("place").fillna(0.0)
    moves = [_influences(each, every.loc[n], 1 if n == 0 else -1, figures, adds) for n, each in enumerate(added)]
    # What a customer added then is taken from what it adds now; who stands in one book alone has no more to it.
    pairs = [each.mutate(since=n) for n in range(1, len(moves)) for each in (moves[0], moves[n])]
    both = ibis.union(*pairs, distinct=False)
    places = range(len(figures))
    changes = both.group_by("since", "customer_id").agg(**{f"u{n}": both[f"u{n}"].sum() for n in places})
    squares = changes.group_by("since").agg(**{f"u{n}": (changes[f"u{n}"] * changes[f"u{n}"]).sum() for n in places})
    found = book.run(squares).set_index("since")
    return {
        (name, other): math.sqrt(found.loc[since, f"u{n}"])
        for n, name in enumerate(figures)
        for since, other in enumerate(earlier, start=1)
        if since in found.index and not pd.isna(found.loc[since, f"u{n}"])
    }


def _added(book: Book, adds: Sequence[Add]) -> ibis.Table:
    customers = book.customers
    given = [customers[add] if isinstance(add, str) else add(customers, book) for add in adds]
    # PostgreSQL makes no number of a truth.
    given = [value.ifelse(1, 0) if value.type().is_boolean() else value for value in given]
    values = {f"x{n}": value.cast("float64").fill_null(0.0) for n, value in enumerate(given)}
    return customers.select("customer_id", **values)


def _influences(
    added: ibis.Table, sums: pd.Series, sign: int, figures: Mapping[str, Sums], adds: Sequence[Add]
) -> ibis.Table:
    """Return by how much each customer moves each figure: of a sum what it adds, of a product the sum of its shares."""
    found = {}
    for n, figure in enumerate(figures.values()):
        weights = [(f"x{adds.index(add)}", weight) for add, weight in _weights(figure, sums, adds)]
        first, *others = (added[name] * (sign * weight) for name, weight in weights)
        found[f"u{n}"] = sum(others, first)
    return added.select("customer_id", **found)


def _weights(figure: Sums, sums: pd.Series, adds: Sequence[Add]) -> list[tuple[Add, float]]:
    """Return what one more unit of each sum does to the figure: NaN where it has no value."""
    if len(figure.tops) == 1 and not figure.unders:
        return [(figure.tops[0], 1.0)]
    every = {add: float(sums[f"x{adds.index(add)}"]) or math.nan for add in (*figure.tops, *figure.unders)}
    value = math.prod(every[add] for add in figure.tops) / math.prod(every[add] for add in figure.unders)
    tops, unders = ([(add, sign * value / every[add]) for add in part]
                    for part, sign in ((figure.tops, 1), (figure.unders, -1)))  # fmt: skip
    return tops + unders
