"""What kind of value a column of an action list holds: for its format here and in the spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.base import columns

if TYPE_CHECKING:
    import pandas as pd

MONEY = frozenset(
    {
        "amount",
        "revenue",
        "money_at_stake",
        "average_basket",
        "margin",
        "previous_revenue",
        "trailing_revenue",
        "company_revenue",
        "expected_value",
        "predicted_value",
    }
)
# Numbers that are shares.
RATES = frozenset({"probability_alive"})
_KNOWN = {column.name: column.type for table in columns.TABLES.values() for column in table.columns}


def kind_of(name: str, values: pd.Series) -> str:
    """Return ``text``, ``date``, ``money``, ``integer``, ``number`` or ``boolean``."""
    if name in MONEY:
        return "money"
    if name in ("orders", "headcount", "days_since_last_order"):
        return "integer"
    if name.endswith("_date"):
        return "date"
    if name in _KNOWN:
        return _KNOWN[name]
    letter = getattr(values.dtype, "kind", "O")
    return {"b": "boolean", "i": "integer", "u": "integer", "f": "number", "M": "date"}.get(letter, "text")
