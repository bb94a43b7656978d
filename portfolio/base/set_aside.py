"""The rules of DEFINITIONS that set rows aside, as Ibis expressions that any engine runs.

    typed rows -> clean columns + __reason, null for a row that is kept

No row is dropped here: one pass marks each, and the ledger counts the marks.
"""

from __future__ import annotations

import datetime as dt

import ibis

from portfolio.params.columns import IBIS_TYPES, MONEY, TABLES, Table

REASON, ROW = "__reason", "__row"
# The reason of an order dated after today.
FUTURE = "future_date"
# Every column of orders but two: the price is in the amount, the margin in the cost.
CLEAN_ORDERS = tuple(name for name in TABLES["orders"].names if name not in ("unit_price", "margin"))
# Money beyond this is no decimal(18, 4).
TOO_MUCH = 1e14


def clean_orders(
    rows: ibis.Table, *, drop_duplicates: bool = False, line: str | None = None, last: dt.date | None = None
) -> ibis.Table:
    """Mark the order lines to set aside, and complete the others.

    Parameters
    ----------
    rows
        Typed columns of ``orders``: customer_id, order_date, and amount or quantity and unit_price; any of the others.
        Further columns pass through.
    drop_duplicates
        Set aside all but one of lines that are equal in every column.
    line
        Column that tells apart lines which differ in columns not mapped.
    last
        The last day that an order can be of: a later one is set aside.

    Returns
    -------
    The columns of ``CLEAN_ORDERS``, ``__reason`` (no_customer, no_date, no_amount, zero_amount, future_date, duplicate,
    or null), and the further columns.
    """
    table = TABLES["orders"]
    values = {name: _typed(rows, table, name) for name in CLEAN_ORDERS}
    values["amount"] = _amount(rows)
    if "margin" in rows.columns:
        cost = values["amount"] - rows.margin.cast(MONEY)
        values["cost"] = (ibis.coalesce(rows.cost.cast(MONEY), cost) if "cost" in rows.columns else cost).cast(MONEY)
    others = [name for name in rows.columns if name not in table]
    rows = _numbered(
        rows.select(**values, **{name: rows[name] for name in others}), drop_duplicates, CLEAN_ORDERS, line
    )

    customer_and_day = rows.customer_id + "|" + rows.order_date.cast("string")
    reason = ibis.cases(
        (_empty(rows.customer_id), "no_customer"),
        (rows.order_date.isnull(), "no_date"),
        (rows.amount.isnull(), "no_amount"),
        (rows.amount == 0, "zero_amount"),
        *([(rows.order_date > last, FUTURE)] if last else []),
        *([(rows[COPY] > 0, "duplicate")] if drop_duplicates else []),
        else_=ibis.null("string"),
    )
    kept = rows.mutate(order_id=ibis.coalesce(rows.order_id.nullif(""), customer_and_day))
    return kept.mutate(**{REASON: reason}).select(*CLEAN_ORDERS, REASON, *others)


def clean_rows(
    rows: ibis.Table,
    table: Table,
    *,
    drop_duplicates: bool = False,
    one_row_per_customer: bool = False,
    line: str | None = None,
) -> ibis.Table:
    """Mark the rows of any other table that lack a column it needs, and complete the columns.

    Parameters
    ----------
    rows
        Typed columns of the table. Further columns pass through.
    table
        What the table holds.
    drop_duplicates, line
        As in ``clean_orders``.
    one_row_per_customer
        Keep of each customer the values that most of its rows carry; of equal ones, the first in their order.

    Returns
    -------
    All columns of the table, ``__reason`` (no_customer, no_date, no_amount, no_product ..., repeated, duplicate, or
    null), and the further columns.
    """
    given = [name for name in rows.columns if name in table]
    others = [name for name in rows.columns if name not in table]
    values = {name: _typed(rows, table, name) for name in table.names}
    rows = _numbered(rows.select(**values, **{name: rows[name] for name in others}), drop_duplicates, table.names, line)
    rows = _placed(rows, one_row_per_customer, given)
    marks = [(_missing(rows, table, name), reason_without(name)) for name in table.required]
    if one_row_per_customer:
        marks.append((rows[PLACE] > 0, REPEATED))
    if drop_duplicates:
        marks.append((rows[COPY] > 0, "duplicate"))
    reason = ibis.cases(*marks, else_=ibis.null("string"))
    return rows.mutate(**{REASON: reason}).select(*table.names, REASON, *others)


def _placed(rows: ibis.Table, wanted: bool, names: list[str]) -> ibis.Table:
    """Place each row among those of its customer, 0 for the values met most. Equal rows may come in any order."""
    if not wanted:
        return rows
    counted = rows.mutate(**{ALIKE: rows.count().over(ibis.window(group_by=names))})
    order = [counted[ALIKE].desc(), *names]
    return counted.mutate(**{PLACE: ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order))})


def reason_without(column: str) -> str:
    """Return the reason of a row that lacks a column: no_customer, no_date, no_product ..."""
    return {"customer_id": "no_customer", "order_date": "no_date"}.get(column, f"no_{column}")


COPY, ALIKE, PLACE = "__copy", "__alike", "__place"
# The reason of rows that only repeat a customer: nothing is lost with them.
REPEATED = "repeated"


def _numbered(rows: ibis.Table, wanted: bool, names: tuple[str, ...], line: str | None) -> ibis.Table:
    """Number the rows that are equal in every column. Which of them comes first does not matter: they are equal."""
    if not wanted:
        return rows
    keys = [*names, *([line] if line else [])]
    return rows.mutate(**{COPY: ibis.row_number().over(group_by=keys, order_by=keys[:1])})


def _typed(rows: ibis.Table, table: Table, name: str) -> ibis.Value:
    dtype = IBIS_TYPES[table[name].type]
    return rows[name].cast(dtype) if name in rows.columns else ibis.null(dtype)


def _amount(rows: ibis.Table) -> ibis.Value:
    if "amount" in rows.columns:
        return rows.amount.cast(MONEY)
    product = rows.quantity.cast("float64") * rows.unit_price.cast("float64")
    return ibis.ifelse(product.abs() < TOO_MUCH, product, ibis.null("float64")).round(4).cast(MONEY)


def _empty(text: ibis.Value) -> ibis.Value:
    return text.isnull() | (text == "")


def _missing(rows: ibis.Table, table: Table, name: str) -> ibis.Value:
    return _empty(rows[name]) if table[name].type == "text" else rows[name].isnull()
