"""Findings told: ranked by money, each with its evidence, whatever rule they come from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.params import Thresholds
from portfolio.review.findings import shown
from portfolio.review.findings.numbers import COLUMNS
from portfolio.topics.contract import QUADRANTS, Topics

NAN = np.nan


@pytest.fixture
def found():
    # Quadrant, rule, measure, segment, value, unit, compared with, reference, customers, counted above, exposed,
    # expected, recoverable.
    rows = [
        ("strength", "retention_vs_target", "retention_rate", "", 0.7497, "rate", "target",
         0.74, 811, 0, 9e5, 9800.0, NAN),
        ("strength", "margin_rate_vs_others", "margin_rate", "size=small", 0.48, "rate", "others",
         0.38, 312, 26, 9e5, 11800.0, NAN),
        ("weakness", "revenue_vs_target", "revenue", "", 1046341.0, "money", "target",
         1.1e6, 788, 0, 9e5, 53659.0, NAN),
        ("weakness", "account_manager_load", "customers", "account_manager=Nadia Le Goff", 312, "count", "others",
         121.5, 312, 0, NAN, NAN, NAN),
        ("weakness", "average_basket_vs_target", "average_basket", "", 434.17, "money", "target",
         450.0, 2410, 0, 9e5, 38151.0, NAN),
        ("opportunity", "lapsed_winback", "customers", "", 203, "count", "", NAN, 203, 0, 9e5, 148200.0, 9e4),
        ("opportunity", "high_potential_upgrade", "customers", "", 27, "count", "", NAN, 27, 3, 9e5, 31000.0, 9e3),
        ("opportunity", "whitespace", "coverage", "category=<b>Web</b>", 0.081, "rate", "",
         NAN, 910, 0, 9e5, 320100.0, NAN),
        ("threat", "first_customers_dependence", "first_customers_share", "", 0.34, "rate", "",
         NAN, 10, 0, 355700.0, 22100.0, 8100.0),
        ("threat", "margin_rate_falling", "margin_rate", "", 0.3834, "rate", "previous",
         0.3911, 788, 788, 0.0, 0.0, NAN),
        ("threat", "a_rule_of_nobody", "revenue", "region=Corse", 1200.0, "money", "previous",
         2400.0, 31, 0, 4000.0, 1200.0, NAN),
    ]  # fmt: skip
    return pd.DataFrame([(*row, row[11], 0.0, True) for row in rows], columns=COLUMNS)


@pytest.fixture
def told(found, topics, english):
    return {row.rule: shown.told(row, topics, english) for row in found.itertuples()}


def test_sentences_of_gaps(told):
    assert told["retention_vs_target"].sentence == "Retention rate above target: 75.0% for 74.0%."
    assert told["revenue_vs_target"].sentence == "Revenue below target: €1,046,341 for €1,100,000."
    assert told["margin_rate_vs_others"].sentence == (
        "Small customers: margin rate 48.0%, against 38.0% for the other customers."
    )
    assert told["margin_rate_vs_others"].evidence == ("312 customers · the money of 26 customers is counted in others")
    assert told["average_basket_vs_target"].evidence == "over 2,410 orders"


def test_sentences_of_rules(told):
    assert told["account_manager_load"].sentence == (
        "Nadia Le Goff looks after 312 customers, against 121.5 for the median account manager."
    )
    assert told["account_manager_load"].evidence == "", "a count is said once"
    assert told["whitespace"].sentence == ("“<b>Web</b>”: only 8.1% of customers buy it, and their peers could.")
    assert told["whitespace"].evidence == "910 customers do not buy it"
    assert told["first_customers_dependence"].sentence.startswith("The first 10 customers bring 34.0% of revenue")


def test_what_to_do_first_is_that_of_the_rule_or_of_the_figure(told, topics):
    assert told["lapsed_winback"].first == topics.rules["lapsed_winback"].first
    assert told["retention_vs_target"].first == topics.figures["retention_rate"].better
    assert told["average_basket_vs_target"].first == topics.figures["average_basket"].worse


def test_a_rule_without_a_sentence_is_told_all_the_same(told):
    assert told["a_rule_of_nobody"].sentence == "Revenue below H2\xa02025: €1,200 against €2,400."
    assert told["a_rule_of_nobody"].evidence == "Region: Corse · 31 customers"


def test_quadrants_are_ranked_by_money(found, topics, english):
    html = shown.swot(found, topics, words=english).html
    opportunities = html[html.index("Opportunities") : html.index("Threats")]
    assert opportunities.index("€320K") < opportunities.index("€148K") < opportunities.index("€31K")
    for money in (
        "€320K expected gain",
        "€22K expected loss, €356K exposed, €8,100 recoverable",
        "€9,800 expected gain",
        "€54K expected loss",
    ):
        assert money in html, money
    assert "are for people to add" in html
    assert "<b>Web" not in html


def test_money_that_is_not_known_is_not_told(told):
    assert told["account_manager_load"].money == ""


def test_no_longer_than_the_params_say(found, topics, english):
    few = Topics(topics.topics, Thresholds(findings_per_quadrant=1))
    html = shown.swot(found, few, words=english).html
    assert html.count("<li>") == 4
    assert "€54K" in html
    assert "€38K" not in html


def test_money_that_a_finding_above_counts_in_whole_is_not_told_again(found, topics, english):
    html = shown.swot(found, topics, words=english).html
    # What the whole portfolio shows is told without money where its customers are counted above.
    assert topics.rules["margin_rate_falling"].first in html
    assert "€0" not in html
    found.loc[found["rule"] == "lapsed_winback", "told"] = False
    assert topics.rules["lapsed_winback"].first not in shown.swot(found, topics, words=english).html


def test_every_quadrant_is_there_even_empty(found, topics, words):
    html = shown.swot(found.iloc[:0], topics, words=words).html
    assert html.count("<section") == len(QUADRANTS) == 4
    assert html.count(words.say("Nothing to report.")) == 4


def test_over_periods(found, topics, english):
    statuses = ["new", "worse", "resolved", "same", "better"]
    frame = found.assign(status=[*statuses * 2, "new"], expected_before=[NAN, 9000.0, 12000.0, 0.0, 1.0] * 2 + [NAN])
    frame.loc[10, "told"] = False
    table = shown.periods_table(frame, topics, words=english)
    assert [cell.text for cell in table.rows[0]] == [
        "new", "Strength", "Retention rate above target: 75.0% for 74.0%. (811 customers)", "–", "€9,800"
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[2]][3:] == ["€12K", "–"], "what is resolved has no money now"
    assert [cell.text for cell in table.rows[3]][3:] == ["–", "–"], "the customers are all counted above"
    assert len(table.rows) == 10
    assert shown.periods_sentence(frame, topics, words=english) == (
        "2 findings are new, 2 are worse, 2 are the same, 2 are better and 2 are resolved."
    )
