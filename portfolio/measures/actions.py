"""Whom to call, and why: the lists that a review leaves. Rules of DEFINITIONS: RFM, Lifecycle."""

from __future__ import annotations

import pandas as pd
from ibis import _

from portfolio.base.book import Book

# list -> which customers, and the money that ranks them. The words are in present.labels.
LISTS: dict[str, tuple[dict[str, list], str]] = {
    "cannot_lose": ({"rfm_segment": ["cannot_lose"]}, "trailing_revenue"),
    "at_risk": ({"rfm_segment": ["at_risk"]}, "trailing_revenue"),
    "overdue": ({"lifecycle": ["at_risk"]}, "trailing_revenue"),
    "inactive": ({"lifecycle": ["inactive"]}, "trailing_revenue"),
    "win_back": ({"movement": ["lapsed"]}, "previous_revenue"),
    "high_potential": ({"high_potential": [True]}, "trailing_revenue"),
    "second_purchase": ({"rfm_segment": ["new_customers", "promising"]}, "trailing_revenue"),
    "champions": ({"rfm_segment": ["champions"]}, "trailing_revenue"),
}
COLUMNS = (
    "customer_id",
    "name",
    "account_manager",
    "region",
    "contact_name",
    "email",
    "phone",
    "lifecycle",
    "rfm_segment",
    "size",
    "last_order_date",
    "days_since_last_order",
)


def actions(book: Book) -> dict[str, pd.DataFrame]:
    """Return the lists to work from, each ranked by the money at stake.

    Returns
    -------
    dict of DataFrame
        List name -> ``customer_id``, ``name``, ``account_manager``, ``region``, ``contact_name``, ``email``,
        ``phone``, ``lifecycle``, ``rfm_segment``, ``size``, ``last_order_date``, ``days_since_last_order``, ``orders``
        (trailing window), ``money_at_stake``, ``why`` (the list's name). At most ``action_list_rows`` rows; the
        number of customers that meet the rule is in ``.attrs["customers"]``. Customers who have closed
        their account are left out.
    """
    lists = {}
    for name, (conditions, money) in LISTS.items():
        table = book.customers.filter(_.closed_date.isnull() | (_.closed_date > book.as_of))
        for column, wanted in conditions.items():
            table = table.filter(table[column].isin(wanted))
        ranked = (
            table.select(
                *COLUMNS,
                orders=table.trailing_orders,
                money_at_stake=table[money].cast("float64"),
                everyone=_.count().over(),
            )
            .order_by([_.money_at_stake.desc(), _.customer_id])
            .limit(book.thresholds.action_list_rows)
        )
        found = book.execute(ranked).assign(why=name)
        everyone = int(found["everyone"].iloc[0]) if len(found) else 0
        found = found.drop(columns="everyone")
        found.attrs["customers"] = everyone
        lists[name] = found
    return lists
