"""Customer base, RFM, Pareto and movements of a semester, from 10 million order lines: ours, SQL by hand, pandas."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.data import CUSTOMERS, LINES, order_lines
from benchmarks.measured import measured

DATES = {
    "$START": date(2025, 7, 1),
    "$END": date(2026, 1, 1),
    "$BEFORE2": date(2024, 7, 1),
    "$BEFORE": date(2025, 1, 1),
    "$TRAILING": date(2025, 1, 1),
    "$EARLIER": date(2024, 1, 1),
}


def book_of(path: str):
    """Return the book of a semester over clean order lines in Parquet."""
    import ibis

    from portfolio.base.book import Book
    from portfolio.base.cleaning import CleanTables
    from portfolio.base.engine import Engine
    from portfolio.base.set_aside import CLEAN_ORDERS
    from portfolio.params import Params
    from portfolio.params.columns import IBIS_TYPES, TABLES
    from portfolio.params.periods import parse_period
    from portfolio.review.opening import topics_of
    from portfolio.sources.ledger import Ledger, TableLedger

    engine = Engine()
    lines = engine.read(Path(path))
    absent = {
        name: ibis.null(IBIS_TYPES[TABLES["orders"][name].type]) for name in CLEAN_ORDERS if name not in lines.columns
    }
    given = {"name": "Bench", "ruler": "2025-H2", "tables": {"orders": {"source": path}}}
    params = Params.model_validate({"portfolio": given})
    ledger = Ledger((TableLedger("orders", path, LINES, LINES, columns=tuple(lines.columns)),))
    clean = CleanTables(engine, {"orders": lines.mutate(**absent)}, ledger)
    return Book(params, clean, parse_period("2025-H2"), topics_of(params))


def ours(path: str) -> list[float]:
    """Return active customers, revenue, share of the first fifth, customers for 80 %, Gini, retained, champions."""
    from portfolio.topics.activity.numbers import activity
    from portfolio.topics.concentration.numbers import concentration
    from portfolio.topics.lifecycle.numbers import values as states
    from portfolio.topics.movement.numbers import movement
    from portfolio.topics.rfm.numbers import grid, scores

    book = book_of(path)
    sold, moved = activity(book).iloc[0], movement(book).iloc[0]
    held, cells = concentration(book).iloc[0], grid(book)
    states(book)
    scores(book)
    return [
        int(sold["active_customers"]),
        float(sold["revenue"]),
        float(held["top_20_percent_share"]),
        int(held["customers_for_80_percent"]),
        float(held["gini"]),
        int(moved["retained"]),
        int(cells.loc[cells["rfm_segment"] == "champions", "customers"].sum()),
    ]


def by_hand(path: str) -> list[float]:
    """The same by the SQL of ``base_sql.sql``."""
    import duckdb

    sql = Path(__file__).with_name("base_sql.sql").read_text(encoding="utf-8").replace("$FILE", path)
    for name, day in DATES.items():
        sql = sql.replace(name, f"date '{day}'")
    con = duckdb.connect()
    con.execute("set preserve_insertion_order = false")
    results = [con.execute(statement).fetchall() for statement in sql.split(";\n") if statement.strip()]
    activity, movements, _lifecycle, scores, pareto = results[-5:]
    retained = next(row[1] for row in movements if row[0] == "retained")
    champions = sum(row[3] for row in scores if row[0] == 5 and row[1] >= 4)
    return [activity[0][0], activity[0][2], pareto[0][2], pareto[0][3], pareto[0][4], retained, champions]


def in_pandas(path: str) -> list[float]:
    """The same in pandas, as an analyst writes it."""
    import numpy as np
    import pandas as pd

    day = {name: pd.Timestamp(value) for name, value in DATES.items()}
    lines = pd.read_parquet(path)
    lines["amount"] = lines["amount"].astype("float64")
    lines["order_date"] = pd.to_datetime(lines["order_date"])
    lines["day"] = lines["order_date"].where(lines["amount"] > 0)
    for name, kept in {
        "revenue": lines["order_date"] >= day["$START"],
        "gross_sales": (lines["order_date"] >= day["$START"]) & (lines["amount"] > 0),
        "previous_revenue": (lines["order_date"] >= day["$BEFORE"]) & (lines["order_date"] < day["$START"]),
        "trailing_revenue": lines["order_date"] >= day["$TRAILING"],
    }.items():
        lines[name] = lines["amount"].where(kept, 0.0)
    lines["lines"] = lines["order_date"] >= day["$START"]
    lines["revenue_ever"] = lines["amount"]
    money = ["lines", "revenue", "gross_sales", "previous_revenue", "trailing_revenue", "revenue_ever"]
    orders = lines.groupby(["customer_id", "order_id"]).agg({"day": "min", **dict.fromkeys(money, "sum")}).reset_index()
    for name, start, end in (
        ("orders", "$START", "$END"),
        ("previous_orders", "$BEFORE", "$START"),
        ("trailing_orders", "$TRAILING", "$END"),
        ("earlier_trailing_orders", "$EARLIER", "$TRAILING"),
        ("period_3", "$BEFORE2", "$BEFORE"),
    ):
        orders[name] = (orders["day"] >= day[start]) & (orders["day"] < day[end])
    base = orders.groupby("customer_id").agg(
        first=("day", "min"),
        last=("day", "max"),
        ever=("day", "count"),
        **{
            name: (name, "sum")
            for name in ("orders", "previous_orders", "trailing_orders", "period_3", "earlier_trailing_orders", *money)
        },
    )
    days = orders.dropna(subset="day").sort_values(["customer_id", "day"]).drop_duplicates(["customer_id", "day"])
    interval = days.groupby("customer_id")["day"].diff().dt.days
    base["median_interval"] = interval.groupby(days["customer_id"]).median()
    base["silent"] = (day["$END"] - pd.Timedelta(days=1) - base["last"]).dt.days
    new = base["first"] >= day["$START"]
    moves = np.select(
        [new, (base["orders"] > 0) & (base["previous_orders"] > 0), base["orders"] > 0, base["previous_orders"] > 0],
        ["new", "retained", "reactivated", "lapsed"],
        "absent",
    )
    overdue = (base["ever"] >= 3) & (base["silent"] > 2 * base["median_interval"])
    loyal = (base["orders"] > 0) & (base["previous_orders"] > 0) & (base["period_3"] > 0)
    states = np.select(
        [base["ever"] == 0, new, base["silent"] > 365, base["silent"] > 90, overdue, loyal],
        ["prospect", "new", "lost", "inactive", "at_risk", "loyal"],
        "regular",
    )
    pd.Series(states).value_counts()
    scored = base[base["trailing_orders"] > 0]

    def score(values):
        return np.searchsorted(np.quantile(values, [0.2, 0.4, 0.6, 0.8]), values, side="left")

    r, f = 5 - score(scored["silent"].to_numpy()), 1 + score(scored["trailing_orders"].to_numpy())
    score(scored["trailing_revenue"].to_numpy())
    x = np.sort(base["revenue"][base["revenue"] > 1e-6].to_numpy())
    n, total, falling = len(x), x.sum(), x[::-1]
    return [
        int((base["orders"] > 0).sum()),
        float(base["revenue"].sum()),
        float(falling[: math.ceil(0.2 * n)].sum() / total),
        int(np.searchsorted(falling.cumsum(), 0.8 * total) + 1),
        float(2 * (np.arange(1, n + 1) * x).sum() / (n * total) - (n + 1) / n),
        int((moves == "retained").sum()),
        int(((r == 5) & (f >= 4)).sum()),
    ]


def run() -> Iterator[str]:
    """Measure the three, check that they agree, and say the ratios."""
    path = str(order_lines())
    yield f"{LINES:,} order lines in Parquet, {CUSTOMERS:,} customers: base, RFM, Pareto, movements of a semester"
    imports = {
        "ours": ("portfolio.base.book", "portfolio.review.opening"),
        "by_hand": ("duckdb",),
        "in_pandas": ("pandas", "pyarrow.parquet"),
    }
    found = {
        name: measured(f"benchmarks.base:{name}", path, times=3, imports=needed) for name, needed in imports.items()
    }
    for name, run_ in found.items():
        yield f"{name:>10}: {run_.seconds:6.2f} s, {run_.megabytes:6.0f} MB at most"
        for ours_figure, figure in zip(found["ours"].result, run_.result, strict=True):
            if not math.isclose(ours_figure, figure, rel_tol=1e-9):
                raise AssertionError(f"{name} gives {run_.result}, ours {found['ours'].result}")
    seconds = {name: run_.seconds for name, run_ in found.items()}
    yield f"ours / SQL by hand = {seconds['ours'] / seconds['by_hand']:.2f} (at most 2)"
    yield f"ours / pandas = {seconds['ours'] / seconds['in_pandas']:.3f} (at most 0.1)"
    yield f"memory of ours = {found['ours'].megabytes:.0f} MB (under 2048)"
