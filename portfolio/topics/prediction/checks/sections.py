"""Sections on forecasts and what came."""

from portfolio.topics.contract import Section
from portfolio.topics.prediction.checks import numbers, shown

caution = Section("caution", numbers.last_total, shown.caution)
by_frequency = Section("by_frequency", numbers.last_by_frequency, shown.by_frequency_chart, shown.by_frequency_table)
tracking = Section(
    "tracking", numbers.validated, shown.tracking_chart, shown.validation_sentence,
    define=["forecast_error", "top_20_percent_hit_rate", "tracking"],
)  # fmt: skip
forecasts = Section(
    "forecasts", numbers.forecasts, shown.forecasts_chart, shown.forecasts_table, shown.forecasts_sentence,
    define=["forecast_error"], over_books=True,
)  # fmt: skip
last_forecasts = Section(
    "last_forecasts", numbers.last_forecasts, shown.forecasts_chart, shown.forecasts_table, shown.forecasts_sentence,
    define=["forecast_error"],
)  # fmt: skip
forecasts_by = Section("forecasts_by", numbers.forecasts_by, shown.forecasts_by_table, shown.forecasts_by_sentence)
apart = Section("apart", numbers.apart, shown.apart_table, shown.apart_sentence, define=["apart", "not_predictable"])

SECTIONS = (caution, by_frequency, tracking, forecasts, last_forecasts, forecasts_by, apart)
