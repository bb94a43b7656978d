"""How often the 95 % interval of next period's purchases holds what came, over simulated portfolios.

python -m benchmarks forecasts        200 portfolios of each kind (about an hour)

Customers come over five semesters, buy at a rate of their own until they leave unseen (Pareto/NBD), some of them five
times sooner than the others where there is such a group: it is a region, as a company would see it. What is told
at the end of the fifth semester is held against the sixth.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

PERIODS = ("2023-H1", "2023-H2", "2024-H1", "2024-H2", "2025-H1", "2025-H2")
START, ARRIVED, END = (np.datetime64(day) for day in ("2023-01-01", "2025-07-01", "2026-01-01"))
# Of the Gamma distributions of the rates of buying, in weeks: 4 purchases a semester on average, or 0.8.
SHAPE, RATES = 1.0, {"dense": 6.5, "sparse": 32.5}
# Of the rates of leaving: after three years on average for one who leaves at the mean rate.
LEAVING, STAY = 1.5, 234.0
SOONER = 5
REGIONS = {"Nord": 0.55, "Sud": 0.25, "Ouest": 0.20}
APART = "Sud"
PARAMS = """
portfolio:
  name: Simulated
  tables:
    orders: {source: orders.parquet}
    customers: {source: customers.parquet}
"""


@dataclass(frozen=True)
class Kind:
    """What a simulated portfolio is like: how many customers, how often they buy, whether a group leaves sooner."""

    customers: int
    buying: str
    group: bool

    def __str__(self) -> str:
        return (
            f"{self.customers} customers, {self.buying}, {'with' if self.group else 'without'} a group leaving sooner"
        )


KINDS = [Kind(*each) for each in product((150, 500), RATES, (False, True))]


def simulate(kind: Kind, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders and the customers of a portfolio, up to the end of the sixth semester."""
    rng, n = np.random.default_rng([seed, KINDS.index(kind)]), kind.customers
    region = rng.choice(list(REGIONS), n, p=list(REGIONS.values()))
    rate = rng.gamma(SHAPE, 1 / RATES[kind.buying], n)
    leaving = rng.gamma(LEAVING, 1 / STAY, n) * np.where(kind.group & (region == APART), SOONER, 1)
    days = int((END - START).astype(int))
    first = rng.integers(0, int((ARRIVED - START).astype(int)), n)
    gone = np.minimum(first + 7 * rng.exponential(1, n) / leaving, days)
    rows = []
    for customer in range(n):
        count = rng.poisson(rate[customer] * (gone[customer] - first[customer]) / 7)
        bought = np.floor(rng.uniform(first[customer], gone[customer], count)).astype(int)
        rows += [(customer, day) for day in {int(first[customer]), *bought.tolist()} if day < days]
    orders = pd.DataFrame(sorted(rows), columns=["customer_id", "day"])
    orders["order_date"] = pd.to_datetime(START) + pd.to_timedelta(orders.pop("day"), unit="D")
    orders["amount"] = np.round(rng.gamma(4, 25, len(orders)), 2)
    names = np.array([f"C{number:04d}" for number in range(n)])
    return orders.assign(customer_id=names[orders["customer_id"]]), pd.DataFrame(
        {"customer_id": names, "region": region}
    )


def forecast(orders: pd.DataFrame, customers: pd.DataFrame) -> pd.Series:
    """Return what was forecast of the last semester, beside what came: a row of ``last_forecast``, with how many groups
    are told apart, and whether one is rescaled."""
    from portfolio import open_book
    from portfolio.topics.prediction.checks.backtest import last_forecast
    from portfolio.topics.prediction.fits import fits

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        orders.to_parquet(folder / "orders.parquet")
        customers.to_parquet(folder / "customers.parquet")
        (folder / "params.yml").write_text(PARAMS, encoding="utf-8")
        book = open_book(folder / "params.yml", PERIODS[-1])
        row = last_forecast(book).iloc[0]
        units = fits(book.previous).units
        book.clean.engine.close()
    return pd.concat([row, pd.Series({"units": len(units), "rescaled": any(unit.factor != 1 for unit in units)})])


def run(times: int = 200) -> Iterator[str]:
    """Simulate so many portfolios of each kind."""
    total: Counter[str] = Counter()
    for kind in KINDS:
        rows = pd.DataFrame([forecast(*simulate(kind, seed)) for seed in range(times)])
        held = int((~rows["missed"].astype(bool)).sum())
        total.update(held=held, all=len(rows))
        width = ((rows["high"] - rows["low"]) / (2 * rows["expected"])).median()
        bias = rows["expected"].sum() / rows["actual"].sum() - 1
        apart, rescaled = (rows["units"] > 1).mean(), rows["rescaled"].mean()
        yield (
            f"{kind}: {held / len(rows):.1%} held ({rows['actual'].mean():.0f} purchases, interval ±{width:.0%}, "
            f"forecast {bias:+.1%}; groups apart in {apart:.0%}, rescaled {rescaled:.0%})"
        )
    yield f"all: {total['held'] / total['all']:.1%} of {total['all']} held (92 to 98 %)"
