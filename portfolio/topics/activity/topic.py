"""What was sold, to how many, and when: its figures, sections and findings."""

from portfolio.errors import N_
from portfolio.topics import chance
from portfolio.topics.activity import history, numbers, shown
from portfolio.topics.contract import (
    ACTIVITY,
    COUNT,
    COUNTED,
    DOWN,
    MONEY,
    NO_COST,
    NO_ORDER,
    NONE,
    OTHER_CUSTOMERS,
    PREVIOUS,
    RATE,
    TARGET,
    THREAT,
    UP,
    WEAKNESS,
    Figure,
    Found,
    Gap,
    Section,
    Sums,
    Topic,
)

months = Section("months", numbers.months, shown.months_chart, shown.months_sentence)


def _no_cost(book):
    return NO_ORDER if book.measured("orders", "cost") else NO_COST


def _one(book) -> float:
    return 1.0


FIGURES = (
    Figure(
        "revenue", MONEY, UP, N_("Revenue"),
        N_("The sum of the amounts excluding tax, less returns and credit notes."),
        ACTIVITY, rank=1, money=_one, aside=numbers.set_aside,
        worse=N_("First: see below which customers took it away."),
        chance=Sums(("revenue",)),
    ),
    Figure(
        "active_customers", COUNT, UP, N_("Active customers"), N_("Customers with at least one order in the period."),
        ACTIVITY, rank=2, money=numbers.revenue_of_a_customer,
        chance=Sums((chance.ordered,)),
    ),
    Figure(
        "orders", COUNT, UP, N_("Orders"), N_("Orders with at least one positive line; returns alone make no order."),
        ACTIVITY, rank=8, money=numbers.basket_of, over="orders",
        chance=Sums(("orders",)),
    ),
    Figure(
        "average_basket", MONEY, UP, N_("Average basket"), N_("Revenue divided by the number of orders."),
        ACTIVITY, rank=4, money=numbers.orders_of, over="orders",
        worse=N_("First: propose a second category with each order."),
        chance=Sums(("revenue",), ("orders",)),
    ),
    Figure(
        "gross_sales", MONEY, UP, N_("Gross sales"), N_("The sum of the positive lines, before returns."), ACTIVITY,
        money=_one, aside=numbers.set_aside,
        chance=Sums(("gross_sales",)),
    ),
    Figure(
        "returns", MONEY, DOWN, N_("Returns"), N_("The sum of the negative lines: returns and credit notes."), ACTIVITY,
        money=_one,
        chance=Sums(("returns",)),
    ),
    Figure(
        "return_rate", RATE, DOWN, N_("Return rate"), N_("Returns divided by gross sales, by value."),
        ACTIVITY, rank=11, money=numbers.revenue_of, over="orders",
        chance=Sums(("returns",), ("gross_sales",)),
    ),
    Figure(
        "margin", MONEY, UP, N_("Margin"), N_("Revenue less cost."), ACTIVITY, reason=_no_cost, money=_one,
        in_margin=True, chance=Sums(("margin",)),
    ),
    Figure(
        "margin_rate", RATE, UP, N_("Margin rate"), N_("Margin divided by revenue."),
        ACTIVITY, rank=5, reason=_no_cost, money=numbers.revenue_of, over="orders",
        differs=numbers.differs, in_margin=True,
        better=N_("First: win more customers like these."),
        worse=N_("First: look at their prices, discounts and costs."),
        chance=Sums(("margin",), ("costed_revenue",)),
    ),
    Figure(
        "lines_kept", COUNT, NONE, N_("Order lines in the period"),
        N_("Rows of the orders file that are used and dated in the period, returns and credit notes among them."),
        COUNTED, over="lines",
    ),
)  # fmt: skip

TOPIC = Topic(
    "activity",
    title=N_("What was sold, and when?"),
    figures=FIGURES,
    values=numbers.values,
    totals=numbers.totals,
    sections=(months,),
    history=history.history,
    lead=shown.lead,
    lead_over=shown.lead_over,
    findings=(
        Gap("revenue_vs_target", "revenue", TARGET, 0.01),
        Gap("revenue_vs_previous", "revenue", PREVIOUS, 0.03),
        Gap("margin_rate_vs_target", "margin_rate", TARGET, 0.005),
        Gap("average_basket_vs_target", "average_basket", TARGET, 0.01),
        Gap("average_basket_vs_previous", "average_basket", PREVIOUS, 0.05),
        Gap("active_customers_vs_previous", "active_customers", PREVIOUS, 0.03),
        Gap("margin_rate_vs_others", "margin_rate", OTHER_CUSTOMERS, 0.02, by=("size", "region", "country")),
        Found(
            "sold_at_a_loss",
            WEAKNESS,
            numbers.loss,
            least=0.0,
            says=N_("The period was sold at a loss: a margin rate of {value}."),
            first=N_("First: look at prices and discounts, the customers who cost most first."),
        ),
        Found(
            "margin_rate_falling",
            THREAT,
            numbers.margin_rate_falling,
            least=0.005,
            says=N_("The margin rate is falling: {value} against {reference} in {before}."),
            first=N_("First: look at discounts and costs, category by category."),
        ),
    ),
)
