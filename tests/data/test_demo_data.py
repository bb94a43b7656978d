"""The demo portfolio: the same bytes each time, every story in it, and its faults in the numbers announced.

The measures here are short pandas computations over the raw files, independent of the package.
"""

import math
import subprocess
import sys
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from portfolio.params.columns import TABLES

DEMO = Path(__file__).parents[2] / "data" / "demo"
sys.path.insert(0, str(DEMO))
from headers import HEADERS  # noqa: E402
from stories import DIRT, GONE_SILENT_IDS, STORIES  # noqa: E402

sys.path.remove(str(DEMO))

FILES = {
    "orders": "commandes.csv",
    "customers": "clients.xlsx",
    "products": "produits.csv",
    "contracts": "contrats.xlsx",
    "interactions": "interactions.parquet",
    "surveys": "enquetes.csv",
    "opportunities": "opportunites.xlsx",
    "spend": "depenses.csv",
    "targets": "objectifs.csv",
    "experiments": "experiences.csv",
    "scorecard": "tableau_de_bord.csv",
}
UTF_8 = {"enquetes.csv", "experiences.csv"}  # with commas; the other CSV files are cp1252 with semicolons
SEMESTERS = ["2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1"]
AS_OF = pd.Timestamp("2026-06-30")
RFM = {  # the segment of each pair of scores, R then F
    "champions": ["54", "55"],
    "loyal": ["34", "35", "44", "45"],
    "potential_loyalists": ["42", "43", "52", "53"],
    "new_customers": ["51"],
    "promising": ["41"],
    "need_attention": ["33"],
    "about_to_sleep": ["31", "32"],
    "at_risk": ["13", "14", "23", "24"],
    "cannot_lose": ["15", "25"],
    "hibernating": ["11", "12", "21", "22"],
}


# ---- reading the raw files


@cache
def raw_orders():
    return pd.read_csv(DEMO / "commandes.csv", sep=";", encoding="cp1252", dtype=str, keep_default_na=False)


@cache
def raw_customers():
    return pd.read_excel(DEMO / "clients.xlsx", dtype={"Code postal": str}, engine="openpyxl")


def numbers(text):
    plain = text.str.replace(r"[ \xa0€]", "", regex=True).str.replace(",", ".")
    return pd.to_numeric(plain, errors="coerce")


def semester(days):
    return days.dt.year.astype(str) + "-H" + ((days.dt.month + 5) // 6).astype(str)


@cache
def lines():
    """The usable order lines, with what the customers table says of their customer."""
    raw = raw_orders()
    table = pd.DataFrame(
        {
            "customer_id": raw["Code client"],
            "order_id": raw["N° facture"],
            "category": raw["Famille"],
            "channel": raw["Canal"],
            "origin": raw["Facture d'origine"],
            "day": pd.to_datetime(raw["Date facture"], format="%d/%m/%Y", errors="coerce"),
            "amount": numbers(raw["Montant HT"]),
            "cost": numbers(raw["Coût"]),
        }
    )
    table = table[table.customer_id.ne("") & table.day.notna() & table.amount.notna() & table.amount.ne(0)]
    table = table.assign(semester=semester(table.day))
    names = {"Code client": "customer_id", "Région": "region", "Chargé de clientèle": "account_manager"}
    known = raw_customers()[list(names)].rename(columns=names)
    return table.merge(known, on="customer_id", how="left")


# ---- measures: (segment, period) -> a number


def select(table, segment):
    if segment is None:
        return table
    column, value = segment.split("=")
    return table[table[column] == value]


def active(segment, period):
    table = select(lines(), segment)
    return set(table.customer_id[(table.semester == period) & (table.amount > 0)])


def before(period):
    return SEMESTERS[SEMESTERS.index(period) - 1]


def retention_rate(segment, period):
    earlier = active(segment, before(period))
    return len(earlier & active(segment, period)) / len(earlier)


def revenue(segment, period):
    table = select(lines(), segment)
    return table.amount[table.semester == period].sum()


def by_size(period):
    """Customers active in the period by falling revenue, cut after the first 20 % and the next 30 %."""
    table = lines()[lines().semester == period]
    table = table[table.customer_id.isin(active(None, period))]
    sums = table.groupby("customer_id")[["amount", "cost"]].sum().sort_values("amount", ascending=False)
    large, half = math.ceil(0.2 * len(sums)), math.ceil(0.5 * len(sums))
    return {"size=large": sums[:large], "size=medium": sums[large:half], "size=small": sums[half:]}


def margin_rate(segment, period):
    sums = by_size(period)[segment].sum()
    return 1 - sums.cost / sums.amount


def trailing_year():
    return lines()[lines().day > AS_OF - pd.DateOffset(months=12)]


def buyers(segment):
    table = select(trailing_year(), segment)
    return table[table.amount > 0].customer_id.nunique()


def buyers_share(segment, period):
    return buyers(segment) / buyers(None)


def revenue_per_buyer(segment, period):
    return select(trailing_year(), segment).amount.sum() / buyers(segment)


@cache
def rfm():
    """Scores of the customers with an order in the trailing 12 months: ranks against the quintiles."""
    table = trailing_year()
    table = table[table.amount > 0].groupby("customer_id").agg(last=("day", "max"), orders=("order_id", "nunique"))
    days = (AS_OF - table["last"]).dt.days
    cuts = [0.2, 0.4, 0.6, 0.8]
    r = 5 - sum((days > days.quantile(q)).astype(int) for q in cuts)
    f = 1 + sum((table.orders > table.orders.quantile(q)).astype(int) for q in cuts)
    cells = {cell: name for name, listed in RFM.items() for cell in listed}
    return (r.astype(str) + f.astype(str)).map(cells)


def customers(segment, period):
    kind, value = segment.split("=")
    if kind == "rfm":
        return (rfm() == value).sum()
    return (raw_customers()["Chargé de clientèle"] == value).sum()


def seasonality(segment, period):
    table = lines()[lines().day < "2026-01-01"]
    months = table.groupby(table.day.dt.month).amount.sum()
    return months[int(segment.split("=")[1])] / months.mean()


@cache
def answers():
    return pd.read_csv(DEMO / "enquetes.csv", parse_dates=["Date"])


def nps(segment, period):
    score = answers()["Recommandation"][semester(answers()["Date"]) == period]
    return 100 * ((score >= 9).mean() - (score <= 6).mean())


def complaints(segment, period):
    table = pd.read_parquet(DEMO / "interactions.parquet")
    return ((table.kind == "complaint") & (semester(pd.to_datetime(table.date)) == period)).sum()


def ordering_share(segment, period):
    table = pd.read_csv(DEMO / "experiences.csv", parse_dates=["assigned_date"])
    group = select(table[table.experiment == "Relance de rentrée 2025"], segment)
    start = group.assigned_date.iloc[0]
    table = lines()[(lines().amount > 0) & lines().day.between(start, start + pd.Timedelta(days=90))]
    return group.customer_id.isin(table.customer_id).mean()


def return_rate(segment, period):
    amount = lines().amount[lines().semester == period]
    return -amount[amount < 0].sum() / amount[amount > 0].sum()


def late_credit_notes(segment, period):
    table = lines()
    credits = table[table.amount < 0]
    ordered = table[table.amount > 0].groupby("order_id").day.first()
    return ((credits.day - credits.origin.map(ordered)).dt.days > 182).sum()


def largest_credit_note(segment, period):
    return -lines().amount.min()


def first_orders(period):
    table = lines()[lines().amount > 0].sort_values("day", kind="stable").drop_duplicates("customer_id")
    return table[table.semester == period]


def new_customers(segment, period):
    return len(first_orders(period))


def new_customers_share(segment, period):
    return len(select(first_orders(period), segment)) / len(first_orders(period))


def top_20_percent_share(segment, period):
    table = lines()[lines().semester == period]
    sums = table.groupby("customer_id").amount.sum().sort_values(ascending=False)
    sums = sums[sums > 0]
    return sums[: math.ceil(0.2 * len(sums))].sum() / sums.sum()


def active_customers(segment, period):
    return len(active(segment, period))


def target(measure, segment, period):
    table = pd.read_csv(DEMO / "objectifs.csv", sep=";", decimal=",", encoding="cp1252")
    here = (table["Mesure"] == measure) & (table["Période"] == period) & (table["Segment"] == segment)
    return table["Objectif"][here].item()


def figure(fact):
    """The figure a fact bounds."""
    measure = globals()[fact.measure]
    value = measure(fact.segment, fact.period)
    if fact.versus is None:
        return value
    if fact.versus == "target":
        return value - target(fact.measure, fact.segment, fact.period)
    if fact.versus == "portfolio":
        return value - measure(None, fact.period)
    if fact.versus in SEMESTERS:
        return value - measure(fact.segment, fact.versus)
    return value - measure(fact.versus, fact.period)


# ---- stories and faults


@pytest.mark.parametrize("fact", [pytest.param(f, id=f"{s.name}-{i}") for s in STORIES for i, f in enumerate(s.facts)])
def test_the_story_shows_in_the_raw_files(fact):
    value = figure(fact)
    assert fact.low is not None or fact.high is not None
    assert fact.low is None or value >= fact.low
    assert fact.high is None or value <= fact.high


def test_first_rank_customers_went_silent():
    assert set(rfm()[GONE_SILENT_IDS]) == {"cannot_lose"}
    in_2025 = lines()[lines().semester.isin(["2025-H1", "2025-H2"])].groupby("customer_id").amount.sum()
    assert (in_2025.rank(ascending=False)[GONE_SILENT_IDS] <= 25).all()
    assert not active(None, "2026-H1") & set(GONE_SILENT_IDS)


def test_order_faults_are_as_announced():
    raw = raw_orders()
    known = set(raw_customers()["Code client"])
    date, amount = raw["Date facture"], raw["Montant HT"]
    assert {
        "order_lines_twice": raw.duplicated().sum(),
        "orders_without_customer": (raw["Code client"] == "").sum(),
        "orders_of_unknown_customers": (~raw["Code client"].isin(known | {""})).sum(),
        "orders_of_nothing": (numbers(amount) == 0).sum(),
        "orders_without_date": (date == "").sum(),
        "orders_with_impossible_date": (
            pd.to_datetime(date, format="%d/%m/%Y", errors="coerce").isna() & date.ne("")
        ).sum(),
        "orders_with_unusable_amount": numbers(amount).isna().sum(),
    } == {name: count for name, count in DIRT.items() if name.startswith("order")}
    assert set(raw["Code client"]) - known == {"", "C90001", "C90002", "C90003"}


def test_customer_faults_are_as_announced():
    table = raw_customers()
    email = table["E-mail"]
    same = table["Raison sociale"].str.normalize("NFKD").str.encode("ascii", "ignore").str.decode("ascii").str.lower()
    assert email.isna().sum() == DIRT["emails_missing"]
    assert (~email.dropna().str.contains("@")).sum() == DIRT["emails_malformed"]
    companies = table[table["Code NAF"].notna()]
    spelling = same[companies.index].str.replace("&", "et")
    assert spelling.duplicated().sum() == DIRT["customers_entered_twice"]
    assert companies["Raison sociale"].is_unique
    assert table["Code client"].is_unique


# ---- the shape of the portfolio


def test_the_portfolio_has_the_size_of_a_small_company():
    assert 1_450 <= lines().customer_id.nunique() <= 1_600
    assert 28_000 <= len(raw_orders()) <= 33_000
    assert lines().day.min() == pd.Timestamp("2024-01-01")
    assert lines().day.max() == AS_OF
    for period in SEMESTERS:
        assert 700 <= active_customers(None, period) <= 1_100
        assert 5e6 <= revenue(None, period) <= 6.5e6
    for period in SEMESTERS[1:]:
        assert 0.60 <= retention_rate(None, period) <= 0.77


def test_every_region_is_large_enough_to_be_measured():
    table = lines()[lines().amount > 0]
    counts = table.groupby(["region", "semester"]).customer_id.nunique()
    assert len(counts) == 8 * len(SEMESTERS)
    assert counts.min() >= 30


def test_a_credit_note_never_exceeds_its_order_nor_comes_before_it():
    table = lines()
    credits = table[table.amount < 0]
    orders = table[table.amount > 0].groupby("order_id").agg(day=("day", "min"), amount=("amount", "sum"))
    assert credits.origin.isin(orders.index).all()
    assert (credits.day >= credits.origin.map(orders.day)).all()
    credited = -credits.groupby("origin").amount.sum()
    assert (credited <= orders.amount[credited.index] + 0.005).all()  # half a cent: sums of floats


def test_codes_keep_their_leading_zeros():
    assert raw_customers()["Code postal"].str.fullmatch(r"\d{5}").all()
    assert raw_customers()["Code postal"].str.startswith("0").sum() > 50
    invoices = raw_orders()["N° facture"]
    assert invoices.str.fullmatch(r"\d{7}|AV\d{5}").all()


def test_contacts_are_fictitious():
    """Only names and numbers reserved for examples: RFC 2606, and Arcep's ranges for fiction."""
    table = raw_customers()
    assert table["E-mail"].dropna().str.endswith(".example.com").all()
    assert (
        table["Téléphone"].str[:8].isin(["01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98"]).all()
    )


# ---- the files


def read(name):
    """A raw file as it stands."""
    path = DEMO / name
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine="openpyxl")
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, **({} if name in UTF_8 else {"sep": ";", "encoding": "cp1252"}))


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_every_column_and_some_value_in_each(table):
    wanted = {column.name for column in TABLES[table].columns} - {
        "unit_price",
        "margin",
    }  # amount and cost say the same
    raw = read(FILES[table])
    assert wanted <= set(HEADERS[table])
    assert list(raw.columns) == list(HEADERS[table].values())
    assert raw.notna().any().all()


def test_making_it_again_gives_the_same_bytes(tmp_path):
    subprocess.run([sys.executable, "-B", DEMO / "make_demo.py", tmp_path], check=True)
    assert {path.name for path in tmp_path.iterdir()} == set(FILES.values())
    changed = [name for name in FILES.values() if (tmp_path / name).read_bytes() != (DEMO / name).read_bytes()]
    assert changed == []


def test_the_files_stay_small():
    assert sum((DEMO / name).stat().st_size for name in FILES.values()) < 5_000_000
