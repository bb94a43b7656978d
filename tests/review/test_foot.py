"""The foot of a report: where its figures come from, without folders or passwords."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from portfolio.params.columns import TABLES
from portfolio.review.foot import Source, fragment, made_of, shown
from portfolio.review.opening import unused_tables
from portfolio.show.words import Words
from portfolio.sources.ledger import Ledger, Note, SetAside, TableLedger
from portfolio.topics.contract import Topic, Topics


@pytest.fixture
def ledger():
    aside = (SetAside("no_customer", 214, ("Code client vide",)), SetAside("zero_amount", 31))
    return Ledger(
        (
            TableLedger(
                "orders", "/home/me/orders.csv", 30480, 30235, aside, 120, (Note("{n} rows", {"n": 3}),), ("amount",)
            ),
            TableLedger("customers", "postgres://me:secret@host/base", 1902, 1902),
        )
    )


def test_what_the_figures_are_made_of(ledger):
    source = Source(
        dt.date(2026, 6, 30), "region=Bretagne", "2024-H2", "demo.yml", "abcdef0123456789ffff", ("customers",)
    )
    html = fragment(ledger, source, words=Words("fr")).html
    for part in (
        "30 juin 2026", "Bretagne", "orders.csv", "postgres://host/base", "30\u202f480 lignes lues",
        "30\u202f235 gardées, 245 écartées", "Sans client\u00a0: 214", "120 lignes", "demo.yml",
        "abcdef0123456789", "UTC",
    ):  # fmt: skip
        assert part in html, part
    for hidden in ("/home/me", "secret", "ffff"):
        assert hidden not in html
    assert "1\u202f902 lignes lues, toutes gardées\xa0; aucune mesure n’utilise cette table" in html
    assert "mesurés sur le S2\xa02024, pour tous les rapports" in html


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("/home/me/data/orders.csv", "orders.csv"),
        ("C:\\data\\orders.csv", "orders.csv"),
        ("postgres://me:secret@host/base?sslmode=require", "postgres://host/base"),
    ],
)
def test_sources_are_told_without_folders_nor_passwords(source, told):
    assert shown(source) == told


def test_the_whole_portfolio_is_named(shop):
    ledger, source = made_of(shop)
    html = fragment(ledger, source, words=Words("en", vocabulary=shop.topics.vocabulary)).html
    assert "Whole portfolio" in html
    assert "31 December 2025" in html


UNUSED = ["products", "interactions", "opportunities", "spend", "experiments", "scorecard"]


@pytest.fixture(scope="module")
def every_table(make_book, shop_tables):
    orders, _ = shop_tables
    others = {name: pd.DataFrame(columns=list(table.required)) for name, table in TABLES.items() if name != "orders"}
    return make_book(orders, "2025-H2", **others)


def test_tables_that_no_measure_uses_are_named(every_table):
    ledger, source = made_of(every_table)
    assert sorted(source.unused) == sorted(UNUSED)
    words = Words("en", vocabulary=every_table.topics.vocabulary)
    assert fragment(ledger, source, words=words).html.count("no measure uses this table") == len(UNUSED)


@pytest.mark.parametrize("name", UNUSED)
def test_a_table_that_a_topic_comes_to_need_is_named_no_more(every_table, name):
    own = Topics((*every_table.topics, Topic("own", "Own?", needs=("orders", name))))
    found = unused_tables(every_table.params, own)
    assert sorted(found) == sorted(set(UNUSED) - {name})
