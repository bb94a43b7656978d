"""What there is to find in the demo portfolio, and the faults it holds: data for the tests of the reports.

A `Fact` reads: `measure` of `segment` in `period`, less the same measure of `versus` when there is one, lies between
`low` and `high`. `versus` is another segment (`region=…`, or `portfolio` for the whole), another period (`2025-H1`),
or `target`. Measures are those of the definitions, but for:

- `seasonality`: the month's revenue over the mean month, in full years;
- `buyers_share`: customers who bought in the trailing 12 months, over the active ones;
- `revenue_per_buyer`: their revenue in the segment's category over the trailing 12 months, per buyer;
- `customers`: the customers in an RFM segment, or the records in an account manager's charge;
- `new_customers_share`: of the new customers, the share whose first order came by that channel;
- `late_credit_notes`: the credit notes issued more than 182 days after the order;
- `complaints`: the interactions of that kind;
- `ordering_share`: of the customers given a variant of the test of September 2025, the share who order in the 90 days
  after (450 in each variant, so 7 points are significant);
- `largest_credit_note`: the largest credit line, as a positive amount.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One figure that the reports can be held to."""

    measure: str
    segment: str | None
    period: str
    low: float | None = None
    high: float | None = None
    versus: str | None = None


@dataclass(frozen=True)
class Story:
    """Something a manager should find, and the facts that show it."""

    name: str
    what: str
    facts: tuple[Fact, ...]


NORTH = "region=Hauts-de-France"
SECURITY = "category=Cybersécurité"
OVERLOADED = "account_manager=Julien Lambert"
SHOP = "channel=Boutique en ligne"
RFM_SEGMENTS = [
    "champions",
    "loyal",
    "potential_loyalists",
    "new_customers",
    "promising",
    "need_attention",
    "about_to_sleep",
    "at_risk",
    "cannot_lose",
    "hibernating",
]
GONE_SILENT_IDS = ["C00007", "C00042", "C00078"]

STORIES = [
    Story(
        "region_losing_customers",
        "Hauts-de-France loses its customers from the second half of 2025.",
        (
            Fact("retention_rate", NORTH, "2025-H2", high=-0.08, versus="portfolio"),
            Fact("retention_rate", NORTH, "2026-H1", high=-0.08, versus="portfolio"),
            Fact("retention_rate", NORTH, "2026-H1", high=-0.08, versus="target"),
            Fact("retention_rate", NORTH, "2026-H1", high=-0.10, versus="2025-H1"),
            Fact("active_customers", NORTH, "2026-H1", high=-15, versus="2025-H1"),
        ),
    ),
    Story(
        "small_customers_earn_more",
        "The smaller the customer, the smaller the rebate and the higher the margin rate.",
        tuple(
            Fact("margin_rate", small, period, low=low, versus=large)
            for period in ["2025-H1", "2025-H2", "2026-H1"]
            for small, large, low in [("size=small", "size=large", 0.07), ("size=medium", "size=large", 0.04)]
        ),
    ),
    Story(
        "unknown_category",
        "Few customers know of the cybersecurity offer; those who do spend much on it.",
        (
            Fact("buyers_share", SECURITY, "2026-H1", low=0.01, high=0.08),
            Fact("revenue_per_buyer", SECURITY, "2026-H1", low=2_000),
            Fact("revenue_per_buyer", SECURITY, "2026-H1", low=1_000, versus="category=Formation"),
        ),
    ),
    Story(
        "overloaded_manager",
        "Julien Lambert has more than twice the customers of any colleague, and keeps fewer of them.",
        (
            Fact("customers", OVERLOADED, "2026-H1", low=600),
            Fact("customers", OVERLOADED, "2026-H1", low=350, versus="account_manager=Sofia Marques"),
            Fact("retention_rate", OVERLOADED, "2025-H1", high=-0.06, versus="portfolio"),
            Fact("retention_rate", OVERLOADED, "2025-H2", high=-0.06, versus="portfolio"),
            Fact("retention_rate", OVERLOADED, "2026-H1", high=-0.06, versus="portfolio"),
        ),
    ),
    Story(
        "seasons",
        "Peaks in June and December, a trough in August.",
        (
            Fact("seasonality", "month=6", "2024-2025", low=1.15),
            Fact("seasonality", "month=12", "2024-2025", low=1.15),
            Fact("seasonality", "month=8", "2024-2025", high=0.65),
        ),
    ),
    Story(
        "outage",
        "After the hosting outage of 14 October 2025 customers recommend less; part of it is won back.",
        (
            Fact("nps", None, "2025-H2", high=-25, versus="2025-H1"),
            Fact("nps", None, "2026-H1", low=8, versus="2025-H2"),
            Fact("nps", None, "2026-H1", high=-5, versus="2025-H1"),
            Fact("complaints", None, "2025-H2", low=150, versus="2025-H1"),
        ),
    ),
    Story(
        "credit_notes",
        "Credit notes weigh on revenue, some of them large, some a semester late.",
        (
            Fact("return_rate", None, "2025-H2", low=0.015, high=0.06),
            Fact("late_credit_notes", None, "2024-2026", low=30),
            Fact("largest_credit_note", None, "2024-2026", low=15_000),
        ),
    ),
    Story(
        "new_channel",
        "More and more new customers come through the online shop.",
        (
            Fact("new_customers", None, "2026-H1", low=40, versus="2024-H2"),
            Fact("new_customers_share", SHOP, "2024-H2", high=0.30),
            Fact("new_customers_share", SHOP, "2026-H1", low=0.45),
            Fact("new_customers_share", SHOP, "2026-H1", low=0.15, versus="2025-H1"),
        ),
    ),
    Story(
        "reminder",
        "The reminder of September 2025 made more of the customers order: the A/B test shows it at 5 %.",
        (Fact("ordering_share", "variant=relance", "2025-H2", low=0.07, versus="variant=témoin"),),
    ),
    Story(
        "few_make_most",
        "A fifth of the customers make two thirds of the revenue.",
        tuple(
            Fact("top_20_percent_share", None, period, low=0.62, high=0.76)
            for period in ["2025-H1", "2025-H2", "2026-H1"]
        ),
    ),
    Story(
        "every_rfm_segment",
        "All ten RFM segments have customers, three of the first rank in cannot_lose.",
        (
            *(Fact("customers", f"rfm={segment}", "2026-H1", low=5) for segment in RFM_SEGMENTS),
            Fact("revenue", f"customer_id={GONE_SILENT_IDS[0]}", "2026-H1", high=-20_000, versus="2025-H2"),
        ),
    ),
]

# fault: how many rows have it; no order line has two of them
DIRT = {
    "order_lines_twice": 60,  # extra copies of a line, equal in every column
    "orders_without_customer": 420,
    "orders_of_unknown_customers": 12,  # lines of C90001, C90002, C90003, who are not in the customers table
    "orders_of_nothing": 25,  # amount 0,00
    "orders_without_date": 7,
    "orders_with_impossible_date": 2,  # 30/02/2025
    "orders_with_unusable_amount": 6,  # "à définir"
    "customers_entered_twice": 3,  # GARAGE DUPRE ET FILS for Garage Dupré & Fils: same e-mail and telephone
    "emails_missing": 150,
    "emails_malformed": 12,  # a space for the @
}
