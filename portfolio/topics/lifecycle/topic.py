"""Where customers stand: its classes, figures, section, findings and lists."""

from portfolio.errors import N_
from portfolio.topics.contract import (
    COUNT,
    COUNTS,
    DOWN,
    STATES,
    THREAT,
    UP,
    ActionList,
    Class,
    ClassValue,
    Figure,
    Section,
    Stock,
    Topic,
)
from portfolio.topics.lifecycle import numbers, shown

states = Section(
    "states", numbers.lifecycle, shown.chart_of_states, shown.table, shown.sentence,
    define=["lifecycle", "at_risk", "inactive", "lost"],
)  # fmt: skip

VALUES = (
    ClassValue("prospect", N_("Prospects"), N_("No orders so far.")),
    ClassValue("new", N_("New"), N_("First order in the period.")),
    ClassValue("loyal", N_("Loyal"), N_("At least one order in each of the last {periods} periods."), direction=UP),
    ClassValue("regular", N_("Regular"), N_("All the others.")),
    ClassValue(
        "at_risk", N_("At risk"),
        N_("At least {orders} orders, and silent for more than {times} their own usual interval."),
        direction=DOWN,
    ),
    ClassValue("inactive", N_("Inactive"), N_("Last order more than {inactive} ago: the alert."), direction=DOWN),
    # A stock that only grows: more of them is no news.
    ClassValue("lost", N_("Lost"), N_("Last order more than {lost} ago.")),
)  # fmt: skip

TOPIC = Topic(
    "lifecycle",
    title=N_("Who are we losing?"),
    figures=tuple(
        Figure(
            f"lifecycle_{value.name}", COUNT, value.direction, (N_("Lifecycle"), value.label), value.means, STATES,
            chance=COUNTS, doubt=numbers.too_early if value.name == "loyal" else None,
        )
        for value in VALUES
    ),
    values=numbers.values,
    totals=numbers.totals,
    sections=(states,),
    classes=(
        Class(
            "lifecycle",
            numbers.column,
            N_("Lifecycle"),
            N_("Each customer is in one state at the last day of the period, the first that fits: prospect, new, lost, "
               "inactive, at risk, loyal, regular. The revenue shown is that of the last {months} months."),
            values=VALUES,
            in_lists=True,
        ),
    ),
    findings=(
        Stock(
            "at_risk_money", THREAT, {"lifecycle": ("at_risk",)}, 2,
            says=N_("Customers at risk, silent for more than {times} their usual interval, could leave."),
            first=N_("First: call the largest, list “Later than usual”."),
        ),
        Stock(
            "inactive_money", THREAT, {"lifecycle": ("inactive",)}, 5,
            says=N_("Inactive customers have not ordered for more than {inactive}, and may be lost already."),
            first=N_("First: ask the largest what happened, list “Inactive”."),
        ),
    ),
    lists=(
        ActionList(
            "overdue", {"lifecycle": ("at_risk",)},
            title=N_("Later than usual"),
            why=N_("They have been silent for more than {times} their usual interval."),
            do=N_("Call before they buy elsewhere."),
            severity=3,
            tells=N_("Usually an order every {interval}, and none for {silent}."),
        ),
        ActionList(
            "inactive", {"lifecycle": ("inactive",)},
            title=N_("Inactive"),
            why=N_("They have not ordered for more than {inactive}."),
            do=N_("Ask what happened, and have an offer ready."),
            severity=5,
            tells=N_("No order for {silent}; {revenue} in the last {months} months."),
        ),
    ),
)  # fmt: skip
