"""Whom to call, and why: the lists that a review leaves, whatever topic declares them. Definition: Action lists.

rules --> customers with the money that hangs on each --> each on one list, that of its first action, the most
recoverable money first; apart those held out, counted those who may not be contacted
"""

from __future__ import annotations

from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.contact import held_out, may_be_written_to, reason_not_to_contact
from portfolio.errors import N_
from portfolio.params.columns import CUSTOMER_BASE, IBIS_TYPES, TABLES, Column
from portfolio.review.customers import customers_of
from portfolio.review.figures.numbers import able, chosen
from portfolio.review.lists.answers import answers_of, refused_since
from portfolio.review.lists.record import record_of
from portfolio.review.outlook import valued
from portfolio.topics.contract import ActionList, Topic

# What a list says of each customer, in the order of a call.
WHO = tuple(
    TABLES["customers"][name] for name in ("name", "customer_id", "contact_name", "phone", "email", "preferred_channel")
)
LAST_ORDER = (
    CUSTOMER_BASE["last_order_date"],
    Column("last_order_amount", "money", "", "orders of that day", unit="currency"),
    Column("last_order_product", "text", "", "of the largest line of that day"),
)
RANKED = Column("recoverable", "money", N_("Recoverable"), "what a call can change", unit="currency")
OTHERS = Column("other_lists", "text", "", "names of the other lists that hold the customer")
MANAGER = TABLES["customers"]["account_manager"]
# What a reason is told with: this customer's own figures.
FIGURES = ("days_since_last_order", "median_interval", "trailing_orders", "trailing_revenue")
SHOWN = ("region",)


class Lists(NamedTuple):
    """The lists of a report: by name, those held out, and what is told of all."""

    by_name: dict[str, pd.DataFrame]
    held: pd.DataFrame
    floor: float


def columns_of(each: ActionList) -> list[Column]:
    """Return the columns of a list, with their types, units and labels, as the spreadsheets have them."""
    return [*WHO, *LAST_ORDER, RANKED, *each.columns, OTHERS, MANAGER]


def lists(book: Book, *topics: Topic) -> dict[str, pd.DataFrame]:
    """Return the lists to work from, each ranked by recoverable money.

    Parameters
    ----------
    topics
        Those whose lists are wanted; when none is named, all that have no notebook of their own.

    Returns
    -------
    dict of DataFrame
        List name -> the columns of ``columns_of``, ``FIGURES`` and ``SHOWN``, at most ``action_list_rows`` rows:
        customers who may be contacted, whose first action it is. The e-mail is empty where none may be sent. In
        ``.attrs``: ``columns``; ``met``, how many meet the rule; ``left_out``, how many of them may not be contacted,
        by reason (refused, closed); ``elsewhere``, how many stand on a list before; ``held``, how many are held out;
        ``customers``, how many are left; ``recoverable``, their money (NaN where nothing can be expected);
        ``floor``, under which there is nothing to gain; ``record`` and ``answers``, see there.
    """
    return every(book, *topics).by_name


def every(book: Book, *topics: Topic) -> Lists:
    """Return ``lists``, and those held out."""
    told = able(book, *chosen(book, *topics))
    declared = sorted((each for topic in told for each in topic.lists), key=lambda each: each.severity)
    named = [(each, table) for each in declared if (table := customers_of(book, each.customers)) is not None]
    if not named:
        return Lists({}, pd.DataFrame(), 0.0)
    marked = _marked(book, named)
    counts = book.run(_counted(book, marked)).set_index("place")
    rows = book.run(_first(book, marked, [each for each, _table in named]))
    rows = rows.sort_values(["place", "rank"]).merge(_last_orders(book, rows), on="customer_id", how="left")
    rows["other_lists"] = [
        ", ".join(each.name for n, (each, _table) in enumerate(named) if row.on >> n & 1 and n != row.place)
        for row in rows.itertuples()
    ]
    records, said = record_of(book, [each for each, _table in named]), answers_of(book)
    floor = book.thresholds.finding_floor * float(np.nan_to_num(counts["revenue"].max() if len(counts) else 0.0))
    found = {}
    for place, (each, _table) in enumerate(named):
        columns = columns_of(each)
        kept = [*(column.name for column in columns), *FIGURES, *SHOWN]
        frame = rows[(rows["place"] == place) & ~rows["held"].astype(bool)][kept].reset_index(drop=True)
        frame.attrs |= {"columns": columns, "floor": floor} | _facts(counts, place)
        frame.attrs |= {"record": records.get(each.name), "answers": said.get(each.name)}
        found[each.name] = frame
    held = rows[rows["held"].astype(bool)]
    names = [each.name for each, _table in named]
    held = held.assign(list=[names[place] for place in held["place"]])[["name", "customer_id", "list", MANAGER.name]]
    return Lists(found, held.reset_index(drop=True), floor)


def _marked(book: Book, named: list[tuple[ActionList, ibis.Table]]) -> ibis.Table:
    """Return a row for each customer and list that holds them: the money, why they may not be contacted, whether they
    are held out, ``on`` (the lists that hold them, a bit each) and ``first`` (whether it is the first of them)."""
    extra = {column.name: column for each, _table in named for column in each.columns}
    parts = []
    for place, (each, customers) in enumerate(named):
        table = valued(book, customers, each.money)
        order = table[each.ranked_by].cast("float64") if each.ranked_by else table.recoverable
        # Where nothing can be expected, those who bring most come first.
        order = order.fill_null(table.exposed)
        own = {
            name: (table[name] if name in table.columns else ibis.null(IBIS_TYPES[column.type])).cast(
                IBIS_TYPES[column.type]
            )
            for name, column in extra.items()
        }
        parts.append(table.select("customer_id", "recoverable", place=ibis.literal(place, "int64"), ranks=order, **own))
    union = ibis.union(*parts) if len(parts) > 1 else parts[0]
    base = book.customers
    said_no = refused_since(book)
    refused = base.customer_id.isin(said_no) if said_no else ibis.literal(False)
    reason = reason_not_to_contact(base, book.as_of).fill_null("")
    known = base.select(
        who=base.customer_id,
        reason=((reason == "") & refused).ifelse("refused", reason),
        held=held_out(base, book.portfolio.holdout),
    )
    marked = union.inner_join(known, union.customer_id == known.who).drop("who")
    customer = ibis.window(group_by=marked.customer_id)
    return marked.mutate(
        on=sum((marked.place == n).ifelse(1, 0).max().over(customer) * (1 << n) for n in range(len(named))),
        first=marked.place == marked.place.min().over(customer),
    )


def _counted(book: Book, marked: ibis.Table) -> ibis.Table:
    may = (marked.reason == "") & marked.first
    return marked.group_by("place").agg(
        met=_.count(),
        refused=_.count(where=_.reason == "refused"),
        closed=_.count(where=_.reason == "closed"),
        elsewhere=_.count(where=(_.reason == "") & ~_.first),
        held=_.count(where=may & marked.held),
        customers=_.count(where=may & ~marked.held),
        recoverable=_.recoverable.sum(where=may & ~marked.held),
        revenue=book.customers.revenue.sum().cast("float64").as_scalar(),
    )


def _facts(counts: pd.DataFrame, place: int) -> dict:
    row = counts.loc[place] if place in counts.index else dict.fromkeys(counts.columns, 0)
    found = {name: int(row[name]) for name in ("met", "elsewhere", "held", "customers")}
    left_out = {reason: int(row[reason]) for reason in ("refused", "closed") if row[reason]}
    return found | {"left_out": left_out, "recoverable": float(row["recoverable"])}


def _first(book: Book, marked: ibis.Table, declared: list[ActionList]) -> ibis.Table:
    """Return the first customers of each list with what is said of them, and those held out."""
    extra = {column.name for each in declared for column in each.columns}
    base = book.customers
    kept = marked.filter(marked.first, marked.reason == "")
    order = ibis.window(group_by=["place", "held"], order_by=[kept.ranks.desc(), kept.customer_id])
    kept = kept.mutate(rank=ibis.row_number().over(order)).filter(_["rank"] < book.thresholds.action_list_rows)
    of_base = [column.name for column in (*WHO[2:], WHO[0], LAST_ORDER[0], MANAGER) if column.name != "email"]
    said = base.select(
        "customer_id",
        *of_base,
        *FIGURES,
        *SHOWN,
        email=may_be_written_to(base, book.thresholds.opt_in).ifelse(base.email, ibis.null("string")),
    )
    table = kept.join(said, "customer_id")
    return table.select("place", "rank", "held", "on", "recoverable", *extra, *said.columns)


def _last_orders(book: Book, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the money of the last day of orders of some customers, and what they bought most of that day."""
    columns = ["customer_id", "last_order_amount", "last_order_product"]
    known = rows.loc[rows["last_order_date"].notna(), ["customer_id", "last_order_date"]]
    if known.empty:
        return pd.DataFrame(columns=columns).astype({"customer_id": "object"})
    days = pd.to_datetime(known["last_order_date"]).dt.date
    wanted = ibis.memtable(known.assign(last_order_date=days).drop_duplicates()).cast({"last_order_date": "date"})
    lines = book.orders
    lines = lines.filter(lines.amount > 0).inner_join(
        wanted, [lines.customer_id == wanted.customer_id, lines.order_date == wanted.last_order_date]
    )
    product = lines.product if "product" in lines.columns else ibis.null("string")
    sold = lines.mutate(product=product).group_by("customer_id", "product").agg(amount=_.amount.sum())
    of_customer = ibis.window(group_by=sold.customer_id)
    largest = ibis.window(group_by=sold.customer_id, order_by=[sold.amount.desc(), sold["product"]])
    table = sold.mutate(total=sold.amount.sum().over(of_customer), place=ibis.row_number().over(largest))
    return book.run(
        table.filter(_.place == 0).select(
            "customer_id", last_order_amount=_.total.cast("float64"), last_order_product=_["product"]
        )
    )


def summary(book: Book, *topics: Topic) -> tuple[pd.DataFrame, Lists, tuple[Topic, ...]]:
    """Return what each list holds (``list``, ``customers``, ``recoverable``), the lists, and the topics asked for."""
    found = every(book, *topics)
    rows = [(name, frame.attrs["customers"], frame.attrs["recoverable"]) for name, frame in found.by_name.items()]
    return pd.DataFrame(rows, columns=["list", "customers", "recoverable"]), found, topics
