"""Contracts that end: its finding."""

from portfolio.errors import N_, NN_
from portfolio.topics.contract import THREAT, Found, Topic
from portfolio.topics.contracts import numbers

TOPIC = Topic(
    "contracts",
    title=N_("Which contracts end?"),
    needs=("orders", "contracts"),
    findings=(
        Found(
            "contracts_ending", THREAT, numbers.ending, least=0,
            says=N_("Contracts end within six months: {value} to renew."),
            first=N_("First: call before the end date, the largest first."),
            over=NN_("{n} contract", "{n} contracts"),
        ),
    ),
)  # fmt: skip
