"""The ledger: for each table, how many rows were read, kept and set aside, why, and a few of them.

It is plain data that goes to JSON and back, so that a report can show it long after the rows are gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from portfolio.errors import N_

# Why rows are set aside, in words.
REASONS = {
    "no_customer": N_("No customer"),
    "no_date": N_("No usable date"),
    "no_amount": N_("No usable amount"),
    "zero_amount": N_("Amount of 0"),
    "future_date": N_("Dated after today"),
    "duplicate": N_("Exact duplicate"),
    "repeated": N_("Repeats a customer"),
    "no_product": N_("No product"),
    "no_start_date": N_("No usable start date"),
    "no_opportunity_id": N_("No opportunity number"),
    "no_created_date": N_("No usable opening date"),
    "no_measure": N_("No measure"),
    "no_target": N_("No usable target"),
    "no_experiment": N_("No experiment"),
    "no_variant": N_("No variant"),
    "no_assigned_date": N_("No usable assignment date"),
    "no_facet": N_("No facet"),
    "no_period": N_("No period"),
    "no_value": N_("No usable value"),
    "unreadable": N_("Unreadable"),
}
# Rows shown of each reason.
EXAMPLES = 3


@dataclass(frozen=True)
class Note:
    """A choice made or a loss met while reading, as an English sentence marked for translation and its values.

    A ``doubt`` is one that may be wrong, unseen in the figures: the first screen of a report says it.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    doubt: bool = False

    def __str__(self) -> str:
        return self.message.format(**self.values)


@dataclass(frozen=True)
class SetAside:
    """Rows set aside for one reason, with up to three of them as they stand in the source; ``unread`` of them have a
    text where it is wanted, that cannot be read."""

    reason: str
    rows: int
    examples: tuple[str, ...] = ()
    unread: int = 0


@dataclass(frozen=True)
class TableLedger:
    """What became of the rows of one table. ``columns`` are those that the source holds."""

    table: str
    source: str
    rows_read: int
    rows_kept: int
    set_aside: tuple[SetAside, ...] = ()
    duplicates: int = 0
    notes: tuple[Note, ...] = ()
    columns: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, given: Mapping) -> TableLedger:
        """Make the ledger of a table again from what ``Ledger.to_dict`` gave."""
        return cls(
            **{key: given[key] for key in ("table", "source", "rows_read", "rows_kept", "duplicates")},
            set_aside=tuple(SetAside(**s | {"examples": tuple(s["examples"])}) for s in given["set_aside"]),
            notes=tuple(Note(**note) for note in given["notes"]),
            columns=tuple(given["columns"]),
        )


@dataclass(frozen=True)
class Ledger:
    """The ledgers of all tables, orders first."""

    tables: tuple[TableLedger, ...]

    def __getitem__(self, table: str) -> TableLedger:
        return next(entry for entry in self.tables if entry.table == table)

    def __contains__(self, table: str) -> bool:
        return any(entry.table == table for entry in self.tables)

    @property
    def doubts(self) -> tuple[tuple[str, Note], ...]:
        """What may be wrong, each with its table."""
        return tuple((entry.table, note) for entry in self.tables for note in entry.notes if note.doubt)

    def to_dict(self) -> dict:
        """Return the ledger as plain lists, dicts, texts and numbers."""
        return {"tables": [asdict(entry) for entry in self.tables]}

    @classmethod
    def from_dict(cls, given: Mapping) -> Ledger:
        """Make the ledger again from what ``to_dict`` gave, be it through JSON."""
        return cls(tuple(TableLedger.from_dict(entry) for entry in given["tables"]))
