"""Sections on the models."""

from portfolio.topics.contract import Section
from portfolio.topics.prediction.fits import notes
from portfolio.topics.prediction.models import numbers, shown

trust = Section("trust", notes, shown.trust_short, define=["predicted", "capital"])
alive = Section("alive", numbers.alive_matrix, shown.alive_matrix_chart)
history = Section("history", numbers.alive_history, shown.alive_history_chart)
one_time_buyers = Section(
    "one_time_buyers", numbers.one_time_buyers, shown.one_time_buyers_table, shown.one_time_buyers_sentence
)
selection = Section(
    "selection", numbers.selection, shown.selection_table, shown.trust,
    define=["selection", "frequency_value_correlation"],
)  # fmt: skip
parameters = Section("parameters", numbers.parameters, shown.parameters_table)

SECTIONS = (trust, alive, history, one_time_buyers, selection, parameters)
