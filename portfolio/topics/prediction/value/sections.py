"""Sections on what the customers are worth together."""

from portfolio.topics.contract import Section
from portfolio.topics.prediction.value import numbers, shown

capital = Section("capital", numbers.capital_told, shown.capital_table, shown.capital_sentence)
by = Section("capital_by", numbers.capital_by, shown.by_chart, shown.by_table, shown.by_sentence)
bridge = Section(
    "bridge", numbers.capital_bridge, shown.bridge_chart, shown.bridge_table, shown.bridge_sentence,
    define=["capital_bridge"],
)  # fmt: skip
distribution = Section(
    "distribution", numbers.distribution, shown.distribution_chart, shown.distribution_table,
    shown.distribution_sentence, define=["one_time_buyers"],
)  # fmt: skip
first_customers = Section("first_customers", numbers.first_customers, shown.first_customers_table)
leaving = Section("leaving", numbers.leaving, shown.leaving_sentence, define=["probability_alive", "at_risk_value"])
reconciliation = Section(
    "reconciliation", numbers.reconciliation, shown.reconciliation_table, shown.reconciliation_sentence,
    define=["reconciliation", "lifetime_value"],
)  # fmt: skip

SECTIONS = (capital, by, bridge, distribution, first_customers, leaving, reconciliation)
