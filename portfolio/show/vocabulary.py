"""The names that a portfolio's topics declare, as people read them. English, marked for translation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portfolio.params.columns import CUSTOMER_BASE, TABLES
from portfolio.sources.ledger import REASONS


class Phrase(NamedTuple):
    """A label with figures in it, or a meaning with texts: its message, and what fills the places."""

    message: str
    values: Mapping[str, Any]


# A name in words, or two: of an attribute, and of a value of it.
Label = str | tuple[str, str] | Phrase
# What a name means; a text, or what the thresholds of the portfolio make of it.
Meaning = str | Callable[..., str | Phrase]

# Names of tables and columns; where two columns share a name, the first in the order of the tables has the word.
_COLUMNS: dict[str, Label] = {}
for _table in (*TABLES.values(), CUSTOMER_BASE):
    for _column in _table.columns:
        _COLUMNS.setdefault(_column.name, _column.label)
_SUBJECTS = {column.name: column.who for column in TABLES["customers"].columns if column.who}
_COLUMNS = {table.name: table.label for table in TABLES.values()} | _COLUMNS | REASONS


@dataclass(frozen=True)
class Vocabulary:
    """What names are called, what they mean, what to do, and why.

    Attributes
    ----------
    labels
        Of figures, columns, classes, values of classes, lists, reasons.
    meanings
        Of figures, classes and terms: the definitions.
    actions
        What to do with a segment, a state or a list.
    reasons
        Why a customer stands in a list.
    tells
        The same of one customer, with places for their own figures.
    subjects
        Customers of a segment as the subject of a sentence, by ``attribute=value``, or by attribute.
    directions
        Which way is good for the number of customers of a value of a class.
    classes
        Names of the classes: their values have labels of ours, those of other attributes are the data's own words.
    """

    labels: Mapping[str, Label] = field(default_factory=lambda: dict(_COLUMNS))
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    tells: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=lambda: dict(_SUBJECTS))
    directions: Mapping[str, str] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()

    def names(self) -> Vocabulary:
        """Return what spreadsheets say, without what only a page needs: plain data, for another process."""
        return Vocabulary(self.labels, {}, self.actions, self.reasons, self.tells, classes=self.classes)

    def __or__(self, other: Vocabulary) -> Vocabulary:
        """Return both; of two words for a name, the other's."""
        return Vocabulary(
            {**self.labels, **other.labels},
            {**self.meanings, **other.meanings},
            {**self.actions, **other.actions},
            {**self.reasons, **other.reasons},
            {**self.tells, **other.tells},
            {**self.subjects, **other.subjects},
            {**self.directions, **other.directions},
            self.classes | other.classes,
        )
