"""Whom to call, and why: the lists that a review leaves, whatever topic declares them."""

from __future__ import annotations

import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.errors import N_
from portfolio.params.columns import CUSTOMER_BASE, TABLES, Column
from portfolio.review.figures.numbers import chosen
from portfolio.topics.contract import ActionList, Topic

# What a list says of each customer, in this order, around the classes that are for sales people.
WHO = ("customer_id", "name", "account_manager", "region", "contact_name", "email", "phone")
SINCE = ("last_order_date", "days_since_last_order")
RANKED = (
    Column("orders", "integer", N_("Orders"), "orders over the trailing window"),
    Column("money_at_stake", "money", N_("Money at stake"), "what ranks the list", unit="currency"),
)
WHY = Column("why", "text", N_("Why"), "name of the list")


def columns_of(book: Book, each: ActionList) -> list[Column]:
    """Return the columns of a list, with their types, units and labels."""
    classes = [
        Column(one.name, "text", one.label, "") for topic in book.topics for one in topic.classes if one.in_lists
    ]
    who = [TABLES["customers"][name] for name in WHO]
    return [*who, *classes, *(CUSTOMER_BASE[name] for name in SINCE), *RANKED, *each.columns, WHY]


def lists(book: Book, *topics: Topic) -> dict[str, pd.DataFrame]:
    """Return the lists to work from, each ranked by the money at stake.

    Parameters
    ----------
    topics
        Those whose lists are wanted; when none is named, all that have no notebook of their own.

    Returns
    -------
    dict of DataFrame
        List name -> the columns of ``columns_of``. At most ``action_list_rows`` rows; the number of customers that meet
        the rule is in ``.attrs["customers"]``, its columns in ``.attrs["columns"]``. Customers who have closed their
        account are left out.
    """
    declared = sorted((each for topic in chosen(book, *topics) for each in topic.lists), key=lambda each: each.severity)
    found = {each.name: _list(book, each) for each in declared}
    return {name: frame for name, frame in found.items() if frame is not None}


def _list(book: Book, each: ActionList) -> pd.DataFrame | None:
    if callable(each.customers):
        table = each.customers(book)
        if table is None:
            return None
    else:
        table = book.customers
        for column, wanted in each.customers.items():
            table = table.filter(table[column].isin(wanted))
    table = table.filter(_.closed_date.isnull() | (_.closed_date > book.as_of))
    columns = columns_of(book, each)
    made = {"orders": table.trailing_orders, "money_at_stake": table[each.money].cast("float64")}
    given = {column.name: table[column.name] for column in columns if column.name not in {*made, WHY.name}}
    ranked = (
        table.select(**given, **made, everyone=_.count().over())
        .order_by([_.money_at_stake.desc(), _.customer_id])
        .limit(book.thresholds.action_list_rows)
    )
    found = book.run(ranked).assign(why=each.name)
    everyone = int(found["everyone"].iloc[0]) if len(found) else 0
    found = found[[column.name for column in columns]]
    found.attrs |= {"customers": everyone, "columns": columns}
    return found


def summary(book: Book, *topics: Topic) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return what each list holds (``list``, ``customers``, ``money_at_stake``), and the lists."""
    found = lists(book, *topics)
    rows = [(name, frame.attrs["customers"], frame["money_at_stake"].sum()) for name, frame in found.items()]
    return pd.DataFrame(rows, columns=["list", "customers", "money_at_stake"]), found
