"""Contracts that end: its finding."""

from portfolio.errors import N_
from portfolio.topics.contract import THREAT, Stock, Topic
from portfolio.topics.contracts import numbers

TOPIC = Topic(
    "contracts",
    title=N_("Which contracts end?"),
    needs=("orders", "contracts"),
    findings=(
        Stock(
            "contracts_ending", THREAT, numbers.ending, 3,
            says=N_("Contracts end within six months: {value} to renew."),
            first=N_("First: call before the end date, the largest first."),
            evidence=numbers.number_ending,
        ),
    ),
)  # fmt: skip
