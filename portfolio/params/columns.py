"""Every table and column: name, type, unit, meaning. The only place names are defined.

``TABLES`` is what a params file may map; ``CUSTOMER_BASE`` is what ``customers.py`` makes of it.
Elsewhere a column is written ``orders.amount`` on an Ibis table, and its name as text comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from portfolio.errors import N_

# Money is exact: sums of decimals do not depend on the order of the rows, nor on the engine.
MONEY = "decimal(18, 4)"


@dataclass(frozen=True)
class Column:
    """One column: its name, its type (``text``, ``date``, ``money``, ``number``, ``integer``,
    ``boolean``), its label for people, what it means, whether the table needs it, its unit, whether it names one
    customer, not a group, and what customers of a value are called as the subject of a sentence."""

    name: str
    type: str
    label: str
    meaning: str
    required: bool = False
    unit: str = ""
    personal: bool = False
    who: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its label for people, what a row is, and its columns."""

    name: str
    label: str
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

    @property
    def dated(self) -> str | None:
        """The date that each row has, where rows are of a day: orders, and not customers."""
        return next((column.name for column in self.columns if column.required and column.type == "date"), None)


# The engine's type of each of ours.
IBIS_TYPES = {
    "text": "string",
    "date": "date",
    "money": MONEY,
    "number": "float64",
    "integer": "int64",
    "boolean": "boolean",
}


def _table(name: str, label: str, row: str, *columns: Column, keeps_other_columns: bool = False) -> Table:
    return Table(name, label, row, columns, keeps_other_columns)


_CUSTOMER = Column(
    "customer_id", "text", N_("Customer code"), "the customer's code, as text: 007 stays 007", True, personal=True
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "orders",
            N_("Orders"),
            "an order line",
            _CUSTOMER,
            Column("order_date", "date", N_("Order date"), "day of the order or invoice", True),
            Column(
                "amount",
                "money",
                N_("Amount excluding tax"),
                "excluding tax; negative is a return or a credit note",
                True,
                "currency",
            ),
            Column("order_id", "text", N_("Order number"), "the order; without it, a customer and a day"),
            Column("product", "text", N_("Product"), "article sold"),
            Column("category", "text", N_("Category"), "family of articles"),
            Column("quantity", "number", N_("Quantity"), "units sold", unit="units"),
            Column("unit_price", "number", N_("Unit price"), "price of one unit, excluding tax", unit="currency"),
            Column("cost", "money", N_("Cost"), "what the line costs to serve", unit="currency"),
            Column("margin", "money", N_("Margin"), "amount less cost", unit="currency"),
            Column("channel", "text", N_("Channel"), "where the order was taken"),
            Column("promotion", "text", N_("Promotion"), "promotion applied"),
        ),
        _table(
            "customers",
            N_("Customers"),
            "a customer or prospect",
            _CUSTOMER,
            Column("name", "text", N_("Name"), "company or person", personal=True),
            Column("created_date", "date", N_("Created on"), "day the record was made"),
            Column(
                "account_manager",
                "text",
                N_("Account manager"),
                "sales person in charge",
                who=N_("Customers of {value}"),
            ),
            Column("country", "text", N_("Country"), "country", who=N_("{value}")),
            Column("region", "text", N_("Region"), "region", who=N_("{value}")),
            Column("city", "text", N_("City"), "town", who=N_("{value}")),
            Column("postcode", "text", N_("Postcode"), "postcode, as text"),
            Column("sector", "text", N_("Sector"), "activity (NAF)", who=N_("Sector {value}")),
            Column("headcount", "integer", N_("Headcount"), "people employed", unit="people"),
            Column(
                "company_revenue",
                "money",
                N_("Company revenue"),
                "yearly revenue of the customer itself",
                unit="currency",
            ),
            Column("birth_year", "integer", N_("Year of birth"), "year of birth", unit="year"),
            Column("gender", "text", N_("Gender"), "gender"),
            Column("profession", "text", N_("Profession"), "profession"),
            Column("household", "text", N_("Household"), "household"),
            Column("lifestyle", "text", N_("Lifestyle"), "lifestyle"),
            Column("need", "text", N_("Need"), "main need"),
            Column("contact_name", "text", N_("Contact"), "person to talk to", personal=True),
            Column("contact_role", "text", N_("Contact's role"), "that person's role"),
            Column("email", "text", N_("E-mail"), "e-mail", personal=True),
            Column("phone", "text", N_("Telephone"), "telephone", personal=True),
            Column("preferred_channel", "text", N_("Preferred channel"), "channel the customer prefers"),
            Column("consent", "boolean", N_("Consent"), "agrees to be contacted"),
            Column("verified_date", "date", N_("Checked on"), "day the record was last checked"),
            Column("closed_date", "date", N_("Closed on"), "day the account was closed"),
            keeps_other_columns=True,
        ),
        _table(
            "products",
            N_("Products"),
            "an article of the offer",
            Column("product", "text", N_("Product"), "article", True),
            Column("category", "text", N_("Category"), "family"),
            Column("list_price", "money", N_("List price"), "price before discount", unit="currency"),
            Column("launched_date", "date", N_("Launched on"), "first day on sale"),
        ),
        _table(
            "contracts",
            N_("Contracts"),
            "an installed product or running contract",
            _CUSTOMER,
            Column("product", "text", N_("Product"), "article", True),
            Column("start_date", "date", N_("First day"), "first day", True),
            Column("end_date", "date", N_("Last day"), "last day; empty when open-ended"),
            Column("annual_amount", "money", N_("Amount a year"), "amount a year", unit="currency"),
        ),
        _table(
            "interactions",
            N_("Interactions"),
            "a contact, either way",
            _CUSTOMER,
            Column("date", "date", N_("Date"), "day", True),
            Column("channel", "text", N_("Channel"), "e-mail, telephone, visit ..."),
            Column("kind", "text", N_("Kind"), "visit, call, email, web, event, support, complaint"),
            Column("campaign", "text", N_("Campaign"), "campaign it belongs to"),
            Column("response", "text", N_("Response"), "sent, opened, clicked, replied, converted"),
            Column("resolved_date", "date", N_("Settled on"), "day a request was closed"),
        ),
        _table(
            "surveys",
            N_("Surveys"),
            "an answer",
            _CUSTOMER,
            Column("date", "date", N_("Date"), "day", True),
            Column("nps", "integer", N_("Net Promoter Score"), "would recommend, 0 to 10", unit="points"),
            Column("csat", "integer", N_("Satisfaction"), "satisfied, 1 to 5", unit="points"),
            Column("topic", "text", N_("Topic"), "what it is about"),
            Column("comment", "text", N_("Comment"), "in the customer's words"),
        ),
        _table(
            "opportunities",
            N_("Opportunities"),
            "a lead or deal",
            Column("opportunity_id", "text", N_("Opportunity number"), "the deal", True),
            Column("created_date", "date", N_("Created on"), "day it was opened", True),
            Column("customer_id", "text", N_("Customer code"), "the customer's code"),
            Column("stage", "text", N_("Stage"), "lead, qualified, proposal, won, lost, abandoned"),
            Column("amount", "money", N_("Amount excluding tax"), "amount excluding tax", unit="currency"),
            Column("closed_date", "date", N_("Closed on"), "day it was won, lost or abandoned"),
            Column("source", "text", N_("Source"), "where it came from"),
            Column("product", "text", N_("Product"), "article"),
            Column("account_manager", "text", N_("Account manager"), "sales person in charge"),
            Column("last_activity_date", "date", N_("Last activity"), "last time something happened"),
        ),
        _table(
            "spend",
            N_("Spending"),
            "money spent on customers",
            Column("date", "date", N_("Date"), "day", True),
            Column("amount", "money", N_("Amount excluding tax"), "amount spent", True, "currency"),
            Column("purpose", "text", N_("Purpose"), "acquisition or retention"),
            Column("channel", "text", N_("Channel"), "channel"),
            Column("campaign", "text", N_("Campaign"), "campaign"),
            Column("segment", "text", N_("Segment"), "segment it was spent on"),
        ),
        _table(
            "targets",
            N_("Targets"),
            "a goal",
            Column("measure", "text", N_("Measure"), "a measure of metrics.json", True),
            Column("target", "number", N_("Target"), "value to reach", True),
            Column("period", "text", N_("Period"), "period it holds for; empty is every period"),
            Column("segment", "text", N_("Segment"), "segment it holds for, as region=Bretagne; empty is the whole"),
        ),
        _table(
            "experiments",
            N_("Experiments"),
            "an assignment in an A/B test",
            Column("experiment", "text", N_("Experiment"), "the test", True),
            _CUSTOMER,
            Column("variant", "text", N_("Variant"), "the variant", True),
            Column("assigned_date", "date", N_("Assigned on"), "day of the assignment", True),
        ),
        _table(
            "scorecard",
            N_("Scorecard"),
            "a figure no table holds",
            Column("facet", "text", N_("Facet"), "facet of the Performance Prism", True),
            Column("measure", "text", N_("Measure"), "what is measured", True),
            Column("period", "text", N_("Period"), "period", True),
            Column("value", "number", N_("Value"), "value", True),
            Column("target", "number", N_("Target"), "target"),
        ),
    )
}

# What the base adds to the columns of ``customers``: what is known on the last day of the period, and classes.
CUSTOMER_BASE = _table(
    "customer base",
    N_("Customers"),
    "a customer, as of the last day of the period",
    _CUSTOMER,
    Column("first_order_date", "date", N_("First order"), "day of the first order ever"),
    Column("last_order_date", "date", N_("Last order"), "day of the last order"),
    Column(
        "days_since_last_order",
        "integer",
        N_("Days since last order"),
        "from the last order to the as-of date: the recency of RFM",
        unit="days",
    ),
    Column(
        "median_interval",
        "number",
        N_("Usual days between orders"),
        "median of the days between successive days of purchase",
        unit="days",
    ),
    Column("lines", "integer", N_("Order lines in the period"), "order lines in the period"),
    Column("lines_without_units", "integer", N_("Lines without units"), "order lines in the period without a quantity"),
    Column("units", "number", N_("Units"), "units bought in the period, less those returned", unit="units"),
    Column("orders", "integer", N_("Orders"), "orders in the period"),
    Column("previous_orders", "integer", N_("Orders before"), "orders in the period before"),
    Column(
        "trailing_orders",
        "integer",
        N_("Orders over the trailing window"),
        "orders in the trailing window: the frequency of RFM",
    ),
    Column(
        "earlier_trailing_orders",
        "integer",
        N_("Orders over the window before"),
        "orders in the window of the same length just before",
    ),
    Column("orders_ever", "integer", N_("Orders ever"), "orders up to the as-of date"),
    Column(
        "recent_periods",
        "integer",
        N_("Periods with an order"),
        "of the last periods, how many had an order",
        unit="periods",
    ),
    Column("revenue", "money", N_("Revenue"), "revenue in the period, net of returns", unit="currency"),
    Column("gross_sales", "money", N_("Gross sales"), "positive lines in the period", unit="currency"),
    Column("returns", "money", N_("Returns"), "negative lines in the period, as a positive amount", unit="currency"),
    Column("margin", "money", N_("Margin"), "revenue less cost, of the lines whose cost is known", unit="currency"),
    Column(
        "costed_revenue",
        "money",
        N_("Revenue with a known cost"),
        "revenue of the lines whose cost is known",
        unit="currency",
    ),
    Column("previous_revenue", "money", N_("Revenue before"), "revenue in the period before", unit="currency"),
    Column(
        "trailing_revenue",
        "money",
        N_("Revenue over the trailing window"),
        "revenue in the trailing window: the M of RFM",
        unit="currency",
    ),
    Column(
        "trailing_margin",
        "money",
        N_("Margin over the trailing window"),
        "margin in the trailing window",
        unit="currency",
    ),
    Column(
        "trailing_costed_revenue",
        "money",
        N_("Revenue with a known cost over the trailing window"),
        "revenue of its lines whose cost is known",
        unit="currency",
    ),
    Column("revenue_ever", "money", N_("Revenue ever"), "revenue up to the as-of date", unit="currency"),
)
