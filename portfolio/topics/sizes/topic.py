"""Small, medium and large customers: their class and ruler, figures and sections."""

from portfolio.errors import N_
from portfolio.topics.contract import (
    COUNT,
    MONEY,
    NO_COST,
    NO_ORDER,
    NONE,
    RATE,
    SIZES,
    UP,
    Class,
    ClassValue,
    Figure,
    Section,
    Sums,
    Topic,
)
from portfolio.topics.sizes import numbers, shown

last_two = Section(
    "last_two", numbers.last_two, shown.sizes_chart, shown.sizes_table, shown.sentence, define=["size", "margin_rate"]
)
over_periods = Section(
    "over_periods",
    numbers.over_periods,
    shown.sizes_chart,
    shown.sizes_table,
    shown.sentence,
    define=["size"],
    over_books=True,
)
migration = Section("migration", numbers.migration, shown.migration_chart, shown.migration_table)

VALUES = (
    ClassValue("large", N_("Large"), who=N_("Large customers")),
    ClassValue("medium", N_("Medium"), who=N_("Medium-sized customers")),
    ClassValue("small", N_("Small"), who=N_("Small customers")),
    ClassValue("absent", N_("Without order")),
)


def _no_cost(book):
    return NO_ORDER if book.measured("orders", "cost") else NO_COST


def _meaning(thresholds) -> str:
    if thresholds.size_limits:
        return N_("Large: from {large_limit} of {size_by} in the period; medium: from {medium_limit}; small: the rest.")
    return N_(
        "Large: the first {large} of active customers by {size_by}; medium: the next {medium}; small: the rest. The "
        "limits in money are those of the first period compared."
    )


def _figures(size: str, label: str) -> tuple[Figure, ...]:
    return (
        Figure(
            f"size_{size}_customers", COUNT, NONE, (label, N_("Customers")),
            N_("Active customers of this size in the period."), SIZES,
        ),
        Figure(
            f"size_{size}_revenue", MONEY, UP, (label, N_("Revenue")),
            N_("Revenue of the active customers of this size, less returns."), SIZES,
            chance=Sums((numbers.of("revenue", size),)),
        ),
        Figure(
            f"size_{size}_margin_rate", RATE, UP, (label, N_("Margin rate")),
            N_("Margin divided by revenue, over the active customers of this size."), SIZES, reason=_no_cost,
            chance=Sums((numbers.of("margin", size),), (numbers.of("costed_revenue", size),)),
        ),
    )  # fmt: skip


TOPIC = Topic(
    "sizes",
    title=N_("Do large customers earn us more?"),
    figures=tuple(figure for value in VALUES[:3] for figure in _figures(value.name, value.label)),
    values=numbers.values,
    totals=numbers.totals,
    ruler=numbers.measure_limits,
    sections=(last_two, over_periods, migration),
    classes=(Class("size", numbers.column, N_("Size"), _meaning, values=VALUES, in_lists=True),),
)
