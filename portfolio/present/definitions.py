"""What each number means, as it stands under the number in a report. Follows DEFINITIONS, word for idea."""

from __future__ import annotations

from portfolio.errors import N_
from portfolio.present import predicted_labels

_LIFETIME = N_(
    "Average basket × orders per customer per year × lifespan in years. Orders per year and customers come from the "
    "last {months} months; lifespan is 1 / (1 − yearly retention), at most {cap} years, and the report says when it "
    "stops there."
)
_LIFETIME_MARGIN = N_("The same lifetime value × the margin rate: what the customer leaves, not what it pays.")

ACTIVITY = {
    "revenue": N_("The sum of the amounts excluding tax, less returns and credit notes."),
    "orders": N_("Orders with at least one positive line; returns alone make no order."),
    "active_customers": N_("Customers with at least one order in the period."),
    "customers": N_("Every customer known at the last day of the period."),
    "average_basket": N_("Revenue divided by the number of orders."),
    "gross_sales": N_("The sum of the positive lines, before returns."),
    "returns": N_("The sum of the negative lines: returns and credit notes."),
    "return_rate": N_("Returns divided by gross sales, by value."),
    "cost": N_("What the lines of the period cost to serve."),
    "margin": N_("Revenue less cost."),
    "margin_rate": N_("Margin divided by revenue."),
}

MOVEMENT = {
    "new_customers": N_("Customers whose first order ever falls in the period."),
    "retained_customers": N_("Customers active in this period and in the one before."),
    "reactivated_customers": N_("Customers active now, not in the period before, whose first order is earlier."),
    "lapsed_customers": N_("Customers active in the period before, and not in this one."),
    "retention_rate": N_(
        "Retained customers divided by the customers active in the period before. The interval (Wilson, 95%) shows "
        "what chance alone could move."
    ),
    "churn_rate": N_("1 less the retention rate."),
    "movement": N_("Active now = active before − lapsed + new + reactivated."),
    "revenue_bridge": N_(
        "From the revenue of the period before to this one's: what lapsed customers took away, what those who stayed "
        "bought less or more, what new and reactivated customers brought."
    ),
}

LIFECYCLE = {
    "lifecycle": N_(
        "Each customer is in one state at the last day of the period, the first that fits: prospect, new, lost, "
        "inactive, at risk, loyal, regular. The revenue shown is that of the last {months} months."
    ),
    "prospect": N_("No order ever."),
    "new": N_("First order in the period."),
    "lost": N_("Last order more than {lost} ago."),
    "inactive": N_("Last order more than {inactive} ago: the alert."),
    "at_risk": N_("At least {orders} orders, and silent for more than {times} their own usual interval."),
    "loyal": N_("At least one order in each of the last {periods} periods."),
    "regular": N_("All the others."),
}

RFM = {
    "rfm": N_(
        "Customers who ordered in the last {months} months are scored from 1 to 5 on recency (days since the last "
        "order), frequency (orders) and monetary value (revenue). The cut-offs are the quintiles; equal values score "
        "equally. The segment is read off recency and frequency. The others are lost, or prospects when they never "
        "ordered."
    ),
    "rfm_given": N_(
        "Customers who ordered in the last {months} months are scored from 1 to 5 on recency (days since the last "
        "order), frequency (orders) and monetary value (revenue), by the cut-offs of the parameters. The segment is "
        "read off recency and frequency. The others are lost, or prospects when they never ordered."
    ),
    "recency": N_("Days from the last order to the last day of the period; 5 is the most recent."),
    "frequency": N_("Orders over the last {months} months; 5 is the most frequent."),
    "monetary": N_("Revenue over the last {months} months; 5 is the highest."),
    "high_potential_customers": N_("Customers with a monetary score of 5 and a frequency of at most 2."),
    "high_potential": N_("Monetary score of 5 with a frequency of at most 2: few orders, but large ones."),
    "rfm_cutoffs": N_(
        "A score is 1 plus the number of cut-offs below the value; for recency, 5 less that number. When periods "
        "are compared, the cut-offs of the first are kept for all."
    ),
}

CONCENTRATION = {
    "concentration": N_(
        "Among customers whose net revenue in the period is above 0, ranked by revenue. Those at 0 or less are "
        "counted apart."
    ),
    "top_20_percent_share": N_("The share of positive revenue held by the first 20% of customers, rounded up."),
    "customers_for_80_percent": N_("The smallest number of customers who together hold at least 80% of revenue."),
    "gini": N_("0 when all customers weigh the same, near 1 when one holds everything."),
}

SIZE = {
    "size": N_(
        "Large: the first {large} of active customers by {size_by}; medium: the next {medium}; small: the rest. The "
        "limits in money are those of the first period compared."
    ),
    "size_given": N_(
        "Large: from {large_limit} of {size_by} in the period; medium: from {medium_limit}; small: the rest."
    ),
    "migration": N_("The size of each customer in the period before against its size now, within the same limits."),
}

OFFER = {
    "coverage": N_("The share of the customers of the last {months} months who bought the category."),
    "whitespace": N_(
        "For each customer and each category it does not buy: the share of its peers, active customers of the same "
        "size, that buy it × their median spend."
    ),
    "nps": N_("100 × (promoters, 9 or 10, less detractors, 0 to 6) / answers."),
}

LIFETIME = {
    "lifetime": _LIFETIME,
    "lifetime_value": _LIFETIME,
    "lifetime_value_margin": _LIFETIME_MARGIN,
    "value_margin": _LIFETIME_MARGIN,
    "orders_per_year": N_(
        "Orders over the last {months} months, brought to one year, divided by the customers who made them."
    ),
    "lifespan_years": N_("1 / (1 − yearly retention), at most {cap} years."),
    "yearly_retention": N_("Customers active in the last {months} months among those active in the {months} before."),
}

FINDINGS = {
    "findings": N_(
        "Strengths and weaknesses compare with the target, the period before or the whole portfolio; opportunities are "
        "money not yet earned; threats are money at risk. A rate over fewer than {min_customers} customers makes none."
    ),
    "money_at_stake": N_(
        "What the finding or the customer is worth, as its rule counts it: a gap over the period, revenue over "
        "{months} months."
    ),
    "targets": N_("The goals given in the targets table, and whether this period reaches them."),
    "segments": N_("A rate over fewer than {min_customers} customers is marked, and makes no finding."),
}

DEFINITIONS = ACTIVITY | MOVEMENT | LIFECYCLE | RFM | CONCENTRATION | SIZE | OFFER | LIFETIME | FINDINGS
DEFINITIONS |= predicted_labels.DEFINITIONS
