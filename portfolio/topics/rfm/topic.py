"""RFM: its classes and ruler, figures, sections, findings and lists."""

from portfolio.errors import N_
from portfolio.show.vocabulary import Phrase
from portfolio.topics.contract import (
    COUNT,
    COUNTS,
    DOWN,
    NONE,
    OPPORTUNITY,
    SEGMENTS,
    THREAT,
    UP,
    ActionList,
    Class,
    ClassValue,
    Figure,
    Section,
    Stock,
    Term,
    Topic,
)
from portfolio.topics.rfm import numbers, shown

segments = Section(
    "segments", numbers.grid_and_segments, shown.grid_chart, shown.segments_table, shown.segments_sentence,
    define=["rfm", "rfm_cutoffs", "high_potential_customers"],
)  # fmt: skip
cutoffs = Section("cutoffs", numbers.cutoffs, shown.cutoffs_table)
scores = Section("scores", numbers.scores_and_newer, shown.scores_table, shown.scores_sentence)
migration = Section(
    "migration", numbers.migration, shown.migration_chart, shown.migration_table, shown.migration_sentence,
    define=["rfm"], over_books=True,
)  # fmt: skip

VALUES = (
    ClassValue(
        "champions",
        N_("Champions"),
        do=N_("Offer an annual service contract, early access to new products, and ask for referrals."),
        direction=UP,
    ),
    ClassValue(
        "loyal",
        N_("Loyal"),
        do=N_("Invite to the loyalty programme, with a preferential rate on long projects."),
        direction=UP,
    ),
    ClassValue(
        "potential_loyalists", N_("Potential loyalists"), do=N_("Make a second offer, and cross-sell."), direction=UP
    ),
    ClassValue("new_customers", N_("New customers"), do=N_("Welcome them, with a discount on the second purchase.")),
    ClassValue("promising", N_("Promising"), do=N_("Follow up in person.")),
    ClassValue(
        "need_attention", N_("Need attention"), do=N_("Make an offer drawn from what they have bought."), direction=DOWN
    ),
    ClassValue(
        "about_to_sleep", N_("About to sleep"), do=N_("Send a reminder, and show the new products."), direction=DOWN
    ),
    ClassValue("at_risk", N_("At risk"), do=N_("Offer a free audit, and make personal contact."), direction=DOWN),
    ClassValue("cannot_lose", N_("Cannot lose"), do=N_("Their account manager calls them now."), direction=DOWN),
    ClassValue("hibernating", N_("Hibernating"), do=N_("Reactivate at low cost."), direction=DOWN),
    # A stock that only grows: more of them is no news.
    ClassValue("lost", N_("Lost"), do=N_("Include in the low-cost win-back campaign only.")),
    ClassValue("prospects", N_("Prospects"), do=N_("Make a first offer.")),
)


def _counted(name: str):
    """Return the meaning of the number of customers of a segment, by the grid of the portfolio."""
    others = {
        "lost": N_("Customers who ordered once at least, and not in the last {months} months."),
        "prospects": N_("Customers known without any order ever."),
    }

    def meaning(thresholds):
        grid = numbers.grid_of(thresholds)
        if name not in grid:
            return others.get(name, N_("No cell of the grid is this segment."))
        r, f = (", ".join(map(str, scores)) for scores in grid[name])
        return Phrase(N_("Customers with a recency score of {r} and a frequency score of {f}."), {"r": r, "f": f})

    return meaning


def _meaning(thresholds) -> str:
    if thresholds.rfm_cutoffs:
        return N_(
            "Customers who ordered in the last {months} months are scored from 1 to 5 on recency (days since the last "
            "order), frequency (orders) and monetary value (revenue), by the cut-offs of the parameters. The segment "
            "is read off recency and frequency. The others are lost, or prospects when they never ordered."
        )
    return N_(
        "Customers who ordered in the last {months} months are scored from 1 to 5 on recency (days since the last "
        "order), frequency (orders) and monetary value (revenue). The cut-offs are the quintiles; equal values score "
        "equally. The segment is read off recency and frequency. The others are lost, or prospects when they never "
        "ordered."
    )


TOPIC = Topic(
    "rfm",
    title=N_("What to offer whom?"),
    figures=(
        Figure(
            "high_potential_customers", COUNT, NONE, N_("High-potential customers"),
            N_("Customers with a monetary score of 5 and a frequency of at most 2."), SEGMENTS,
        ),
        *(
            Figure(
                f"rfm_{value.name}", COUNT, value.direction, (N_("RFM"), value.label), _counted(value.name), SEGMENTS,
                chance=COUNTS,
            )
            for value in VALUES
        ),
    ),
    values=numbers.values,
    totals=numbers.totals,
    ruler=numbers.measure_cutoffs,
    sections=(segments, cutoffs, scores, migration),
    classes=(
        Class("rfm_r", numbers.score_of("recency"), N_("Recency score"), is_segment=False),
        Class("rfm_f", numbers.score_of("frequency"), N_("Frequency score"), is_segment=False),
        Class("rfm_m", numbers.score_of("monetary"), N_("Monetary score"), is_segment=False),
        Class("rfm_segment", numbers.segment_column, N_("RFM segment"), values=VALUES, in_lists=True),
        Class(
            "high_potential", numbers.high_potential_column, N_("High potential"),
            N_("Monetary score of 5 with a frequency of at most 2: few orders, but large ones."), is_segment=False,
        ),
    ),
    findings=(
        Stock(
            "cannot_lose_money", THREAT, {"rfm_segment": ("cannot_lose",)}, 1,
            says=N_("Customers who ordered most often have gone quiet."),
            first=N_("First: their account manager calls them now, list “Cannot lose”."),
        ),
        Stock(
            "promising_potential", OPPORTUNITY, {"rfm_segment": ("promising", "potential_loyalists")}, 3,
            says=N_("Promising customers and potential loyalists could each place one more order."),
            first=N_("First: make each a second offer."),
            money=numbers.one_more_order,
        ),
        Stock(
            "high_potential_upgrade", OPPORTUNITY, {"high_potential": (True,)}, 2,
            says=N_("High-potential customers order seldom, for large amounts."),
            first=N_("First: propose an upgrade, list “High potential”."),
            money=numbers.one_more_order,
        ),
    ),
    lists=(
        ActionList(
            "cannot_lose", {"rfm_segment": ("cannot_lose",)},
            title=N_("Cannot lose"),
            why=N_("They ordered most often, and have not come back for a long time."),
            do=N_("Their account manager calls them now."),
            severity=1,
            tells=N_("{orders} in the last {months} months, and none for {silent}."),
        ),
        ActionList(
            "at_risk", {"rfm_segment": ("at_risk",)},
            title=N_("At risk"),
            why=N_("They ordered often, and have not come back for a long time."),
            do=N_("Offer a free audit, and make personal contact."),
            severity=2,
            tells=N_("{orders} in the last {months} months, and none for {silent}."),
        ),
        ActionList(
            "high_potential", {"high_potential": (True,)},
            title=N_("High potential"),
            why=N_("They order seldom, for large amounts."),
            do=N_("Propose an upgrade."),
            severity=6,
            tells=N_("{orders} in the last {months} months, of {basket} on average."),
            money=numbers.one_more_order,
        ),
        ActionList(
            "second_purchase", numbers.one_order,
            title=N_("Second purchase"),
            why=N_("They recently placed a first order."),
            do=N_("Bring them to a second order, with a discount or a suggestion."),
            severity=7,
            tells=N_("A first order of {basket}, {silent} ago."),
            money=numbers.one_more_order,
        ),
        ActionList(
            "champions", {"rfm_segment": ("champions",)},
            title=N_("Champions"),
            why=N_("They order most often and most recently."),
            do=N_("Offer an annual service contract, early access to new products, and ask for referrals."),
            severity=8,
            tells=N_("{orders} in the last {months} months, for {revenue}; the last one {silent} ago."),
        ),
    ),
    terms=(
        Term("rfm", N_("RFM"), _meaning),
        Term(
            "rfm_cutoffs", N_("Scores and cut-offs"),
            N_("A score is 1 plus the number of cut-offs below the value; for recency, 5 less that number. The "
               "cut-offs are the portfolio's, the same in every report, so that a move is the customer's."),
        ),
        Term(
            "recency", N_("Recency"),
            N_("Days from the last order to the last day of the period; 5 is the most recent."),
        ),
        Term("frequency", N_("Frequency"), N_("Orders over the last {months} months; 5 is the most frequent.")),
        Term("monetary", N_("Monetary"), N_("Revenue over the last {months} months; 5 is the highest.")),
    ),
)  # fmt: skip
