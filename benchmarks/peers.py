"""``make bench-peers``: customer summary and RFM of 10 million order lines, ours against others, in one run.

Each way runs in a process of its own, by the Python of an environment of its own; imports are not counted. A summary
is, of each customer: orders, days since the last one, money. RFM is the three scores of 1 to 5. Where a library has
only the summary, as lifetimes, it makes that alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

END, AS_OF = "2026-01-01", "2025-12-31"
OURS, SQL = "ours", "sql"


def ours(path: str) -> dict:
    """Return the base of a semester and its scores, by the package."""
    import ibis

    from benchmarks.base import book_of
    from portfolio.topics.rfm.numbers import scores

    book = book_of(path)
    scores(book)
    base = book.customers.filter(book.customers.trailing_orders > 0)
    counted = base.agg(n=ibis._.count(), money=ibis._.trailing_revenue.sum().cast("float64"))
    found = book.run(counted).iloc[0]
    each = base.select(recency=base.days_since_last_order, score=base.rfm_r)
    return {"customers": int(found["n"]), "money": float(found["money"]), "alike": _alike(book.run(each))}


def sql(path: str) -> dict:
    """Return the same by SQL in DuckDB, as an expert writes it."""
    import duckdb

    con = duckdb.connect()
    con.execute("set preserve_insertion_order = false")
    con.execute(f"""
        create temp table base as
        select customer_id, count(distinct order_id) filter (amount > 0) as f,
               date '{AS_OF}' - max(order_date) filter (amount > 0) as r, sum(amount) as m
        from '{path}' where order_date >= date '2025-01-01' and order_date < date '{END}'
        group by customer_id having f > 0
    """)
    con.execute("""
        create temp table cuts as
        select quantile_cont(r, [.2, .4, .6, .8]) as r, quantile_cont(f, [.2, .4, .6, .8]) as f,
               quantile_cont(m, [.2, .4, .6, .8]) as m from base
    """)
    con.execute("""
        create temp table scored as
        select base.*, 5 - len(list_filter(cuts.r, lambda x: base.r > x)) as r_score,
               1 + len(list_filter(cuts.f, lambda x: base.f > x)) as f_score,
               1 + len(list_filter(cuts.m, lambda x: base.m > x)) as m_score
        from base, cuts
    """)
    n, money = con.sql("select count(*), sum(m)::double from scored").fetchone()
    each = con.sql("select r as recency, r_score as score from scored").df()
    return {"customers": n, "money": money, "alike": _alike(each)}


def pandas(path: str) -> dict:
    """Return the same in pandas, as an analyst writes it."""
    import numpy as np
    import pandas as pd

    lines = pd.read_parquet(path, filters=[("order_date", ">=", pd.Timestamp("2025-01-01").date())])
    lines["amount"] = lines["amount"].astype("float64")
    bought = lines[lines["amount"] > 0]
    base = bought.groupby("customer_id").agg(f=("order_id", "nunique"), last=("order_date", "max"))
    base["m"] = lines.groupby("customer_id")["amount"].sum()
    base["r"] = (pd.Timestamp(AS_OF) - pd.to_datetime(base["last"])).dt.days
    for name in ("r", "f", "m"):
        below = np.searchsorted(np.quantile(base[name], [0.2, 0.4, 0.6, 0.8]), base[name], side="left")
        base[f"{name}_score"] = 5 - below if name == "r" else 1 + below
    each = base.rename(columns={"r": "recency", "r_score": "score"})
    return {"customers": len(base), "money": float(base["m"].sum()), "alike": _alike(each)}


def polars(path: str) -> dict:
    """Return the same in polars, lazily."""
    import datetime as dt

    import polars as pl

    cut = [0.2, 0.4, 0.6, 0.8]
    lines = pl.scan_parquet(path).filter(pl.col("order_date") >= dt.date(2025, 1, 1))
    lines = lines.with_columns(pl.col("amount").cast(pl.Float64))
    positive = pl.col("amount") > 0
    base = lines.group_by("customer_id").agg(
        f=pl.col("order_id").filter(positive).n_unique(),
        last=pl.col("order_date").filter(positive).max(),
        m=pl.col("amount").sum(),
    )
    base = base.filter(pl.col("f") > 0).with_columns(r=(dt.date.fromisoformat(AS_OF) - pl.col("last")).dt.total_days())
    base = base.with_columns(
        (sum((pl.col(name) > pl.col(name).quantile(q, "linear")).cast(pl.Int8) for q in cut)).alias(f"{name}_below")
        for name in ("r", "f", "m")
    ).collect(engine="streaming")
    each = base.select(recency="r", score=5 - pl.col("r_below")).to_pandas()
    return {"customers": base.height, "money": float(base["m"].sum()), "alike": _alike(each)}


def openretailscience(path: str) -> dict:
    """Return the segmentation of OpenRetailScience, Ibis on DuckDB as ours."""
    import datetime as dt

    import ibis
    from openretailscience.segmentation.rfm import RFMSegmentation

    lines = ibis.duckdb.connect().read_parquet(path).filter(ibis._.order_date >= dt.date(2025, 1, 1))
    money = lines.amount.cast("float64")
    lines = lines.select(
        "customer_id",
        transaction_date="order_date",
        transaction_id="order_id",
        unit_spend=money,
    )
    found = RFMSegmentation(lines, current_date=AS_OF, r_segments=5, f_segments=5, m_segments=5).df
    each = found.rename(columns={"recency_days": "recency", "r_score": "score"})
    return {"customers": len(found), "money": float(found["monetary"].sum()), "alike": _alike(each)}


def lifetimes(path: str) -> dict:
    """Return the summary of lifetimes, which has no scores."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    lines = pd.read_parquet(path, columns=["customer_id", "order_date", "amount"])
    lines["amount"] = lines["amount"].astype("float64")
    found = summary_data_from_transaction_data(
        lines, "customer_id", "order_date", "amount", observation_period_end=AS_OF
    )
    return {"customers": len(found), "money": None, "alike": None}


def pymc(path: str) -> dict:
    """Return the summary and the segments of pymc-marketing."""
    import pandas as pd
    from pymc_marketing.clv import rfm_segments

    lines = pd.read_parquet(path, columns=["customer_id", "order_date", "amount"])
    lines["amount"] = lines["amount"].astype("float64")
    found = rfm_segments(lines, "customer_id", "order_date", "amount", observation_period_end=AS_OF)
    each = found.assign(score=found["rfm_score"].astype(str).str[0])
    return {"customers": len(found), "money": None, "alike": _alike(each)}


def _alike(each) -> bool:
    """Whether customers of equal recency have one score."""
    return bool((each.groupby("recency")["score"].nunique() == 1).all())


WAYS = {
    # name -> the environment it runs in; None is ours.
    OURS: (ours, None, ("portfolio.base.book", "portfolio.review.opening")),
    SQL: (sql, None, ("duckdb",)),
    "pandas": (pandas, None, ("pandas", "pyarrow.parquet")),
    "polars": (polars, "polars", ("polars", "pandas")),
    "openretailscience": (openretailscience, "openretailscience", ("openretailscience.segmentation.rfm",)),
    "lifetimes": (lifetimes, "lifetimes", ("lifetimes.utils", "pandas")),
    "pymc-marketing": (pymc, "pymc", ("pymc_marketing.clv",)),
}


def main() -> None:
    """Measure each way, and say the ratios."""
    # Not in the environments of the others: each has what its way needs.
    from benchmarks.data import CUSTOMERS, LINES, order_lines
    from benchmarks.lifetime_value import environment
    from benchmarks.measured import measured

    path = str(order_lines())
    print(f"{LINES:,} order lines in Parquet, {CUSTOMERS:,} customers: customer summary and RFM of the year")
    found = {}
    for name in sys.argv[1:] or WAYS:
        way, needs, imports = WAYS[name]
        python = environment(needs) if needs else None
        found[name] = run = measured(f"benchmarks.peers:{way.__name__}", path, python=python, imports=imports)
        alike = {True: "yes", False: "no", None: "no scores"}[run.result["alike"]]
        print(
            f"{name:>18}: {run.seconds:7.2f} s, {run.megabytes:6.0f} MB at most, "
            f"{run.result['customers']:,} customers; equal values score equally: {alike}",
            flush=True,
        )
    for name, run in found.items() if OURS in found else ():
        if name != OURS:
            most = "at most 1.3" if name == SQL else "under 1"
            print(f"ours / {name} = {found[OURS].seconds / run.seconds:.2f} ({most})")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
