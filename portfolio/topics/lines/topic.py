"""The rows of the orders file: its figures."""

from portfolio.errors import N_
from portfolio.topics.contract import COUNT, DOWN, FILE, MONEY, NONE, Figure, Topic
from portfolio.topics.lines import numbers

TOPIC = Topic(
    "lines",
    title=N_("What was read?"),
    figures=(
        Figure("rows_read", COUNT, NONE, N_("Rows read"), group=FILE, over="rows"),
        Figure("rows_kept", COUNT, NONE, N_("Rows kept"), group=FILE, over="rows"),
        Figure("rows_set_aside", COUNT, DOWN, N_("Rows set aside"), group=FILE, over="rows"),
        Figure("rows_no_customer", COUNT, DOWN, N_("Rows without customer"), group=FILE, over="rows"),
        Figure("rows_no_date", COUNT, DOWN, N_("Rows without usable date"), group=FILE, over="rows"),
        Figure("rows_no_amount", COUNT, DOWN, N_("Rows without usable amount"), group=FILE, over="rows"),
        Figure("rows_zero_amount", COUNT, DOWN, N_("Rows with an amount of 0"), group=FILE, over="rows"),
        Figure("rows_duplicate", COUNT, DOWN, N_("Exact duplicates set aside"), group=FILE, over="rows"),
        Figure(
            "money_set_aside",
            MONEY,
            NONE,
            N_("Money set aside"),
            N_(
                "The amounts of the lines of the period that are set aside, most often for want of a customer: they "
                "are in no other figure."
            ),
            FILE,
            over="rows",
        ),
    ),
    values=numbers.values,
)
