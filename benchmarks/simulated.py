"""Order lines of many customers who buy at their own rate and leave unseen, made once in Parquet.

The process is the BG/NBD's with CDNOW's parameters (Fader, Hardie, Lee 2005), amounts are the Gamma-Gamma's (Fader,
Hardie 2013): customers come over 2024, and are followed to the end of 2025.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.data import FOLDER

CHUNK = 250_000
DAYS_OF_ARRIVAL, DAYS = 366, 731
R, ALPHA, A, B = 0.243, 4.414, 0.793, 2.426  # time in weeks
P, Q, V = 6.25, 3.74, 15.44


def order_lines(customers: int) -> Path:
    """Return the path of a Parquet file of clean order lines, one a purchase, of so many customers."""
    path = FOLDER / f"simulated_{customers}.parquet"
    if path.exists():
        return path
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    FOLDER.mkdir(exist_ok=True)
    aside = path.with_suffix(".part")
    schema = pa.schema(
        [
            ("customer_id", pa.string()),
            ("order_date", pa.date32()),
            ("amount", pa.decimal128(18, 4)),
            ("order_id", pa.string()),
        ]
    )
    epoch = (np.datetime64("2024-01-01") - np.datetime64("1970-01-01")).astype(int)
    with pq.ParquetWriter(aside, schema) as writer:
        for start in range(0, customers, CHUNK):
            n = min(CHUNK, customers - start)
            who, day, cents = _purchases(np.random.default_rng(start), n)
            order = np.random.default_rng(start + 1).permutation(len(who))
            who, day, cents = who[order] + start, day[order] + epoch, cents[order]
            names = pa.array([f"C{number:08d}" for number in who])
            amount = pa.array(cents / 100).cast(pa.decimal128(18, 4), safe=False)
            columns = [names, pa.array(day.astype("int32"), pa.date32()), amount, names]
            writer.write_table(pa.table(columns, schema=schema))
    aside.rename(path)
    return path


def _purchases(rng, n: int):
    """Customer, day and cents of every purchase of ``n`` customers."""
    import numpy as np

    rate, leaving = rng.gamma(R, 1 / ALPHA, n), rng.beta(A, B, n)
    scale = rng.gamma(Q, 1 / V, n)
    first = rng.integers(0, DAYS_OF_ARRIVAL, n).astype(float)
    who, day = [np.arange(n)], [first]
    now, active = first.copy(), np.arange(n)
    while len(active):
        now[active] += 7 * rng.exponential(1, len(active)) / np.maximum(rate[active], 1e-300)
        active = active[now[active] < DAYS]
        who.append(active)
        day.append(now[active])
        active = active[rng.random(len(active)) >= leaving[active]]
    who, day = np.concatenate(who), np.concatenate(day)
    amount = rng.gamma(P, 1 / scale[who])
    return who, np.floor(day).astype(int), np.maximum(np.round(100 * amount), 1)
