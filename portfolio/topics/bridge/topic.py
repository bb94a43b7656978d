"""Where the change of revenue comes from: its sections and words."""

from portfolio.errors import N_
from portfolio.topics.bridge import numbers, shown
from portfolio.topics.contract import Section, Term, Topic

revenue = Section(
    "revenue", numbers.bridge_and_weights, shown.bridge_chart, shown.table, shown.sentence,
    define=["revenue", "return_rate"],
)  # fmt: skip
over_periods = Section(
    "over_periods",
    numbers.over_periods,
    shown.flows_chart,
    shown.periods_table,
    shown.periods_sentence,
    over_books=True,
)

TOPIC = Topic(
    "bridge",
    title=N_("Where does the change in revenue come from?"),
    sections=(revenue, over_periods),
    terms=(
        Term("decreased", N_("Buy less")),
        Term("increased", N_("Buy as much or more")),
        Term("credited", N_("Credit notes alone")),
    ),
)
