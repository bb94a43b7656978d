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
    named = [(each, table) for each in declared if (table := customers_of(book, each.customers)) is not None]
    if not named:
        return {}
    met = [(each, _with_reason(book, table)) for each, table in named]
    counted = [
        table.group_by("reason").agg(customers=_.count()).mutate(list=ibis.literal(each.name)) for each, table in met
    ]
    counts = book.run(ibis.union(*counted, distinct=False))
    return {each.name: _list(book, each, table, counts[counts["list"] == each.name]) for each, table in met}


def _with_reason(book: Book, customers: ibis.Table) -> ibis.Table:
    """Say of each customer why they may not be contacted, and leave out an e-mail that may not be written to."""
    written = may_be_written_to(customers, book.thresholds.opt_in)
    return customers.mutate(
        reason=reason_not_to_contact(customers, book.as_of),
        email=written.ifelse(customers.email, ibis.null("string")),
    )


def _list(book: Book, each: ActionList, table: ibis.Table, counts: pd.DataFrame) -> pd.DataFrame:
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
