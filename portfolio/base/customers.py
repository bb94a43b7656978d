"""Clean tables and a period to the customer base: one row per customer, as of the period's last day.

    order lines --(customer, order)--> orders --(customer)--> customer base <-- customers table

Two groupings of one scan: lines to orders, orders to customers. Nothing in it depends on the order
of the rows: money is decimal, ties are never broken by position.
"""

from __future__ import annotations

import ibis
from ibis import _

from portfolio.base.columns import MONEY, TABLES
from portfolio.base.periods import Period, months_before

# What the base says of each customer, beside the columns of the customers table.
MONEY_COLUMNS = (
    "revenue",
    "gross_sales",
    "returns",
    "margin",
    "costed_revenue",
    "previous_revenue",
    "trailing_revenue",
    "trailing_margin",
    "trailing_costed_revenue",
    "revenue_ever",
)
COUNT_COLUMNS = (
    "lines",
    "orders",
    "previous_orders",
    "trailing_orders",
    "earlier_trailing_orders",
    "orders_ever",
    "recent_periods",
)


def orders_of_lines(lines: ibis.Table, period: Period, thresholds) -> ibis.Table:
    """Gather order lines into orders.

    Parameters
    ----------
    lines
        Clean ``orders``; lines dated after the period are left out here.
    period
        The period reviewed.
    thresholds
        ``trailing_months`` is read.

    Returns
    -------
    ibis.Table
        One row per ``customer_id`` and ``order_id``: ``order_date`` (day of the first positive line; null
        when the document only gives money back, which is no order) and the sums of money by window.
    """
    previous = period.previous
    trailing_start = months_before(period.end, thresholds.trailing_months)
    lines = lines.filter(lines.order_date < period.end)

    def total(condition=None):
        return lines.amount.sum(where=condition)

    in_period = lines.order_date >= period.start
    in_previous = (lines.order_date >= previous.start) & (lines.order_date < previous.end)
    in_trailing = lines.order_date >= trailing_start
    return lines.group_by("customer_id", "order_id").agg(
        order_date=lines.order_date.min(where=lines.amount > 0),
        lines=lines.count(where=in_period),
        revenue=total(in_period),
        gross_sales=total(in_period & (lines.amount > 0)),
        margin=(lines.amount - lines.cost).sum(where=in_period),
        costed_revenue=total(in_period & lines.cost.notnull()),
        previous_revenue=total(in_previous),
        trailing_revenue=total(in_trailing),
        trailing_margin=(lines.amount - lines.cost).sum(where=in_trailing),
        trailing_costed_revenue=total(in_trailing & lines.cost.notnull()),
        revenue_ever=total(),
    )


def median_intervals(orders: ibis.Table, at_least: int) -> ibis.Table:
    """Return ``customer_id``, ``median_interval`` (days between successive days of purchase).

    Customers with fewer than ``at_least`` orders are left out. Orders of one day count as one day of
    purchase: a customer who orders twice in a morning has not an interval of zero days.
    """
    counted = orders.filter(_.order_date.notnull())
    days = (
        counted.group_by("customer_id", "order_date")
        .agg(day_orders=_.count())
        .mutate(
            last_date=_.order_date.lag().over(ibis.window(group_by=_.customer_id, order_by=_.order_date)),
            all_orders=_.day_orders.sum().over(ibis.window(group_by=_.customer_id)),
        )
        .filter(_.last_date.notnull(), _.all_orders >= at_least)
    )
    return days.group_by("customer_id").agg(
        median_interval=_.order_date.delta(_.last_date, unit="day").cast("float64").median()
    )


def customer_facts(
    orders: ibis.Table, customers: ibis.Table | None, period: Period, thresholds
) -> ibis.Table:
    """Return what is known of each customer on the last day of the period.

    Parameters
    ----------
    orders
        The table of ``orders_of_lines`` for the same period: better kept in the engine, since it is read twice.
    customers
        Clean ``customers``, or None.
    period
        The period reviewed.
    thresholds
        ``trailing_months``, ``loyal_periods``, ``at_risk_min_orders`` are read.

    Returns
    -------
    ibis.Table
        One row per ``customer_id`` that ordered, was credited, or stands in the customers table before
        the period ends: ``first_order_date``, ``last_order_date``, ``days_since_last_order``,
        ``median_interval`` (days); counts ``lines``, ``orders``, ``previous_orders``,
        ``trailing_orders``, ``earlier_trailing_orders`` (in the window of the same length just before),
        ``orders_ever``, ``recent_periods`` (of the last ``loyal_periods``, how many had an order); money ``revenue``, ``gross_sales``, ``returns`` (positive), ``margin`` and
        ``costed_revenue`` (of the lines whose cost is known), ``previous_revenue``, ``trailing_revenue``,
        ``trailing_margin``, ``trailing_costed_revenue``, ``revenue_ever``; and every column of the
        customers table.
    """
    previous = period.previous
    trailing_start = months_before(period.end, thresholds.trailing_months)
    recent, spans = period, []
    for _unused in range(thresholds.loyal_periods):
        spans.append((orders.order_date >= recent.start) & (orders.order_date < recent.end))
        recent = recent.previous
    in_period = orders.order_date >= period.start
    in_previous = (orders.order_date >= previous.start) & (orders.order_date < previous.end)
    sums = {name: orders[name].sum().cast(MONEY) for name in MONEY_COLUMNS if name != "returns"}
    facts = orders.group_by("customer_id").agg(
        first_order_date=orders.order_date.min(),
        last_order_date=orders.order_date.max(),
        lines=orders.lines.sum(),
        orders=orders.count(where=in_period),
        previous_orders=orders.count(where=in_previous),
        trailing_orders=orders.count(where=orders.order_date >= trailing_start),
        earlier_trailing_orders=orders.count(
            where=(orders.order_date < trailing_start)
            & (orders.order_date >= months_before(trailing_start, thresholds.trailing_months))
        ),
        orders_ever=orders.order_date.count(),
        recent_periods=sum(span.cast("int64").max().fill_null(0) for span in spans),
        **sums,
    )
    intervals = median_intervals(orders, thresholds.at_risk_min_orders)
    facts = facts.left_join(intervals, "customer_id").drop("customer_id_right")
    if customers is None:
        facts = facts.mutate(**_no_attributes())
    else:
        known = customers.filter(customers.created_date.isnull() | (customers.created_date < period.end))
        facts = facts.outer_join(known, "customer_id")
        facts = facts.mutate(customer_id=ibis.coalesce(_.customer_id, _.customer_id_right)).drop("customer_id_right")
    filled = {name: ibis.coalesce(facts[name], 0).cast("int64") for name in COUNT_COLUMNS}
    filled |= {
        name: ibis.coalesce(facts[name], ibis.literal(0).cast(MONEY)).cast(MONEY)
        for name in MONEY_COLUMNS
        if name != "returns"
    }
    facts = facts.mutate(**filled)
    silent = ibis.literal(period.as_of).delta(facts.last_order_date, unit="day")
    return facts.mutate(
        returns=(facts.gross_sales - facts.revenue).cast(MONEY), days_since_last_order=silent.cast("int64")
    )


def _no_attributes() -> dict[str, ibis.Value]:
    types = {"text": "string", "date": "date", "money": MONEY, "number": "float64", "integer": "int64", "boolean": "boolean"}
    return {
        column.name: ibis.null().cast(types[column.type])
        for column in TABLES["customers"].columns
        if column.name != "customer_id"
    }
