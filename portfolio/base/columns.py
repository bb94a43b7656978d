"""Every table and column: name, type, unit, meaning. The only place names are defined.

``TABLES`` is what a params file may map; ``CUSTOMER_BASE`` is what ``customers.py`` makes of it.
Elsewhere a column is written ``orders.amount`` on an Ibis table, and its name as text comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass

# Money is exact: sums of decimals do not depend on the order of the rows, nor on the engine.
MONEY = "decimal(18, 4)"


@dataclass(frozen=True)
class Column:
    """One column: its name, its type (``text``, ``date``, ``money``, ``number``, ``integer``,
    ``boolean``), its unit, whether the table needs it, and what it means."""

    name: str
    type: str
    meaning: str
    required: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """One table: what a row is, and its columns."""

    name: str
    row: str
    columns: tuple[Column, ...]
    keeps_other_columns: bool = False

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)


# The engine's type of each of ours.
IBIS_TYPES = {
    "text": "string",
    "date": "date",
    "money": MONEY,
    "number": "float64",
    "integer": "int64",
    "boolean": "boolean",
}


def _table(name: str, row: str, *columns: Column, keeps_other_columns: bool = False) -> Table:
    return Table(name, row, columns, keeps_other_columns)


_CUSTOMER = Column("customer_id", "text", "the customer's code, as text: 007 stays 007", True)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "orders",
            "an order line",
            _CUSTOMER,
            Column("order_date", "date", "day of the order or invoice", True),
            Column("amount", "money", "excluding tax; negative is a return or a credit note", True, "currency"),
            Column("order_id", "text", "the order; without it, a customer and a day"),
            Column("product", "text", "article sold"),
            Column("category", "text", "family of articles"),
            Column("quantity", "number", "units sold", unit="units"),
            Column("unit_price", "number", "price of one unit, excluding tax", unit="currency"),
            Column("cost", "money", "what the line costs to serve", unit="currency"),
            Column("margin", "money", "amount less cost", unit="currency"),
            Column("channel", "text", "where the order was taken"),
            Column("promotion", "text", "promotion applied"),
        ),
        _table(
            "customers",
            "a customer or prospect",
            _CUSTOMER,
            Column("name", "text", "company or person"),
            Column("created_date", "date", "day the record was made"),
            Column("account_manager", "text", "sales person in charge"),
            Column("country", "text", "country"),
            Column("region", "text", "region"),
            Column("city", "text", "town"),
            Column("postcode", "text", "postcode, as text"),
            Column("sector", "text", "activity (NAF)"),
            Column("headcount", "integer", "people employed", unit="people"),
            Column("company_revenue", "money", "yearly revenue of the customer itself", unit="currency"),
            Column("birth_year", "integer", "year of birth", unit="year"),
            Column("gender", "text", "gender"),
            Column("profession", "text", "profession"),
            Column("household", "text", "household"),
            Column("lifestyle", "text", "lifestyle"),
            Column("need", "text", "main need"),
            Column("contact_name", "text", "person to talk to"),
            Column("contact_role", "text", "that person's role"),
            Column("email", "text", "e-mail"),
            Column("phone", "text", "telephone"),
            Column("preferred_channel", "text", "channel the customer prefers"),
            Column("consent", "boolean", "agrees to be contacted"),
            Column("verified_date", "date", "day the record was last checked"),
            Column("closed_date", "date", "day the account was closed"),
            keeps_other_columns=True,
        ),
        _table(
            "products",
            "an article of the offer",
            Column("product", "text", "article", True),
            Column("category", "text", "family"),
            Column("list_price", "money", "price before discount", unit="currency"),
            Column("launched_date", "date", "first day on sale"),
        ),
        _table(
            "contracts",
            "an installed product or running contract",
            _CUSTOMER,
            Column("product", "text", "article", True),
            Column("start_date", "date", "first day", True),
            Column("end_date", "date", "last day; empty when open-ended"),
            Column("annual_amount", "money", "amount a year", unit="currency"),
        ),
        _table(
            "interactions",
            "a contact, either way",
            _CUSTOMER,
            Column("date", "date", "day", True),
            Column("channel", "text", "e-mail, telephone, visit ..."),
            Column("kind", "text", "visit, call, email, web, event, support, complaint"),
            Column("campaign", "text", "campaign it belongs to"),
            Column("response", "text", "sent, opened, clicked, replied, converted"),
            Column("resolved_date", "date", "day a request was closed"),
        ),
        _table(
            "surveys",
            "an answer",
            _CUSTOMER,
            Column("date", "date", "day", True),
            Column("nps", "integer", "would recommend, 0 to 10", unit="points"),
            Column("csat", "integer", "satisfied, 1 to 5", unit="points"),
            Column("topic", "text", "what it is about"),
            Column("comment", "text", "in the customer's words"),
        ),
        _table(
            "opportunities",
            "a lead or deal",
            Column("opportunity_id", "text", "the deal", True),
            Column("created_date", "date", "day it was opened", True),
            Column("customer_id", "text", "the customer's code"),
            Column("stage", "text", "lead, qualified, proposal, won, lost, abandoned"),
            Column("amount", "money", "amount excluding tax", unit="currency"),
            Column("closed_date", "date", "day it was won, lost or abandoned"),
            Column("source", "text", "where it came from"),
            Column("product", "text", "article"),
            Column("account_manager", "text", "sales person in charge"),
            Column("last_activity_date", "date", "last time something happened"),
        ),
        _table(
            "spend",
            "money spent on customers",
            Column("date", "date", "day", True),
            Column("amount", "money", "amount spent", True, "currency"),
            Column("purpose", "text", "acquisition or retention"),
            Column("channel", "text", "channel"),
            Column("campaign", "text", "campaign"),
            Column("segment", "text", "segment it was spent on"),
        ),
        _table(
            "targets",
            "a goal",
            Column("measure", "text", "a measure of metrics.json", True),
            Column("target", "number", "value to reach", True),
            Column("period", "text", "period it holds for; empty is every period"),
            Column("segment", "text", "segment it holds for, as region=Bretagne; empty is the whole"),
        ),
        _table(
            "experiments",
            "an assignment in an A/B test",
            Column("experiment", "text", "the test", True),
            _CUSTOMER,
            Column("variant", "text", "the variant", True),
            Column("assigned_date", "date", "day of the assignment", True),
        ),
        _table(
            "scorecard",
            "a figure no table holds",
            Column("facet", "text", "facet of the Performance Prism", True),
            Column("measure", "text", "what is measured", True),
            Column("period", "text", "period", True),
            Column("value", "number", "value", True),
            Column("target", "number", "target"),
        ),
    )
}

# What the base adds to the columns of ``customers``: what is known on the last day of the period, and classes.
CUSTOMER_BASE = _table(
    "customer base",
    "a customer, as of the last day of the period",
    _CUSTOMER,
    Column("first_order_date", "date", "day of the first order ever"),
    Column("last_order_date", "date", "day of the last order"),
    Column(
        "days_since_last_order", "integer", "from the last order to the as-of date: the recency of RFM", unit="days"
    ),
    Column("median_interval", "number", "median of the days between successive days of purchase", unit="days"),
    Column("lines", "integer", "order lines in the period"),
    Column("orders", "integer", "orders in the period"),
    Column("previous_orders", "integer", "orders in the period before"),
    Column("trailing_orders", "integer", "orders in the trailing window: the frequency of RFM"),
    Column("earlier_trailing_orders", "integer", "orders in the window of the same length just before"),
    Column("orders_ever", "integer", "orders up to the as-of date"),
    Column("recent_periods", "integer", "of the last periods, how many had an order", unit="periods"),
    Column("revenue", "money", "revenue in the period, net of returns", unit="currency"),
    Column("gross_sales", "money", "positive lines in the period", unit="currency"),
    Column("returns", "money", "negative lines in the period, as a positive amount", unit="currency"),
    Column("margin", "money", "revenue less cost, of the lines whose cost is known", unit="currency"),
    Column("costed_revenue", "money", "revenue of the lines whose cost is known", unit="currency"),
    Column("previous_revenue", "money", "revenue in the period before", unit="currency"),
    Column("trailing_revenue", "money", "revenue in the trailing window: the M of RFM", unit="currency"),
    Column("trailing_margin", "money", "margin in the trailing window", unit="currency"),
    Column("trailing_costed_revenue", "money", "revenue of its lines whose cost is known", unit="currency"),
    Column("revenue_ever", "money", "revenue up to the as-of date", unit="currency"),
    Column("movement", "text", "new, retained, reactivated, lapsed, absent"),
    Column("lifecycle", "text", "prospect, new, loyal, regular, at_risk, inactive, lost"),
    Column("rfm_r", "integer", "recency score", unit="1 to 5"),
    Column("rfm_f", "integer", "frequency score", unit="1 to 5"),
    Column("rfm_m", "integer", "monetary score", unit="1 to 5"),
    Column("rfm_segment", "text", "segment read off R and F"),
    Column("high_potential", "boolean", "M is 5 and F at most 2"),
    Column("size", "text", "large, medium, small, absent"),
)
