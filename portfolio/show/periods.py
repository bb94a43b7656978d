"""Tables of figures with one column a period: which columns those are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NOT_PERIODS = ("name", "unit", "direction", "target")


def periods_of(history: pd.DataFrame) -> list[str]:
    """Return the columns of a history that are periods."""
    return [name for name in history.columns if name not in NOT_PERIODS]
