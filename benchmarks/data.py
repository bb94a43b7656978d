"""Order lines of the size of a large retailer, made once in Parquet: the same at every run."""

from __future__ import annotations

from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent / ".data"
LINES, CUSTOMERS = 10_000_000, 500_000


def order_lines(lines: int = LINES, customers: int = CUSTOMERS) -> Path:
    """Return the path of a Parquet file of clean order lines over 2024-01-01 to 2025-12-31.

    Customers order at very different rates (their number is drawn from a squared uniform), 2.5 lines an
    order, 2 % of the lines give money back. Every value is a hash of the row's number, so that the file
    does not depend on the machine or the number of threads.
    """
    path = FOLDER / f"orders_{lines}_{customers}.parquet"
    if path.exists():
        return path
    FOLDER.mkdir(exist_ok=True)
    aside = path.with_suffix(".part")
    duckdb.sql(f"""
        copy (
            with orders as (
                select i // 5 * 2 + least(i % 5 // 3, 1) as o, i from range({lines}) t(i)
            ), drawn as (
                select i, o, (hash(o, 1) % 1000003) / 1000003.0 as who, (hash(o, 2) % 1000003) / 1000003.0 as day,
                       (hash(i, 3) % 1000003) / 1000003.0 as price, hash(i, 4) % 100 as back
                from orders
            )
            select
                'C' || lpad(cast(floor(who * who * {customers}) as bigint)::varchar, 7, '0') as customer_id,
                date '2024-01-01' + cast(floor(day * 731) as integer) as order_date,
                cast(case when back < 2 then -1 else 1 end * round(5 + 400 * price * price * price, 2)
                     as decimal(18, 4)) as amount,
                'O' || o as order_id
            from drawn
        ) to '{aside}' (format parquet)
    """)
    aside.rename(path)
    return path
