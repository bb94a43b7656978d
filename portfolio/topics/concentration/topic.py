"""How much of the revenue hangs on how few: its figures, section and finding."""

from portfolio.errors import N_
from portfolio.topics.concentration import numbers, shown
from portfolio.topics.contract import (
    CONCENTRATION,
    COUNT,
    COUNTED,
    DOWN,
    NONE,
    RATE,
    RATIO,
    THREAT,
    Figure,
    Reason,
    Section,
    Stock,
    Sums,
    Term,
    Topic,
)

pareto = Section(
    "pareto", numbers.concentration_and_curve, shown.pareto_chart, shown.sentence,
    define=["top_20_percent_share", "customers_for_80_percent", "gini"],
)  # fmt: skip

NO_REVENUE = Reason("no_revenue", N_("No revenue in the period"))

TOPIC = Topic(
    "concentration",
    title=N_("How dependent are we on top customers?"),
    figures=(
        Figure(
            "customers_with_positive_revenue", COUNT, NONE, N_("Customers with revenue above 0"),
            N_("Customers whose revenue in the period, less returns, is above 0. The shares and the Gini index are "
               "those of these customers."),
            COUNTED,
        ),
        Figure(
            "customers_without_revenue", COUNT, NONE, N_("Customers with revenue of 0 or less"),
            N_("Customers with lines in the period that sum up to 0 or less. They are counted apart."), COUNTED,
        ),
        Figure(
            "top_20_percent_share", RATE, DOWN, N_("Share of the top 20%"),
            N_("The share of positive revenue held by the first 20% of customers, rounded up."),
            CONCENTRATION, rank=7, reason=NO_REVENUE,
        chance=Sums((numbers.held,), (numbers.positive,)),
        ),
        Figure(
            "customers_for_80_percent", COUNT, NONE, N_("Customers who bring 80% of revenue"),
            N_("The smallest number of customers who together hold at least 80% of revenue."),
            CONCENTRATION, reason=NO_REVENUE,
        ),
        Figure(
            "gini", RATIO, DOWN, N_("Gini index"),
            N_("0 when all customers weigh the same, near 1 when one holds everything."),
            CONCENTRATION, reason=NO_REVENUE,
        ),
    ),
    values=numbers.values,
    totals=numbers.totals,
    sections=(pareto,),
    findings=(
        Stock(
            "first_customers_dependence", THREAT, numbers.first_customers, 6,
            says=N_("The first {n} customers bring {value} of revenue: losing one would hurt."),
            first=N_("First: meet each of them, and win more mid-sized customers."),
            least=0.3,
            evidence=numbers.first_customers_share,
        ),
    ),
    terms=(Term("first_customers_share", N_("Share of revenue of the first customers")),),
)  # fmt: skip
