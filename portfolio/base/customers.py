"""Clean tables and a period to the customer base: one row per customer, as of the period's last day.

    order lines --(customer, order)--> the day of each order --(customer)--> counts, days, intervals --+
    order lines --(customer)--> sums of money, by window ----------------------------------------------+--> facts
    customers table --> attributes --------------------------------------------------------------------+

Two lean groupings of the lines are faster than a wide one. Nothing depends on the order of the rows: money is
decimal, ties are never broken by position.
"""

from __future__ import annotations

import ibis
from ibis import _

from portfolio.params.columns import IBIS_TYPES, MONEY, TABLES
from portfolio.params.periods import Period, months_before

# What the base says of each customer, beside the columns of the customers table.
MONEY_COLUMNS = (
    "revenue",
    "gross_sales",
    "margin",
    "costed_revenue",
    "previous_revenue",
    "trailing_revenue",
    "trailing_margin",
    "trailing_costed_revenue",
    "revenue_ever",
    "units",
)
COUNT_COLUMNS = (
    "lines",
    "lines_without_units",
    "orders",
    "previous_orders",
    "trailing_orders",
    "earlier_trailing_orders",
    "orders_ever",
    "recent_periods",
)


def order_days(lines: ibis.Table, period: Period) -> ibis.Table:
    """Return the orders made before the period's end and the day of each.

    Parameters
    ----------
    lines
        Clean ``orders``.
    period
        The period reviewed.

    Returns
    -------
    ibis.Table
        One row per ``customer_id`` and ``order_id`` with a positive line: ``order_date``, the day of the first one. A
        document that only gives money back is no order.
    """
    positive = lines.filter(lines.order_date < period.end, lines.amount > 0)
    return positive.group_by("customer_id", "order_id").agg(order_date=positive.order_date.min())


def money_of_lines(lines: ibis.Table, period: Period, thresholds) -> ibis.Table:
    """Return the sums of money of each customer with a line before the period's end.

    Parameters
    ----------
    lines
        Clean ``orders``.
    period
        The period reviewed.
    thresholds
        ``trailing_months`` is read.

    Returns
    -------
    ibis.Table
        One row per ``customer_id``: ``lines`` and ``lines_without_units`` (in the period), and ``MONEY_COLUMNS``.
    """
    previous, trailing_start = period.previous, months_before(period.end, thresholds.trailing_months)
    lines = lines.filter(lines.order_date < period.end)
    in_period = lines.order_date >= period.start
    in_previous = (lines.order_date >= previous.start) & (lines.order_date < previous.end)
    in_trailing = lines.order_date >= trailing_start
    margin, costed = lines.amount - lines.cost, lines.cost.notnull()

    def total(amounts: ibis.Value, condition=None) -> ibis.Value:
        return amounts.sum(where=condition).coalesce(ibis.literal(0).cast(MONEY)).cast(MONEY)

    return lines.group_by("customer_id").agg(
        lines=lines.count(where=in_period),
        lines_without_units=lines.count(where=in_period & lines.quantity.isnull()),
        # Exports write the units of a return with or without its sign: it is that of the amount.
        units=total((lines.quantity.abs() * lines.amount.sign()).cast(MONEY), in_period),
        revenue=total(lines.amount, in_period),
        gross_sales=total(lines.amount, in_period & (lines.amount > 0)),
        margin=total(margin, in_period),
        costed_revenue=total(lines.amount, in_period & costed),
        previous_revenue=total(lines.amount, in_previous),
        trailing_revenue=total(lines.amount, in_trailing),
        trailing_margin=total(margin, in_trailing),
        trailing_costed_revenue=total(lines.amount, in_trailing & costed),
        revenue_ever=total(lines.amount),
    )


def median_intervals(orders: ibis.Table) -> ibis.Table:
    """Return ``customer_id``, ``median_interval`` (days between successive days of purchase).

    Orders of one day count as one day of purchase: a customer who orders twice in a morning has not an interval of
    zero days. Customers with one day of purchase are left out.
    """
    last = orders.order_date.lag().over(ibis.window(group_by=orders.customer_id, order_by=orders.order_date))
    gaps = orders.select("customer_id", gap=orders.order_date.delta(last, unit="day"))
    return gaps.filter(_.gap > 0).group_by("customer_id").agg(median_interval=_.gap.cast("float64").median())


def order_counts(orders: ibis.Table, period: Period, thresholds) -> ibis.Table:
    """Return, per ``customer_id`` with an order, ``first_order_date``, ``last_order_date`` and the counts of orders.

    Parameters
    ----------
    orders
        The table of ``order_days``.
    period
        The period reviewed.
    thresholds
        ``trailing_months`` and ``loyal_periods`` are read.
    """
    previous, trailing_start = period.previous, months_before(period.end, thresholds.trailing_months)
    earlier_start = months_before(trailing_start, thresholds.trailing_months)
    day = orders.order_date
    recent, spans = period, []
    for _unused in range(thresholds.loyal_periods):
        spans.append((day >= recent.start) & (day < recent.end))
        recent = recent.previous
    return orders.group_by("customer_id").agg(
        first_order_date=day.min(),
        last_order_date=day.max(),
        orders=orders.count(where=day >= period.start),
        previous_orders=orders.count(where=(day >= previous.start) & (day < previous.end)),
        trailing_orders=orders.count(where=day >= trailing_start),
        earlier_trailing_orders=orders.count(where=(day < trailing_start) & (day >= earlier_start)),
        orders_ever=orders.count(),
        recent_periods=sum(span.ifelse(1, 0).max() for span in spans),
    )


def known_customers(customers: ibis.Table, lines: ibis.Table, period: Period) -> ibis.Table:
    """Keep the records that stood in the customer file on the last day of the period.

    A record without ``created_date`` counts from the start, unless its customer's lines all come later: it would be a
    prospect before its first order, and nobody knew it then. (Customers with an earlier line are in the base anyway.)
    """
    later = lines.filter(lines.order_date >= period.end).select("customer_id").distinct()
    dated = customers.filter(customers.created_date < period.end)
    undated = customers.filter(customers.created_date.isnull())
    early = lines.filter(lines.order_date < period.end).select("customer_id").distinct()
    newcomers = later.anti_join(early, "customer_id")
    return dated.union(undated.anti_join(newcomers, "customer_id"))


def customer_facts(
    orders: ibis.Table, money: ibis.Table, customers: ibis.Table | None, period: Period, thresholds
) -> ibis.Table:
    """Return what is known of each customer on the last day of the period.

    Parameters
    ----------
    orders
        The table of ``order_days`` for the same period: better kept in the engine, since it is read twice.
    money
        The table of ``money_of_lines`` for the same period.
    customers
        The table of ``known_customers``, or None.
    period
        The period reviewed.
    thresholds
        ``trailing_months``, ``loyal_periods`` are read.

    Returns
    -------
    ibis.Table
        One row per ``customer_id`` that ordered, was credited, or stands in the customers table before
        the period ends: ``first_order_date``, ``last_order_date``, ``days_since_last_order``,
        ``median_interval`` (days); counts ``lines``, ``orders``, ``previous_orders``,
        ``trailing_orders``, ``earlier_trailing_orders`` (in the window of the same length just before),
        ``orders_ever``, ``recent_periods`` (of the last ``loyal_periods``, how many had an order); money ``revenue``,
        ``gross_sales``, ``returns`` (positive), ``margin`` and ``costed_revenue`` (of the lines whose cost is known),
        ``previous_revenue``, ``trailing_revenue``, ``trailing_margin``, ``trailing_costed_revenue``,
        ``revenue_ever``; and every column of the customers table.
    """
    counts = order_counts(orders, period, thresholds)
    facts = money.left_join(counts, "customer_id").drop("customer_id_right")
    facts = facts.left_join(median_intervals(orders), "customer_id").drop("customer_id_right")
    if customers is None:
        attributes = [column for column in TABLES["customers"].columns if column.name != "customer_id"]
        facts = facts.mutate(**{column.name: ibis.null().cast(IBIS_TYPES[column.type]) for column in attributes})
    else:
        facts = facts.outer_join(customers, "customer_id")
        facts = facts.mutate(customer_id=ibis.coalesce(_.customer_id, _.customer_id_right)).drop("customer_id_right")
    nothing = ibis.literal(0).cast(MONEY)
    facts = facts.mutate(
        **{name: ibis.coalesce(facts[name], 0).cast("int64") for name in COUNT_COLUMNS},
        **{name: ibis.coalesce(facts[name], nothing).cast(MONEY) for name in MONEY_COLUMNS},
    )
    silent = ibis.literal(period.as_of).delta(facts.last_order_date, unit="day")
    return facts.mutate(
        returns=(facts.gross_sales - facts.revenue).cast(MONEY),
        days_since_last_order=silent.cast("int64"),
        units=facts.units.cast("float64"),
    )
