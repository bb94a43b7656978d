"""Why revenue changed: its figure, sections and words."""

from portfolio.errors import N_
from portfolio.topics import chance
from portfolio.topics.contract import ACTIVITY, RATIO, UP, Figure, Section, Sums, Term, Topic
from portfolio.topics.revenue_tree import numbers, shown

whole = Section(
    "whole", numbers.tree_and_movers, shown.tree_chart, shown.table, shown.sentence,
    define=["revenue_tree", "orders_per_customer", "average_basket"],
)  # fmt: skip
by = Section("by", numbers.by, shown.table_by)
over_periods = Section(
    "over_periods", numbers.over_periods, shown.flows_chart, shown.periods_table, shown.periods_sentence,
    define=["revenue_tree"], over_books=True,
)  # fmt: skip

TOPIC = Topic(
    "revenue_tree",
    title=N_("Why did revenue change?"),
    figures=(
        Figure(
            "orders_per_customer", RATIO, UP, N_("Orders per customer"),
            N_("Orders of the period divided by its active customers."), ACTIVITY,
            chance=Sums(("orders",), (chance.ordered,)),
        ),
    ),
    values=numbers.values,
    totals=numbers.totals,
    sections=(whole, by, over_periods),
    terms=(
        Term(
            "revenue_tree",
            N_("What revenue is made of"),
            N_(
                "Revenue is active customers × orders per customer × average basket, and the basket is units × revenue "
                "per unit where every line has its quantity. The change is split over them by the logarithmic mean "
                "(LMDI), which sums to the cent."
            ),
        ),
        Term("tree_restated", N_("Restated since it was published")),
        Term("tree_customers", N_("Active customers")),
        Term("tree_frequency", N_("Orders per customer")),
        Term("tree_basket", N_("Average basket")),
        Term("tree_units", N_("Units per order")),
        Term("tree_price", N_("Revenue per unit")),
        Term("tree_credited", N_("Credit notes alone")),
    ),
)  # fmt: skip
