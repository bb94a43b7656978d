"""Where we can cross-sell: its section and finding."""

from portfolio.errors import N_, NN_
from portfolio.topics.contract import OPPORTUNITY, Found, Section, Term, Topic
from portfolio.topics.offer import numbers, shown

categories = Section("categories", numbers.categories, shown.table, shown.sentence, define=["coverage", "whitespace"])

TOPIC = Topic(
    "offer",
    title=N_("Where can we cross-sell?"),
    sections=(categories,),
    findings=(
        Found(
            "whitespace", OPPORTUNITY, numbers.little_known, least=0.001,
            says=N_("“{segment}”: only {value} of customers buy it, and their peers could."),
            first=N_("First: show it to customers whose peers buy it."),
            over=NN_("{n} customer does not buy it", "{n} customers do not buy it"),
        ),
    ),
    terms=(
        Term(
            "coverage", N_("Offer coverage"),
            N_("The share of the customers of the last {months} months who bought the category."),
        ),
        Term(
            "whitespace", N_("Revenue to win at most"),
            N_("For each active customer and each category it does not buy: the share of its peers, active customers "
               "of the same size and place, that buy it × their median spend. It is a ceiling: not all who could buy "
               "will."),
        ),
    ),
)  # fmt: skip
