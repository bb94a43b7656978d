"""Whom to call by what they are worth: the columns of the prediction for action lists, and a list of its own."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.measures.actions import COLUMNS
from portfolio.measures.predicted import Prediction, prediction, ranked

# Who is held for alive with more than that needs no call.
SURE = 0.9
MAY_BE_GONE, MOST_VALUABLE = "may_be_gone", "most_valuable"
# The columns of the prediction, in the order of the lists.
ADDED = ("probability_alive", "expected_purchases", "expected_value", "predicted_value", "value_rank")


def with_prediction(lists: Mapping[str, pd.DataFrame], book: Book) -> dict[str, pd.DataFrame]:
    """Add what the models say of each customer to action lists.

    Parameters
    ----------
    lists
        List name -> frame with ``customer_id``, as ``actions.actions(book)`` gives them.

    Returns
    -------
    dict of DataFrame
        The lists with ``probability_alive``, ``expected_purchases`` (12 months), ``expected_value`` (of a purchase),
        ``predicted_value`` (money, over the longer horizon, discounted), ``value_rank``; missing for who never
        bought. As they are, without a model.
    """
    found = prediction(book)
    if found.of_customers is None:
        return dict(lists)
    named = sorted({customer for frame in lists.values() for customer in frame["customer_id"]})
    if not named:
        return dict(lists)
    asked = ibis.memtable(pd.DataFrame({"customer_id": named}))
    told = book.execute(_told(found).semi_join(asked, "customer_id").select("customer_id", *ADDED))
    added = {}
    for name, frame in lists.items():
        added[name] = frame.merge(told, on="customer_id", how="left")
        added[name].attrs.update(frame.attrs)
    return added


def lists(book: Book) -> dict[str, pd.DataFrame]:
    """Return the lists that the prediction makes, in the columns of ``actions.actions`` with those of the prediction.

    Returns
    -------
    dict of DataFrame
        ``may_be_gone``: customers of the trailing window who may be gone, ranked by the money that would leave with
        them, (1 - probability of being alive) x value if alive over the shorter horizon; ``most_valuable``: all
        customers, ranked by lifetime value. Customers who have closed their account are left out.
    """
    found = prediction(book)
    if not found.valued:
        return {}
    told = _told(found)
    open_ = book.customers.filter(_.closed_date.isnull() | (_.closed_date > book.as_of), _.orders_ever > 0)
    table = open_.join(told, "customer_id")
    gone = table.filter(_.trailing_orders > 0, _.probability_alive < SURE)
    return {
        MAY_BE_GONE: _ranked(book, gone, "loss", MAY_BE_GONE),
        MOST_VALUABLE: _ranked(book, table, "predicted_value", MOST_VALUABLE),
    }


def _told(found: Prediction) -> ibis.Table:
    table = ranked(found)
    loss = (table.value_if_alive - table.lifetime_value_short).cast("float64")
    return table.mutate(predicted_value=table.lifetime_value.cast("float64"), loss=loss).select(
        "customer_id", *ADDED, "loss"
    )


def _ranked(book: Book, table: ibis.Table, money: str, why: str) -> pd.DataFrame:
    shown = table.select(
        *COLUMNS, orders=table.trailing_orders, money_at_stake=table[money], **{name: table[name] for name in ADDED}
    )
    ranked = (
        shown.mutate(everyone=shown.count().over())
        .order_by([_.money_at_stake.desc(), _.customer_id])
        .limit(book.thresholds.action_list_rows)
    )
    found = book.execute(ranked).assign(why=why)
    everyone = int(found["everyone"].iloc[0]) if len(found) else 0
    found = found.drop(columns="everyone")
    found.attrs["customers"] = everyone
    return found
