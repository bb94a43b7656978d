"""Small invented tables in the shape that the measures promise, with the figures of a French company."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from portfolio.params.periods import parse_period
from portfolio.show.view import View
from portfolio.show.words import Words
from portfolio.sources.ledger import Ledger, Note, SetAside, TableLedger

NAN = float("nan")
GRID = {
    "champions": ((5,), (4, 5)),
    "loyal": ((3, 4), (4, 5)),
    "potential_loyalists": ((4, 5), (2, 3)),
    "new_customers": ((5,), (1,)),
    "promising": ((4,), (1,)),
    "need_attention": ((3,), (3,)),
    "about_to_sleep": ((3,), (1, 2)),
    "at_risk": ((1, 2), (3, 4)),
    "cannot_lose": ((1, 2), (5,)),
    "hibernating": ((1, 2), (1, 2)),
}
PERIODS = ("2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1")
# What customers may be called, to the grief of formats and pages.
TROUBLE = [
    "<script>alert(1)</script>",
    "$a_b^2$ & co",
    "שלום עולם בע״מ",
    "شركة الأفق",
    "x" * 90,
    "a\nb",
    "%d {0}",
    "=1+1",
]


def lifecycle() -> pd.DataFrame:
    counts = {
        "prospect": 402, "new": 118, "loyal": 341, "regular": 256, "at_risk": 97, "inactive": 214, "lost": 463,
    }  # fmt: skip
    total = sum(counts.values())
    return pd.DataFrame(
        {
            "lifecycle": list(counts),
            "customers": list(counts.values()),
            "share": [n / total for n in counts.values()],
            "revenue": [0.0, 84120.5, 1204333.2, 512877.9, 143020.0, 98750.25, 0.0],
            "previous_customers": [390, 131, 352, 241, 80, 190, 420],
        }
    )


def rfm_segments() -> pd.DataFrame:
    names = [*GRID, "lost", "prospects"]
    customers = [142, 188, 171, 38, 29, 54, 76, 103, 21, 204, 463, 402]
    revenue = [781200.0, 493110.0, 260300.0, 21500.0, 18200.0, 64800.0, 41700.0, 202900.0, 88250.0, 71041.85, 0, 0]
    return pd.DataFrame(
        {
            "rfm_segment": names,
            "customers": customers,
            "share": [n / sum(customers) for n in customers],
            "revenue": revenue,
            "revenue_share": [money / sum(revenue) for money in revenue],
            "average_basket": [812.5, 640.2, 523.1, 410.0, 388.4, 501.1, 377.7, 601.9, 702.3, 298.2, NAN, NAN],
            "high_potential": [0, 0, 12, 3, 2, 0, 4, 0, 0, 6, 0, 0],
            "previous_customers": [150.0, 181, 160, 44, 31, 50, 70, 88, 15, 210, 420, 390],
        }
    )


def rfm_grid() -> pd.DataFrame:
    rows = []
    for r in range(5, 0, -1):
        for f in range(1, 6):
            name = next(name for name, (rs, fs) in GRID.items() if r in rs and f in fs)
            rows.append((r, f, name, (r * 17 + f * 23) % 61 + 4 * (r == f), 1000.0 * r * f))
    return pd.DataFrame(rows, columns=["r", "f", "rfm_segment", "customers", "revenue"])


def months() -> pd.DataFrame:
    days = pd.date_range("2024-07-01", periods=24, freq="MS")
    season = [70, 41, 88, 96, 104, 131, 92, 84, 99, 90, 95, 101]
    revenue = [1800.0 * season[n % 12] * (1 + n / 200) for n in range(24)]
    return pd.DataFrame({"month": days, "revenue": revenue, "orders": 200, "active_customers": 150})


def revenue_bridge() -> pd.DataFrame:
    money = [1012340.5, -148200.0, -203110.0, 251900.3, 92400.0, 41010.2]
    return pd.DataFrame(
        {
            "step": ["before", "lapsed", "decreased", "increased", "new", "reactivated", "now"],
            "customers": [811, 203, 290, 318, 118, 62, 788],
            "revenue": [*money, sum(money)],
        }
    )


def movement() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "before": 811, "lapsed": 203, "new": 118, "reactivated": 62, "retained": 608, "now": 788,
                "retention_rate": 608 / 811, "retention_low": 0.7187, "retention_high": 0.7783, "churn_rate": 203 / 811,
            }
        ]
    )  # fmt: skip


def activity() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "period": "2026-H1", "active_customers": 788, "orders": 2410, "lines_kept": 5903, "revenue": 1046341.0,
                "gross_sales": 1071900.0, "returns": 25559.0, "margin": 401200.0, "average_basket": 434.17,
                "return_rate": 0.0238, "margin_rate": 0.3834,
            }
        ]
    )  # fmt: skip


def concentration() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "customers_with_positive_revenue": 781, "customers_without_revenue": 7, "top_20_percent_customers": 157,
                "top_20_percent_share": 0.7123, "customers_for_80_percent": 243, "gini": 0.6411,
            }
        ]
    )  # fmt: skip


def pareto_curve() -> pd.DataFrame:
    x = np.linspace(0, 1, 101)
    return pd.DataFrame({"customers_share": x, "revenue_share": 1 - (1 - x) ** 5.58})


def sizes_over() -> pd.DataFrame:
    rows = []
    for n, period in enumerate(PERIODS):
        for size, base, rate in (("large", 610, 0.31), ("medium", 260, 0.36), ("small", 120, 0.44)):
            money = base * 1000.0 * (1 + 0.05 * n)
            margin = rate + (0.01 if size == "small" else -0.008) * n
            limit = {"large": 2100.0, "medium": 820.0}.get(size, NAN)
            rows.append((period, size, 150 + 10 * n, money, base / 990, money * margin, margin, limit))
    columns = ["period", "size", "customers", "revenue", "share", "margin", "margin_rate", "limit"]
    return pd.DataFrame(rows, columns=columns)


def sizes() -> pd.DataFrame:
    return sizes_over().tail(3).reset_index(drop=True)


def migration() -> pd.DataFrame:
    names = ("large", "medium", "small", "absent")
    counts = [[112, 31, 8, 11], [28, 140, 51, 30], [6, 47, 175, 162], [10, 32, 138, None]]
    rows = [
        (before, now, counts[i][j], 1000.0, 900.0)
        for i, before in enumerate(names)
        for j, now in enumerate(names)
        if counts[i][j] is not None
    ]
    return pd.DataFrame(rows, columns=["size_before", "size_now", "customers", "revenue_before", "revenue_now"])


def regions(names: list[str] | None = None) -> pd.DataFrame:
    names = names or [
        "Île-de-France", "Auvergne-Rhône-Alpes", "Provence-Alpes-Côte d'Azur", "Bretagne", "Occitanie",
        "Hauts-de-France", "Centre-Val de Loire", "Corse",
    ]  # fmt: skip
    n = len(names)
    before = [max(220 - 28 * i, 12) for i in range(n)]
    rate = [0.55 + 0.31 * ((i * 7) % 10) / 10 for i in range(n)]
    revenue = [312000.0 / (1 + 0.6 * i) for i in range(n)]
    return pd.DataFrame(
        {
            "value_of": names,
            "customers": [2 * b for b in before],
            "active_customers": before,
            "revenue": revenue,
            "revenue_share": [money / sum(revenue) for money in revenue],
            "previous_revenue": [money * 0.97 for money in revenue],
            "revenue_change": [0.031 if i % 3 else -0.124 for i in range(n)],
            "average_basket": [431.5 + i for i in range(n)],
            "margin_rate": [0.38 - 0.01 * i % 0.2 for i in range(n)],
            "retention_rate": rate,
            "retention_low": [max(r - 1 / b**0.5, 0) for r, b in zip(rate, before, strict=True)],
            "retention_high": [min(r + 1 / b**0.5, 1) for r, b in zip(rate, before, strict=True)],
            "before": before,
            "few": [b < 30 for b in before],
        }
    )


def lifetime() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "average_basket": 434.17, "orders_per_year": 5.31, "lifespan_years": 3.9, "lifespan_capped": False,
                "margin_rate": 0.3834, "value": 8991.2, "value_margin": 3447.2, "customers": 1031,
                "yearly_retention": 0.7436,
            }
        ]
    )  # fmt: skip


def lifetime_by() -> pd.DataFrame:
    frame = pd.concat([lifetime()] * 3, ignore_index=True)
    frame["value"] = [41230.0, 6120.5, 1890.0]
    frame["lifespan_capped"] = [True, False, False]
    frame.insert(0, "value_of", ["large", "medium", "small"])
    return frame


def targets() -> pd.DataFrame:
    rows = [
        ("revenue", "", 1046341.0, 1100000.0, "money", "up", -53659.0, False),
        ("retention_rate", "", 0.7497, 0.74, "rate", "up", 0.0097, True),
        ("return_rate", "", 0.0238, 0.03, "rate", "down", -0.0062, True),
        ("nps", "", NAN, 30.0, "points", "up", NAN, False),
        ("new_customers", "region=Provence-Alpes-Côte d'Azur", 12.0, 20.0, "count", "up", -8.0, False),
    ]
    return pd.DataFrame(rows, columns=["measure", "segment", "value", "target", "unit", "direction", "gap", "met"])


def metrics() -> pd.DataFrame:
    rows = [
        ("active_customers", 788, "count", "up", 811, NAN, 788, ""),
        ("orders", 2410, "count", "up", 2466, NAN, 2410, ""),
        ("revenue", 1046341.0, "money", "up", 1012340.5, 1100000.0, 788, ""),
        ("average_basket", 434.17, "money", "up", 410.52, NAN, 2410, ""),
        ("retention_rate", 608 / 811, "rate", "up", 0.771, 0.74, 811, ""),
        ("margin_rate", 0.3834, "rate", "up", 0.3911, NAN, 2410, ""),
        ("new_customers", 118, "count", "up", 131, 120, 788, ""),
        ("top_20_percent_share", 0.7123, "rate", "none", 0.7009, NAN, 781, ""),
        ("nps", NAN, "points", "up", NAN, 30.0, 0, "no_survey"),
    ]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "direction", "previous", "target", "n", "reason"])


def headline_history() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period": PERIODS,
            "active_customers": [702, 754, 790, 811, 788],
            "orders": [2010, 2233, 2390, 2466, 2410],
            "revenue": [880120.0, 934500.2, 1001200.0, 1012340.5, 1046341.0],
            "average_basket": [437.9, 418.5, 418.9, 410.5, 434.2],
            "margin_rate": [0.401, 0.398, 0.395, 0.3911, 0.3834],
            "new_customers": [210, 160, 140, 131, 118],
            "retention_rate": [NAN, 0.79, 0.78, 0.771, 608 / 811],
        }
    )


def history() -> pd.DataFrame:
    wide = headline_history()
    units = {"revenue": "money", "average_basket": "money", "margin_rate": "rate", "retention_rate": "rate"}
    rows = [
        {
            "name": name,
            "unit": units.get(name, "count"),
            "direction": "up",
            **dict(zip(PERIODS, wide[name], strict=True)),
        }
        for name in wide.columns
        if name != "period"
    ]
    return pd.DataFrame(rows)


def findings() -> pd.DataFrame:
    rows = [
        ("strength", "retention_vs_target", "retention_rate", "", 0.7497, "rate", "target", 0.74, 9800.0, 811),
        (
            "strength",
            "margin_rate_vs_portfolio",
            "margin_rate",
            "size=small",
            0.48,
            "rate",
            "portfolio",
            0.38,
            11800.0,
            312,
        ),
        ("weakness", "revenue_vs_target", "revenue", "", 1046341.0, "money", "target", 1.1e6, 53659.0, 788),
        (
            "weakness",
            "retention_vs_portfolio",
            "retention_rate",
            "region=Bretagne",
            0.58,
            "rate",
            "portfolio",
            0.75,
            31200.0,
            136,
        ),
        (
            "weakness",
            "account_manager_load",
            "customers",
            "account_manager=Nadia Le Goff",
            312,
            "count",
            "portfolio",
            121.5,
            2e5,
            312,
        ),
        ("weakness", "average_basket_vs_target", "average_basket", "", 434.17, "money", "target", 450.0, 38151.0, 2410),
        ("opportunity", "lapsed_winback", "customers", "", 203, "count", "", NAN, 148200.0, 203),
        ("opportunity", "whitespace", "coverage", "category=Cybersécurité", 0.081, "rate", "", NAN, 320100.0, 910),
        ("opportunity", "promising_potential", "customers", "", 200, "count", "", NAN, 98000.0, 200),
        ("opportunity", "high_potential_upgrade", "customers", "", 27, "count", "", NAN, 31000.0, 27),
        ("threat", "at_risk_money", "customers", "", 97, "count", "", NAN, 143020.0, 97),
        ("threat", "cannot_lose_money", "customers", "", 21, "count", "", NAN, 88250.0, 21),
        ("threat", "first_customers_dependence", "first_customers_share", "", 0.34, "rate", "", NAN, 355700.0, 10),
        ("threat", "margin_rate_falling", "margin_rate", "", 0.3834, "rate", "previous", 0.3911, 8056.0, 788),
        ("threat", "something_new", "revenue", "region=Corse", 1200.0, "money", "previous", 2400.0, 1200.0, 31),
    ]
    columns = [
        "quadrant", "rule", "measure", "segment", "value", "unit", "compared_with", "reference", "money", "customers",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def actions() -> dict[str, pd.DataFrame]:
    n = 8
    frame = pd.DataFrame(
        {
            "customer_id": [f"{i:05d}" for i in range(n)],
            "name": [*TROUBLE[:5], "Boulangerie Lefèvre", "Menuiserie Ker Ys", None],
            "account_manager": ["Nadia Le Goff", "Hugo Martin"] * 4,
            "region": ["Bretagne"] * n,
            "contact_name": ["M. Dupont"] * n,
            "email": ["contact@exemple.fr", None] * 4,
            "phone": ["02 99 00 00 00"] * n,
            "lifecycle": ["inactive"] * n,
            "rfm_segment": ["cannot_lose"] * n,
            "size": ["large"] * n,
            "last_order_date": pd.to_datetime(["2025-11-03"] * n),
            "days_since_last_order": [239] * n,
            "orders": [14] * n,
            "money_at_stake": [12450.25 - 900 * i for i in range(n)],
            "why": ["cannot_lose"] * n,
        }
    )
    frame.attrs["customers"] = 21
    return {"cannot_lose": frame, "overdue": frame.iloc[:0]}


def cutoffs() -> pd.DataFrame:
    rows = [
        ("recency", 14.0, 39.0, 88.4, 190.0),
        ("frequency", 1, 2, 4, 8),
        ("monetary", 310.5, 800.0, 1710.25, 4100.0),
    ]
    return pd.DataFrame(rows, columns=["dimension", "q1", "q2", "q3", "q4"])


def scores() -> pd.DataFrame:
    rows = [(name, score, 200 + score) for name in ("recency", "frequency", "monetary") for score in range(1, 6)]
    return pd.DataFrame(rows, columns=["dimension", "score", "customers"])


def categories() -> pd.DataFrame:
    rows = [
        ("Sites web", 612, 0.593, 510200.0, 640.0, 419, 120300.0),
        ("Cybersécurité", 84, 0.081, 40100.0, 410.0, 947, 320100.0),
    ]
    columns = ["category", "customers", "coverage", "revenue", "median_spend", "lacking", "whitespace"]
    return pd.DataFrame(rows, columns=columns)


def movements() -> pd.DataFrame:
    frame = pd.concat([movement()] * len(PERIODS), ignore_index=True)
    frame.insert(0, "period", list(PERIODS))
    frame["new"] = [702, 160, 140, 131, 118]
    frame["lapsed"] = [0, 150, 171, 190, 203]
    frame["reactivated"] = [0, 42, 55, 80, 62]
    frame["retention_rate"] = [NAN, 0.79, 0.78, 0.771, 608 / 811]
    return frame


def revenue_bridges() -> pd.DataFrame:
    return pd.concat([revenue_bridge().assign(period=period) for period in PERIODS[1:]], ignore_index=True)


def rfm_migration() -> pd.DataFrame:
    names = [*GRID, "lost", "prospects"]
    rows = [
        (before, now, 60 if before == now else (7 * i + 5 * j) % 23, 1000.0)
        for i, before in enumerate(names)
        for j, now in enumerate(names[:-1])
    ]
    return pd.DataFrame(rows, columns=["rfm_before", "rfm_now", "customers", "revenue"])


def nps() -> pd.DataFrame:
    return pd.DataFrame(
        [{"nps": 21.8, "standard_error": 4.2, "answers": 330, "detractors": 60, "detractors_revenue": 999000.0}]
    )


def findings_over() -> pd.DataFrame:
    frame = findings()
    frame["status"] = ["new", "still", "gone"] * 5
    frame["money_before"] = [NAN, 9000.0, 12000.0] * 5
    return frame


def restated() -> pd.DataFrame:
    rows = [
        ("2025-H1", "revenue", "money", 1002450.0, 1001200.0, -1250.0, False),
        ("2025-H1", "retention_rate", "rate", 0.79, 0.78, -0.01, True),
    ]
    return pd.DataFrame(rows, columns=["period", "name", "unit", "was", "now", "change", "definitions_changed"])


def ledger() -> Ledger:
    aside = (SetAside("no_customer", 214, ("Code client vide",)), SetAside("zero_amount", 31))
    return Ledger(
        (
            TableLedger("orders", "orders.csv", 30480, 30235, aside, 120, (Note("{n} rows", {"n": 3}),), ("amount",)),
            TableLedger("customers", "customers.xlsx", 1902, 1902),
        )
    )


FRAMES = {
    name: make
    for name, make in list(globals().items())
    if getattr(make, "__module__", None) == __name__ and callable(make)
}


def make_book(languages: tuple[str, ...] = ("en", "fr")) -> SimpleNamespace:
    """A stand-in with what a View takes of a Book."""
    period = parse_period("2026-H1")
    return SimpleNamespace(
        portfolio=SimpleNamespace(languages=languages, name="Atelier Numérique"),
        currency="EUR",
        period=period,
        as_of=dt.date(2026, 6, 30),
        segment="",
        ledger=ledger(),
        params=SimpleNamespace(path="params/demo.yml"),
    )


@pytest.fixture
def frames():
    """Name -> a function that makes that table anew."""
    return FRAMES


@pytest.fixture
def book():
    return make_book()


@pytest.fixture
def view(book):
    return View(book)


@pytest.fixture(params=["en", "fr"])
def words(request):
    return Words(request.param, "EUR", period="2026-H1", previous="2025-H2")


@pytest.fixture
def trouble():
    return TROUBLE
