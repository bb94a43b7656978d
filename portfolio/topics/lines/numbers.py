"""The lines of the orders file: read, kept and set aside."""

from __future__ import annotations

from portfolio.base.book import Book

REASONS = ("no_customer", "no_date", "no_amount", "zero_amount", "duplicate")


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the ledger of the orders file as a whole, up to the end of the period: it knows no segment."""
    lines = book.lines_by_reason
    read, kept = sum(each.rows for each in lines.values()), lines[""].rows
    rows = {
        "rows_read": read,
        "rows_kept": kept,
        "rows_set_aside": read - kept,
        **{f"rows_{reason}": lines[reason].rows if reason in lines else 0 for reason in REASONS},
        "money_set_aside": book.money_set_aside,
    }
    return {name: (value, read) for name, value in rows.items()}
