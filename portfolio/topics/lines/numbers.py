"""The rows of the orders file: read, kept and set aside."""

from __future__ import annotations

from portfolio.base.book import Book

REASONS = ("no_customer", "no_date", "no_amount", "zero_amount", "duplicate")


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the ledger of the orders file as a whole: it does not depend on the period or the segment."""
    ledger = book.ledger["orders"]
    aside = {entry.reason: entry.rows for entry in ledger.set_aside}
    rows = {
        "rows_read": ledger.rows_read,
        "rows_kept": ledger.rows_kept,
        "rows_set_aside": ledger.rows_read - ledger.rows_kept,
        **{f"rows_{reason}": aside.get(reason, 0) for reason in REASONS},
    }
    return {name: (value, ledger.rows_read) for name, value in rows.items()}
