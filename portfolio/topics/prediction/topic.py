"""What customers are likely to bring: its figures, sections, finding, lists and words."""

from functools import partial

from portfolio.errors import N_
from portfolio.params.columns import Column
from portfolio.show.vocabulary import Phrase
from portfolio.topics.contract import (
    COUNT,
    DOWN,
    INTERVAL,
    MONEY,
    NONE,
    PREDICTION,
    RATE,
    RATIO,
    THREAT,
    UP,
    ActionList,
    Figure,
    Stock,
    Term,
    Topic,
)
from portfolio.topics.prediction import numbers, shown
from portfolio.topics.prediction.checks import sections as checks
from portfolio.topics.prediction.fits import NO_HOLDOUT, NO_REPEAT, NO_VALUE
from portfolio.topics.prediction.models import sections as models
from portfolio.topics.prediction.value import sections as value

# The columns of the prediction, in the order of the lists.
COLUMNS = (
    Column("probability_alive", "number", N_("Still a customer"), "chance of not having left for good", unit="rate"),
    Column("expected_purchases", "number", N_("Purchases expected over 12 months"), "purchases over 12 months"),
    Column("expected_value", "money", N_("Expected value of a purchase"), "of a purchase", unit="currency"),
    Column("predicted_value", "money", N_("Predicted value"), "over the longer horizon, discounted", unit="currency"),
    Column("value_rank", "integer", N_("Rank by value"), "1 is worth most in the whole portfolio"),
)


def figures(thresholds) -> tuple[Figure, ...]:
    """Return the figures, those of the headline first: their names tell the horizons."""
    short, long = thresholds.value_horizons_months

    def capital(months: int) -> Figure:
        label = Phrase(N_("Value of the portfolio over {n} months"), {"n": months})
        return Figure(
            f"capital_{months}_months",
            MONEY,
            UP,
            label,
            CAPITAL,
            PREDICTION,
            reason=numbers.no_prediction,
            interval=partial(numbers.interval, months=months, ends=("low", "high")),
            chance=INTERVAL,
        )

    def worth(months: int) -> Figure:
        label = Phrase(N_("Value of a customer over {n} months"), {"n": months})
        return Figure(
            f"clv_{months}_months",
            MONEY,
            UP,
            label,
            CAPITAL,
            PREDICTION,
            reason=numbers.no_prediction,
            interval=partial(numbers.interval, months=months, ends=("value_low", "value_high")),
            chance=INTERVAL,
        )

    return (
        capital(long),
        worth(long),
        Figure(
            "at_risk_value", MONEY, DOWN, N_("Value that may be leaving"),
            N_("Customers of the last {months} months: (1 − chance of still being a customer) × what they would bring "
               "over the shorter horizon if still there."),
            PREDICTION, reason=numbers.no_prediction,
        ),
        Figure(
            "probability_alive_mean", RATE, UP, N_("Mean chance of still being a customer"),
            N_("The chance of still being a customer, on average over all who ever bought."), PREDICTION,
            reason=numbers.no_prediction,
        ),
        Figure(
            "expected_revenue_next_period", MONEY, UP, N_("Revenue expected next period"),
            N_("From customers known today, in revenue excluding tax, not discounted."), PREDICTION,
            reason=numbers.no_prediction,
        ),
        Figure(
            "forecast_error", RATE, NONE, N_("Error of the last forecast"),
            N_("Purchases forecast / actual purchases − 1. The model knew only what came before the period; only "
               "customers known then are counted. The interval (95%) holds chance, what the model does not know for "
               "sure and, from three earlier forecasts on, how far they were wrong: outside it, the model missed."),
            PREDICTION, reason=numbers.no_forecast,
        ),
        Figure(
            "top_20_percent_hit_rate", RATE, UP, N_("Best customers correctly predicted"),
            N_("Among the top 20% of customers by money in the period, the share that the model had put in its "
               "own top 20% beforehand."),
            PREDICTION, reason=numbers.no_forecast,
        ),
        capital(short),
        worth(short),
        Figure(
            "expected_purchases_next_period", COUNT, UP, N_("Purchases expected next period"),
            N_("From customers known today: on how many days they will buy in the next period, all together."),
            PREDICTION, reason=numbers.no_prediction,
        ),
        Figure(
            "frequency_value_correlation", RATIO, NONE, N_("Correlation of frequency and value"),
            N_("Whether those who buy more often also spend more each time: 1 always, 0 neither more nor less, −1 "
               "always less. Over customers who bought again. The model of values supposes it near 0."),
            PREDICTION, reason=numbers.no_prediction,
        ),
    )  # fmt: skip


CAPITAL = N_(
    "For each customer, the purchases expected within the horizon × their expected value, each discounted to "
    "today; then the sum. In margin where the cost is known, else in revenue. Future customers are not in it. The "
    "interval (95%) is that of what will come: it holds what the model does not know for sure, chance, and, from three "
    "earlier forecasts on, how far the model was wrong in them, taken for the whole horizon."
)
TERMS = (
    Term(
        "predicted", N_("Prediction"),
        N_("A customer buys at a rate of their own, until they leave unseen. From the days of purchase alone, the "
           "model (buy till you die) tells how likely each is still to be a customer, and how many purchases to "
           "expect; a second model (Gamma-Gamma) tells their value. It is right over many customers, not for one."),
    ),
    Term("capital", N_("Value to come"), CAPITAL),
    Term(
        "probability_alive", N_("Still a customer"),
        N_("The chance that the customer has not left for good, given how often and how recently they bought. A long "
           "silence counts more against those who used to buy often."),
    ),
    Term(
        "capital_bridge", N_("Change of the value to come"),
        N_("Revised model: the same customers, as they stood then, with what the model has learnt since. Probably "
           "gone: the chance of still being a customer fell under one half. Worth less, worth more: the other "
           "customers of before. New: first bought in the period."),
    ),
    Term(
        "one_time_buyers", N_("Customers who bought once only"),
        N_("Nothing is known of the value of repeat purchases of a customer who bought once only: the mean of all "
           "customers stands for it."),
    ),
    Term(
        "tracking", N_("Cumulative purchases"),
        N_("Repeat purchases added up week by week, of the customers known before the period. The forecast counts "
           "from each first purchase only."),
    ),
    Term(
        "reconciliation", N_("From the simple formula to the prediction"),
        N_("Simple: average basket × orders per year × lifespan, of the customers of the last {months} months. "
           "Horizon: the longer horizon instead of the whole lifespan. Discount: money later is worth less. Own rates: "
           "each customer's own frequency and value instead of the mean of all. May be gone: the chance that the "
           "customer has left."),
    ),
    Term(
        "selection", N_("Choice of the model"),
        N_("Each model is fitted on what came before the period, and judged by how likely it held what came then "
           "(holdout log-likelihood: the highest is best). The chosen one is then fitted on everything."),
    ),
    Term(
        "apart", N_("Forecast apart"),
        N_("Places and account managers whose last forecast, by one model for all, missed otherwise than that of the "
           "other customers (Holm over all tested). They get a model of their own where they buy or leave differently "
           "(likelihood ratio, Holm); where that still misses by more than its interval, forecasts are multiplied by "
           "what came over what was forecast. So are those of all others where they miss."),
    ),
    Term(
        "not_predictable", numbers.NOT_PREDICTABLE.label,
        N_("The last forecast of purchases missed by more than its interval, or would have without what has been "
           "learnt since: no value is printed. The customers count in the total."),
    ),
    Term("value_rank", N_("Rank by value"), N_("1 is the customer worth most in the whole portfolio.")),
    Term("value_at_risk", N_("Share of the value that may be leaving")),
    Term("model", N_("Revised model")),
    Term("gone", N_("Probably gone")),
    Term("worth_less", N_("Worth less")),
    Term("worth_more", N_("Worth more")),
    Term("left_segment", N_("Left the segment")),
    Term("joined_segment", N_("Joined the segment")),
    Term("BetaGeoModel", N_("BG/NBD")),
    Term("ModifiedBetaGeoModel", N_("MBG/NBD")),
    Term("ParetoNBDModel", N_("Pareto/NBD")),
    Term("GammaGammaModel", N_("Gamma-Gamma")),
    *(Term(reason.name, reason.label) for reason in (NO_REPEAT, NO_HOLDOUT, NO_VALUE)),
)  # fmt: skip

TOPIC = Topic(
    "prediction",
    title=N_("What will customers bring?"),
    figures=figures,
    values=numbers.values,
    sections=(*value.SECTIONS, *checks.SECTIONS, *models.SECTIONS),
    findings=(
        Stock(
            "value_at_risk", THREAT, numbers.who_may_be_gone, 7,
            says=N_("{money} is at risk from customers who may have left."),
            first=N_("First: call those of the list “Valuable, and may have left”, in the report on lifetime value."),
            least=0.05,
            evidence=numbers.share_at_risk,
        ),
    ),
    lists=(
        ActionList(
            "may_be_gone", numbers.may_be_gone,
            title=N_("Valuable, and may have left"),
            why=N_("They are worth a lot, and have been silent for longer than usual for them."),
            do=N_("Call now, the first of the list first: what a call can change is greatest there."),
            severity=2,
            tells=N_("{revenue} in the last {months} months, and no order for {silent}."),
            columns=COLUMNS,
        ),
        ActionList(
            "most_valuable", numbers.most_valuable,
            title=N_("Worth most"),
            why=N_("The model expects the most from them."),
            do=N_("Give them your best service, and a contact they know."),
            severity=9,
            tells=N_("{orders} in the last {months} months, for {revenue}; the last one {silent} ago."),
            ranked_by="predicted_value",
            columns=COLUMNS,
        ),
    ),
    terms=TERMS,
    outlook=numbers.outlook,
    lead=shown.lead,
    apart=True,
)  # fmt: skip
