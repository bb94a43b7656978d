"""Lists to work from, shown: the first customers on the page, all of them as plain data for the spreadsheets."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from portfolio.params.columns import CUSTOMER_BASE, TABLES
from portfolio.review.lists import shown
from portfolio.review.lists.numbers import RANKED, SINCE, WHO, WHY
from portfolio.show.mime import ACTIONS


@pytest.fixture
def lists(trouble):
    columns = [*(TABLES["customers"][name] for name in WHO), *(CUSTOMER_BASE[name] for name in SINCE), *RANKED, WHY]
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
            "orders": [14] * n,
            "money_at_stake": [12450.25 - 900 * i for i in range(n)],
            "why": ["cannot_lose"] * n,
        }
    )
    frame.attrs |= {"customers": 21, "columns": columns, "left_out": {"refused": 9, "closed": 1}}
    nobody = frame.iloc[:0]
    nobody.attrs |= {"customers": 0, "left_out": {}}
    return {"cannot_lose": frame, "overdue": nobody}


def test_plain_data_for_the_spreadsheets(lists, french):
    fragment = shown.lists(None, lists, words=french)
    assert list(fragment.data[ACTIONS]) == ["cannot_lose"], "an empty list makes no file"
    table = fragment.data[ACTIONS]["cannot_lose"]
    kinds = {column["name"]: (column["type"], column["unit"]) for column in table["columns"]}
    assert kinds["money_at_stake"] == ("money", "currency")
    assert kinds["last_order_date"] == ("date", "")
    assert kinds["days_since_last_order"] == ("integer", "days")
    assert kinds["customer_id"] == ("text", "")
    first = dict(zip(kinds, table["rows"][0], strict=True))
    assert first["customer_id"] == "00000"
    assert first["last_order_date"] == "2025-11-03"
    assert first["money_at_stake"] == 12450.25
    assert first["name"] == "<script>alert(1)</script>"
    assert table["rows"][7][1] is None
    json.dumps(table, allow_nan=False)


def test_each_list_says_why_what_to_do_and_where_its_files_are(lists, french):
    html = shown.lists(None, lists, words=french).html
    assert 'href="actions/cannot_lose.fr.xlsx"' in html
    assert 'href="actions/cannot_lose.fr.csv"' in html
    assert french.why("cannot_lose") in html
    assert french.action("cannot_lose") in html
    assert french.say("The first of {all}.", all="21") in html
    assert "9 autres ont refusé d’être contactés et n’y figurent pas." in html
    assert "1 compte fermé n’y figure pas." in html
    # 8 x 12,450.25 less 28 x 900.
    assert f"8 clients, {french.money(74402, short=True)} en jeu" in html
    assert french.label("overdue") not in html


def test_nobody_to_call_is_said(lists, words):
    html = shown.lists(None, {"overdue": lists["overdue"]}, words=words).html
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
