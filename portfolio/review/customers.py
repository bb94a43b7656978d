"""The customers that a rule or a list of a topic speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ibis

from portfolio.base.book import Book

Rule = Mapping[str, tuple[Any, ...]] | Callable[[Book], ibis.Table | None]


def customers_of(book: Book, rule: Rule) -> ibis.Table | None:
    """Return the customers of a book that meet a rule, with the columns of the base; None where it cannot be told."""
    if callable(rule):
        return rule(book)
    table = book.customers
    for column, wanted in rule.items():
        table = table.filter(table[column].isin(wanted))
    return table
