"""The state of the customer file, for ``portfolio check``: how full each column is."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio.base.cleaning import CleanTables


@dataclass(frozen=True)
class Column:
    """A column: rows of the file, rows where it is filled, different values."""

    name: str
    rows: int
    filled: int
    different: int

    @property
    def share(self) -> float | None:
        return self.filled / self.rows if self.rows else None


def columns(clean: CleanTables) -> list[Column]:
    """Return the columns of the customer file that the sources hold, in its order; none without the file."""
    customers = clean.tables.get("customers")
    if customers is None:
        return []
    names = [name for name in customers.columns if clean.measured("customers", name)]
    counts = {f"filled_{n}": customers[name].count() for n, name in enumerate(names)}
    counts |= {f"different_{n}": customers[name].nunique() for n, name in enumerate(names)}
    row = clean.engine.run(customers.agg(rows=customers.count(), **counts)).iloc[0]
    return [
        Column(name, int(row["rows"]), int(row[f"filled_{n}"]), int(row[f"different_{n}"]))
        for n, name in enumerate(names)
    ]
