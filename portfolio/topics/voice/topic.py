"""What customers say: its figure, section and findings."""

from portfolio.errors import N_
from portfolio.topics.contract import (
    INTERVAL,
    POINTS,
    PREVIOUS,
    TARGET,
    THREAT,
    UP,
    VOICE,
    Figure,
    Gap,
    Reason,
    Section,
    Stock,
    Term,
    Topic,
)
from portfolio.topics.voice import numbers, shown

nps = Section("nps", numbers.two_periods, shown.table, shown.sentence, define=["nps"])

NO_SURVEY = Reason("no_survey", N_("Not measured: no survey answers in the period"))

TOPIC = Topic(
    "voice",
    title=N_("What do customers say?"),
    needs=("orders", "surveys"),
    figures=(
        Figure(
            "nps", POINTS, UP, N_("Net Promoter Score"),
            N_("100 × (promoters, 9 or 10, less detractors, 0 to 6) / answers."), VOICE, rank=12, reason=NO_SURVEY,
            over="answers", interval=numbers.interval, chance=INTERVAL,
            worse=N_("First: call the detractors, and ask what went wrong."),
        ),
    ),
    values=numbers.values,
    sections=(nps,),
    findings=(
        Gap("nps_vs_target", "nps", TARGET, 3),
        Gap("nps_vs_previous", "nps", PREVIOUS, 5),
        Stock(
            "detractors", THREAT, numbers.unhappy, 4,
            says=N_("Customers who would not recommend the company may leave."),
            first=N_("First: call each, and ask what went wrong."),
        ),
    ),
    terms=(
        Term("standard_error", N_("Standard error")),
        Term("answers", N_("Answers")),
        Term("detractors", N_("Detractors (0 to 6)")),
        Term("detractors_revenue", N_("Revenue of the detractors")),
    ),
)  # fmt: skip
