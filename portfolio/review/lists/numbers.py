"""Whom to call, and why: the lists that a review leaves, whatever topic declares them."""

from __future__ import annotations

import ibis
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.contact import may_be_written_to, reason_not_to_contact
from portfolio.errors import N_
from portfolio.params.columns import CUSTOMER_BASE, TABLES, Column
from portfolio.review.customers import customers_of
from portfolio.review.figures.numbers import able, chosen
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
        List name -> the columns of ``columns_of``, at most ``action_list_rows`` rows: customers who may be contacted.
        The e-mail is empty where none may be sent. In ``.attrs``: ``columns``; ``customers``, how many meet
        the rule and may be contacted; ``left_out``, how many may not, by reason (refused, closed).
    """
    told = able(book, *chosen(book, *topics))
    declared = sorted((each for topic in told for each in topic.lists), key=lambda each: each.severity)
    found = {each.name: _list(book, each) for each in declared}
    return {name: frame for name, frame in found.items() if frame is not None}


def _list(book: Book, each: ActionList) -> pd.DataFrame | None:
    table = customers_of(book, each.customers)
    if table is None:
        return None
    table = table.mutate(
        reason=reason_not_to_contact(table, book.as_of),
        email=may_be_written_to(table, book.thresholds.opt_in).ifelse(table.email, ibis.null("string")),
    )
    counts = book.run(table.group_by("reason").agg(customers=_.count()))
    left_out = {row.reason: int(row.customers) for row in counts.itertuples() if isinstance(row.reason, str)}
    columns = columns_of(book, each)
    money = each.money(table) if callable(each.money) else table[each.money]
    made = {"orders": table.trailing_orders, "money_at_stake": money.cast("float64")}
    given = {column.name: table[column.name] for column in columns if column.name not in {*made, WHY.name}}
    ranked = (
        table.select(**given, **made, reason=table.reason)
        .filter(_.reason.isnull())
        .order_by([_.money_at_stake.desc(), _.customer_id])
        .limit(book.thresholds.action_list_rows)
    )
    found = book.run(ranked).assign(why=each.name)[[column.name for column in columns]]
    met = int(counts["customers"].sum()) - sum(left_out.values())
    found.attrs |= {"columns": columns, "customers": met, "left_out": left_out}
    return found


def summary(book: Book, *topics: Topic) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return what each list holds (``list``, ``customers``, ``money_at_stake``), and the lists."""
    found = lists(book, *topics)
    rows = [(name, frame.attrs["customers"], frame["money_at_stake"].sum()) for name, frame in found.items()]
    return pd.DataFrame(rows, columns=["list", "customers", "money_at_stake"]), found
