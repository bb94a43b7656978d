"""The rows of the orders file: its figures."""

from portfolio.errors import N_
from portfolio.topics.contract import COUNT, DOWN, FILE, MONEY, NONE, Figure, Topic
from portfolio.topics.lines import numbers

TOPIC = Topic(
    "lines",
    title=N_("What was read?"),
    figures=(
        Figure(
            "rows_read", COUNT, NONE, N_("Rows read"),
            N_("Rows of the orders file, whatever the period and the segment."), FILE, over="rows",
        ),
        Figure("rows_kept", COUNT, NONE, N_("Rows kept"), N_("Rows that the figures are made of."), FILE, over="rows"),
        Figure(
            "rows_set_aside", COUNT, DOWN, N_("Rows set aside"),
            N_("Rows read, less rows kept. No figure counts them."), FILE, over="rows",
        ),
        Figure(
            "rows_no_customer", COUNT, DOWN, N_("Rows without customer"), N_("Rows set aside: they name no customer."),
            FILE, over="rows",
        ),
        Figure(
            "rows_no_date", COUNT, DOWN, N_("Rows without usable date"),
            N_("Rows set aside: their date is missing or cannot be read."), FILE, over="rows",
        ),
        Figure(
            "rows_no_amount", COUNT, DOWN, N_("Rows without usable amount"),
            N_("Rows set aside: their amount is missing or cannot be read."), FILE, over="rows",
        ),
        Figure(
            "rows_zero_amount", COUNT, DOWN, N_("Rows with an amount of 0"), N_("Rows set aside: their amount is 0."),
            FILE, over="rows",
        ),
        Figure(
            "rows_duplicate", COUNT, DOWN, N_("Exact duplicates set aside"),
            N_("Rows set aside: another row is the same in every column, and the parameters ask to keep one."),
            FILE, over="rows",
        ),
        Figure(
            "money_set_aside", MONEY, NONE, N_("Money set aside"),
            N_("The amounts of the lines of the period that are set aside, most often for want of a customer: they "
               "are in no other figure."),
            FILE, over="rows",
        ),
    ),
    values=numbers.values,
)  # fmt: skip
