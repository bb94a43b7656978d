"""What a customer is worth, by the simple formula: its figures and sections."""

from portfolio.errors import N_
from portfolio.topics.contract import (
    MONEY,
    NO_COST,
    NO_ORDER,
    RATE,
    RATIO,
    SHORT_HISTORY,
    UP,
    VALUE,
    YEARS,
    Figure,
    Section,
    Sums,
    Topic,
)
from portfolio.topics.lifetime import numbers, shown

simple = Section("simple", numbers.simple, shown.table, shown.sentence, define=["lifetime_value", "lifespan_years"])
by = Section("by", numbers.simple_by, shown.chart_of_values)

MEANING = N_(
    "Average basket × orders per customer per year × lifespan in years. Orders per year and customers come from the "
    "last {months} months; lifespan is 1 / (1 − yearly retention), at most {cap} years, and the report says when it "
    "stops there."
)
MEANING_IN_MARGIN = N_("The same lifetime value × the margin rate: what the customer leaves, not what it pays.")


def _no_margin(book):
    return SHORT_HISTORY if book.measured("orders", "cost") else NO_COST


def _no_year(book):
    return NO_ORDER if book.span.covers(book.trailing_start) else SHORT_HISTORY


TOPIC = Topic(
    "lifetime",
    title=N_("What is a customer worth?"),
    figures=(
        Figure(
            "lifetime_value", MONEY, UP, N_("Lifetime value"), MEANING, VALUE, rank=10, reason=SHORT_HISTORY,
            chance=Sums(("trailing_revenue", numbers.earlier), (numbers.bought, numbers.left)),
        ),
        Figure(
            "lifetime_value_margin", MONEY, UP, N_("Lifetime value in margin"), MEANING_IN_MARGIN, VALUE,
            reason=_no_margin,
            chance=Sums(
                ("trailing_revenue", "trailing_margin", numbers.earlier),
                ("trailing_costed_revenue", numbers.bought, numbers.left),
            ),
        ),
        Figure(
            "lifespan_years", YEARS, UP, N_("Lifespan"), N_("1 / (1 − yearly retention), at most {cap} years."), VALUE,
            reason=SHORT_HISTORY, chance=Sums((numbers.earlier,), (numbers.left,)),
        ),
        Figure(
            "yearly_retention", RATE, UP, N_("Yearly retention"),
            N_("Customers active in the last {months} months among those active in the {months} before."), VALUE,
            reason=SHORT_HISTORY,
            chance=Sums((numbers.stayed,), (numbers.earlier,)),
        ),
        Figure(
            "orders_per_year", RATIO, UP, N_("Orders per customer per year"),
            N_("Orders over the last {months} months, brought to one year, divided by the customers who made them."),
            VALUE, reason=_no_year,
            chance=Sums(("trailing_orders",), (numbers.bought,)),
        ),
    ),
    values=numbers.values,
    totals=numbers.totals,
    sections=(simple, by),
)  # fmt: skip
