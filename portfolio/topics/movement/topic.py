"""Who came and who left: its figures, classes, sections and findings."""

from portfolio.errors import N_
from portfolio.topics.contract import (
    COUNT,
    COUNTS,
    DOWN,
    MOVEMENT,
    NO_PREVIOUS,
    OPPORTUNITY,
    OTHER_CUSTOMERS,
    PREVIOUS,
    PROPORTION,
    RATE,
    TARGET,
    UP,
    ActionList,
    Class,
    ClassValue,
    Figure,
    Gap,
    Section,
    Stock,
    Term,
    Topic,
)
from portfolio.topics.movement import numbers, shown

customers = Section(
    "customers", numbers.movement, shown.bridge_chart, shown.table, shown.sentence,
    define=["active_customers", "retention_rate", "lapsed_customers"],
)  # fmt: skip
over_periods = Section(
    "over_periods", numbers.over_periods, shown.flows_chart, shown.periods_table, shown.periods_sentence,
    define=["retention_rate", "lapsed_customers"], over_books=True
)  # fmt: skip

FIGURES = (
    Figure(
        "new_customers", COUNT, UP, N_("New customers"), N_("Customers whose first order ever falls in the period."),
        MOVEMENT, rank=6, reason=NO_PREVIOUS, money=numbers.revenue_of_a_customer, doubt=numbers.may_be_older,
        worse=N_("First: see which sources brought new customers before."),
        chance=COUNTS,
    ),
    Figure(
        "retained_customers", COUNT, UP, N_("Retained customers"),
        N_("Customers active in this period and in the one before."), MOVEMENT,
        reason=NO_PREVIOUS, money=numbers.revenue_of_a_customer,
        chance=COUNTS,
    ),
    Figure(
        "reactivated_customers", COUNT, UP, N_("Reactivated customers"),
        N_("Customers active now, not in the period before, whose first order is earlier."), MOVEMENT,
        reason=NO_PREVIOUS, money=numbers.revenue_of_a_customer, doubt=numbers.may_be_older,
        chance=COUNTS,
    ),
    Figure(
        "lapsed_customers", COUNT, DOWN, N_("Lapsed customers"),
        N_("Customers active in the period before, and not in this one."), MOVEMENT, rank=9,
        reason=NO_PREVIOUS, money=numbers.revenue_of_a_customer,
        chance=COUNTS,
    ),
    Figure(
        "retention_rate", RATE, UP, N_("Retention rate"),
        N_("Retained customers divided by the customers active in the period before. The interval (Wilson, 95%) shows "
           "what chance alone could move."),
        MOVEMENT, rank=3, reason=NO_PREVIOUS, money=numbers.revenue_before,
        interval=numbers.retention_interval, differs=numbers.differs,
        better=N_("First: find out what keeps them loyal, and apply it elsewhere."),
        worse=N_("First: call those who left, and ask why."),
        chance=PROPORTION,
    ),
    Figure(
        "churn_rate", RATE, DOWN, N_("Churn rate"), N_("1 less the retention rate."), MOVEMENT, reason=NO_PREVIOUS,
        money=numbers.revenue_before, interval=numbers.churn_interval, differs=numbers.differs,
        chance=PROPORTION,
    ),
)  # fmt: skip

TOPIC = Topic(
    "movement",
    title=N_("Who came and who left?"),
    figures=FIGURES,
    values=numbers.values,
    totals=numbers.totals,
    sections=(customers, over_periods),
    classes=(
        Class(
            "movement",
            numbers.column,
            N_("Movement"),
            N_("Active now = active before − lapsed + new + reactivated."),
            values=(
                ClassValue("new", N_("New")),
                ClassValue("retained", N_("Retained")),
                ClassValue("reactivated", N_("Reactivated")),
                ClassValue("lapsed", N_("Lapsed")),
                ClassValue("absent", N_("Without order")),
            ),
        ),
    ),
    findings=(
        Gap("retention_vs_target", "retention_rate", TARGET, 0.01),
        Gap("retention_vs_previous", "retention_rate", PREVIOUS, 0.02),
        Gap("new_customers_vs_target", "new_customers", TARGET, 0.02),
        Gap("new_customers_vs_previous", "new_customers", PREVIOUS, 0.1),
        Stock(
            "lapsed_winback", OPPORTUNITY, {"movement": ("lapsed",)}, 1,
            says=N_("Customers who ordered in {before} and not since are worth winning back."),
            first=N_("First: make the largest an offer, list “To win back”."),
        ),
        Gap(
            "retention_vs_others", "retention_rate", OTHER_CUSTOMERS, 0.03,
            by=("region", "country", "account_manager", "sector"),
        ),
    ),
    lists=(
        ActionList(
            "win_back", {"movement": ("lapsed",)},
            title=N_("To win back"),
            why=N_("They ordered in the period before, and not in this one."),
            do=N_("Make a win-back offer, the largest customers first."),
            severity=4,
            tells=N_("{revenue} in the last {months} months, and no order for {silent}."),
        ),
    ),
    terms=(Term("before", N_("Before")), Term("now", N_("Now"))),
)  # fmt: skip
