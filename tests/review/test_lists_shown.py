"""Lists to work from, shown: the first customers on the page, all of them as plain data for the spreadsheets."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from portfolio.review.lists import shown
from portfolio.review.lists.numbers import Lists, columns_of
from portfolio.show.mime import ACTIONS
from portfolio.topics import TOPICS


@pytest.fixture
def lists(trouble):
    columns = columns_of(next(each for topic in TOPICS for each in topic.lists if each.name == "cannot_lose"))
    n = 8
    frame = pd.DataFrame(
        {
            "customer_id": [f"{i:05d}" for i in range(n)],
            "name": [*trouble[:5], "Boulangerie Lefèvre", "Menuiserie Ker Ys", None],
            "account_manager": ["Nadia Le Goff", "Hugo Martin"] * 4,
            "region": ["Bretagne"] * n,
            "contact_name": ["M. Dupont"] * n,
            "email": ["contact@exemple.fr", None] * 4,
            "phone": ["02 99 00 00 00"] * n,
            "last_order_date": pd.to_datetime(["2025-11-03"] * n),
            "days_since_last_order": [239] * n,
            "preferred_channel": ["phone"] * n,
            "last_order_amount": [99.5] * n,
            "last_order_product": ["Pens"] * n,
            "other_lists": ["inactive"] * n,
            "trailing_orders": [14] * n,
            "trailing_revenue": [5000.0] * n,
            "median_interval": [31.0] * n,
            "recoverable": [12450.25 - 900 * i for i in range(n)],
        }
    )
    record = {
        "customers": 357, "ordered": 116, "money": 429000.0, "most": 178, "most_ordered": 71, "least": 179,
        "least_ordered": 45, "before": "2025-H1",
        "uplift": {"share": 0.4, "kept_share": 0.3, "difference": 0.1, "low": -0.02, "high": 0.2},
    }  # fmt: skip
    frame.attrs |= {
        "met": 36, "customers": 21, "columns": columns, "left_out": {"refused": 9, "closed": 1}, "elsewhere": 3,
        "held": 2, "recoverable": 90000.0, "floor": 100.0, "record": record,
        "answers": {"called": 30, "reached": 20, "ordered": 5, "money": 12000.0},
    }  # fmt: skip
    nobody = frame.iloc[:0]
    nobody.attrs |= {"met": 0, "customers": 0, "left_out": {}}
    return {"cannot_lose": frame, "overdue": nobody}


def show(lists, words):
    held = pd.DataFrame([("Dan", "010", "cannot_lose", None)])
    return shown.lists(None, Lists(lists, held, 100.0), (), words=words)


def test_plain_data_for_the_spreadsheets(lists, french):
    given = show(lists, french).data[ACTIONS]
    [table] = given["lists"]
    assert table["name"] == "cannot_lose", "an empty list makes no sheet"
    assert given["held"] == [["Dan", "010", "cannot_lose", None]]
    assert (given["workbook"], given["months"]) == ("lists", 12)
    kinds = {column["name"]: (column["type"], column["unit"]) for column in table["columns"]}
    assert kinds["recoverable"] == ("money", "currency")
    assert kinds["last_order_date"] == ("date", "")
    assert table["figures"][0]["days_since_last_order"] == 239
    assert kinds["customer_id"] == ("text", "")
    first = dict(zip(kinds, table["rows"][0], strict=True))
    assert first["customer_id"] == "00000"
    assert first["last_order_date"] == "2025-11-03"
    assert first["recoverable"] == 12450.25
    assert first["name"] == "<script>alert(1)</script>"
    assert table["rows"][7][0] is None
    json.dumps(given, allow_nan=False)


def test_each_list_says_why_what_to_do_and_where_its_files_are(lists, french):
    html = show(lists, french).html
    assert 'href="actions/lists.fr.xlsx"' in html
    assert 'href="actions/cannot_lose.fr.csv"' in html
    assert french.why("cannot_lose") in html
    assert french.action("cannot_lose") in html
    assert french.say("The first {n} are listed.", n="8") in html
    assert "3 autres ont une autre première action, dans une liste plus haut." in html
    assert "2 autres forment le groupe témoin" in html
    assert "9 autres ont refusé d’être contactés et n’y figurent pas." in html
    assert "1 compte fermé n’y figure pas." in html
    assert f"21 clients, {french.money(90000, short=True)} récupérables." in html
    assert "Sur 357 clients dans ce cas au S1\xa02025, 116 ont commandé depuis, pour 429\xa0k€" in html
    assert "40\xa0% de la moitié qui rapportait le plus, 25\xa0% de l’autre moitié." in html
    assert "30 appelés, 20 joints" in html
    assert french.say("Chance alone could explain that: calling is not shown to change anything.") in html
    assert french.label("overdue") not in html


def test_nobody_to_call_is_said(lists, words):
    html = show({"overdue": lists["overdue"]}, words).html
    assert 'class="nothing"' in html
    assert "<section" not in html


def test_first_customers_show_trouble_as_text(lists, trouble, words):
    table = shown.first_customers(lists["cannot_lose"], "cannot_lose", words=words)
    assert len(table.rows) == 5
    assert [row[0].text for row in table.rows[:2]] == trouble[:2]
    assert "<script" not in table.html
    assert words.date(pd.Timestamp("2025-11-03"), "medium") in table.html
    assert words.money(12450.25, digits=0) in table.html


def test_customers_without_a_name_are_told_by_id(lists, words):
    frame = lists["cannot_lose"]
    frame["name"] = None
    table = shown.first_customers(frame, "cannot_lose", words=words)
    assert table.columns[0].head == words.label("customer_id")
    assert table.rows[0][0].text == "00000"


@pytest.mark.parametrize(
    ("money", "said"),
    [
        (100.0, "21 customers, €100 recoverable."),
        (99.0, "21 customers, and nearly nothing to gain from calls (€99): leave this list for last."),
        (None, "21 customers."),
    ],
)
def test_a_list_that_nobody_can_gain_from_says_so(lists, english, money, said):
    facts = shown.facts(lists["cannot_lose"]) | {"recoverable": money, "record": None, "answers": None}
    assert shown.sentences(facts, english)[0] == said


def test_why_is_told_with_the_figures_of_the_customer(lists, english, french):
    row = lists["cannot_lose"].to_dict("records")[0]
    assert shown.why("cannot_lose", row, 12, english) == "14 orders in the last 12 months, and none for 239 days."
    assert shown.why("overdue", row, 12, french) == (
        "D’habitude une commande tous les 31 jours, et aucune depuis 239 jours."
    )
