"""Labels, notes and definitions of predicted value. Follows DEFINITIONS, Lifetime value."""

from __future__ import annotations

from portfolio.errors import N_

_METRICS = {
    "clv_12_months": N_("Value of a customer over 12 months"),
    "clv_24_months": N_("Value of a customer over 24 months"),
    "clv_36_months": N_("Value of a customer over 36 months"),
    "clv_60_months": N_("Value of a customer over 60 months"),
    "capital_12_months": N_("Value of the portfolio over 12 months"),
    "capital_24_months": N_("Value of the portfolio over 24 months"),
    "capital_36_months": N_("Value of the portfolio over 36 months"),
    "capital_60_months": N_("Value of the portfolio over 60 months"),
    "at_risk_value": N_("Value that may be leaving"),
    "probability_alive_mean": N_("Mean chance of still being a customer"),
    "expected_purchases_next_period": N_("Purchases expected next period"),
    "expected_revenue_next_period": N_("Revenue expected next period"),
    "forecast_error": N_("Error of the last forecast"),
    "top_20_percent_hit_rate": N_("Best customers foretold"),
    "frequency_value_correlation": N_("Correlation of frequency and value"),
}

_COLUMNS = {
    "probability_alive": N_("Still a customer"),
    "expected_purchases": N_("Purchases expected over 12 months"),
    "expected_value": N_("Expected value of a purchase"),
    "predicted_value": N_("Predicted value"),
    "value_rank": N_("Rank by value"),
    "capital": N_("Value to come"),
    "model": N_("Revised model"),
    "gone": N_("Probably gone"),
    "worth_less": N_("Worth less"),
    "worth_more": N_("Worth more"),
    "left_segment": N_("Left the segment"),
    "joined_segment": N_("Joined the segment"),
    "capital_bridge": N_("Change of the value to come"),
    "predicted": N_("Prediction"),
    "one_time_buyers": N_("Customers who bought once only"),
    "tracking": N_("Cumulative purchases"),
    "reconciliation": N_("From the simple formula to the prediction"),
    "selection": N_("Choice of the model"),
}

_MODELS = {
    "BetaGeoModel": N_("BG/NBD"),
    "ModifiedBetaGeoModel": N_("MBG/NBD"),
    "ParetoNBDModel": N_("Pareto/NBD"),
    "GammaGammaModel": N_("Gamma-Gamma"),
}

_LISTS = {"may_be_gone": N_("Valuable, and perhaps gone"), "most_valuable": N_("Worth most")}

_REASONS = {
    "no_repeat_purchases": N_("No customer has bought on a second day yet: there is nothing to learn a model from"),
    "no_holdout": N_("No earlier period with repeat purchases to test the model on"),
    "no_value_model": N_("The values of purchases are too scattered for a mean"),
}

LABELS = _METRICS | _COLUMNS | _MODELS | _LISTS | _REASONS
WHY = {
    "may_be_gone": N_("They are worth much, and are silent for longer than suits their habits."),
    "most_valuable": N_("The model expects most of them."),
}
ACTIONS = {
    "may_be_gone": N_("Call now, the first of the list first: the money shown leaves with them."),
    "most_valuable": N_("Give them your best service, and a contact they know."),
}

# What a report must say of its models; {n} is the figure that goes with it.
NOTES = {
    "no_repeat_purchases": N_(
        "No customer has bought on a second day yet: there is nothing to learn a model from, and this report has no "
        "prediction. Take a longer period."
    ),
    "no_holdout": N_("There is no earlier period to test the model on: it has been chosen by how well it fits."),
    "few_repeat_buyers": N_("Too few customers have bought again ({n}): take every figure here with great care."),
    "not_converged": N_("The fit of the model did not end well: do not rely on its figures."),
    "all_alive": N_(
        "The chosen model, BG/NBD, holds every customer who bought once only for still there, however long ago that "
        "was ({n} customers here): no one can leave before a second purchase. The other two models stand beside it."
    ),
    "coarse_time": N_("There are so many different histories that their times are gathered in steps of {n} days."),
    "coarse_money": N_("There are so many different values that they are gathered in steps of {n}."),
    "no_value_model": N_(
        "A few purchases are so large beside the others that their mean cannot be told: purchases are predicted, money "
        "is not."
    ),
    "values_left_out": N_(
        "Customers who bought again and bring 0 or less on average: {n}. They are left out of the model of values, and "
        "count with the mean of all customers."
    ),
    "dependence": N_(
        "Customers who buy more often also spend differently: the correlation of frequency and value is {n}, past 0.3. "
        "The model of values supposes none, so read values of single customers with care."
    ),
    "independence": N_(
        "The correlation of frequency and value is {n}, within 0.3: the model of values, which supposes none, "
        "can be used."
    ),
    "orders_stop": N_(
        "The orders stop {n} days before the end of the period: the models take those days for silence, and hold "
        "customers for less alive than they are."
    ),
}

DEFINITIONS = {
    "predicted": N_(
        "A customer buys at a rate of their own, until they leave unseen. From the days of purchase alone, the model "
        "(buy till you die) tells how likely each is still to be a customer, and how many purchases to expect; a "
        "second model (Gamma-Gamma) tells their value. It is right over many customers, not for one."
    ),
    "capital": N_(
        "For each customer, the purchases expected within the horizon × their expected value, each discounted to "
        "today; then the sum. In margin where the cost is known, else in revenue. Future customers are not in it. The "
        "interval (95%) tells how well the model knows the mean; chance moves single customers far more."
    ),
    "probability_alive": N_(
        "The chance that the customer has not left for good, given how often and how recently they bought. A long "
        "silence counts more against those who used to buy often."
    ),
    "capital_bridge": N_(
        "Revised model: the same customers, as they stood then, with what the model has learnt since. Probably "
        "gone: the chance of still being a customer fell under one half. Worth less, worth more: the other "
        "customers of before. New: first bought in the period."
    ),
    "at_risk_value": N_(
        "Customers of the last twelve months: (1 − chance of still being a customer) × what they would bring over the "
        "shorter horizon if still there."
    ),
    "one_time_buyers": N_(
        "Nothing is known of the value of repeat purchases of a customer who bought once only: the mean of all "
        "customers stands for it."
    ),
    "forecast_error": N_(
        "Purchases forecast / actual purchases − 1. The model knew only what came before the period; only "
        "customers known then are counted. The interval (95%) holds both chance and what the model does not know "
        "for sure: outside it, the model missed."
    ),
    "top_20_percent_hit_rate": N_(
        "Among the first fifth of customers by money in the period, the share that the model had put in its own first "
        "fifth beforehand."
    ),
    "tracking": N_(
        "Repeat purchases added up week by week, of the customers known before the period. The forecast counts "
        "from each first purchase only."
    ),
    "reconciliation": N_(
        "Simple: average basket × orders per year × lifespan, of the customers of the last twelve months. Horizon: the "
        "longer horizon instead of the whole lifespan. Discount: money later is worth less. Own rates: each customer's "
        "own frequency and value instead of the mean of all. May be gone: the chance that the customer has left."
    ),
    "selection": N_(
        "Each model is fitted on what came before the period, and judged by how likely it held what came then (holdout "
        "log-likelihood: the highest is best). The chosen one is then fitted on everything."
    ),
    "expected_revenue_next_period": N_("From customers known today, in revenue excluding tax, not discounted."),
    "value_rank": N_("1 is the customer worth most in the whole portfolio."),
}
