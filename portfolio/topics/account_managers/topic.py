"""What each account manager looks after: its finding."""

from portfolio.errors import N_
from portfolio.topics.account_managers import numbers
from portfolio.topics.contract import WEAKNESS, Found, Topic

TOPIC = Topic(
    "account_managers",
    title=N_("Who looks after whom?"),
    needs=("orders", "customers"),
    totals=numbers.totals,
    findings=(
        Found(
            "account_manager_load", WEAKNESS, numbers.overloaded, least=1.5,
            says=N_("{segment} looks after {value} customers, against {reference} for the median account manager."),
            first=N_("First: hand some customers over to colleagues."),
        ),
    ),
)  # fmt: skip
