"""The base, every topic and the review compile to each warehouse's SQL: no step of one engine only creeps in.

Nothing runs on those engines here. A book works on DuckDB as usual, over an engine that writes down each expression it
is asked for; each distinct one is then compiled for the other engines, from the names and types of its tables alone.
"""

import ast
import dataclasses
import inspect
import re
from pathlib import Path

import ibis
import ibis.config
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pandas as pd
import pytest
import sqlglot
from ibis.common.exceptions import OperationNotDefinedError

import portfolio
from portfolio import review
from portfolio.base.book import Book
from portfolio.base.segments import parse_segment
from portfolio.params.columns import TABLES
from portfolio.topics import TOPICS

pytestmark = pytest.mark.engines

# Ibis's name -> sqlglot's name.
DIALECTS = {
    "postgres": "postgres",
    "pyspark": "spark",
    "bigquery": "bigquery",
    "snowflake": "snowflake",
    "trino": "trino",
    "databricks": "databricks",
}
# Functions that the engines have and sqlglot does not know.
KNOWN = {"MAKE_DATE", "IEEE_DIVIDE"}
# What Ibis 12 cannot say exactly to an engine: medians, which the base and the offer ask for.
UNSAID = {"bigquery": (ops.Median, ops.Quantile), "trino": (ops.Median, ops.Quantile)}
# Functions whose answer hangs on the order of the rows, or on chance.
TRAPS = re.compile(r"\b(NTILE|FIRST|LAST|ANY_VALUE|ARBITRARY|FIRST_VALUE|LAST_VALUE|RAND|RANDOM)\s*\(", re.IGNORECASE)
PACKAGE = Path(portfolio.__file__).parent
# What works on clean tables. Reading files is DuckDB's work whatever the engine.
ON_ANY_ENGINE = [
    *PACKAGE.glob("topics/**/*.py"),
    *PACKAGE.glob("review/**/*.py"),
    *(PACKAGE / "base" / f"{name}.py" for name in ("customers", "segments", "book")),
]


class Recorder:
    """An engine that writes down every expression it is given, and hands everything on to the real one."""

    def __init__(self, engine):
        self.engine = engine
        self.expressions = []

    def __getattr__(self, name):
        method = getattr(self.engine, name)

        def handed_on(*args, **kwargs):
            self.expressions += [value for value in [*args, *kwargs.values()] if isinstance(value, ir.Table | ir.Value)]
            return method(*args, **kwargs)

        return handed_on


def rows(table, **columns):
    """Two rows of a table: the values given, and for the other columns something of their type."""
    something = {"text": "x", "date": "2025-08-01", "money": "10", "number": "1", "integer": "1", "boolean": "true"}
    given = {column.name: [something[column.type]] * 2 for column in TABLES[table].columns}
    return pd.DataFrame({**given, **columns})


ORDERS = pd.DataFrame(
    [
        (f"{letter}{i}", f"{year}-{month:02}-{1 + i:02}", f"{10 + i * month}.50", f"{year}{month}", "6", category)
        for letter, category in zip("abc", "XYZ", strict=True)
        for i in range(12)
        for year in (2024, 2025)
        for month in range(1, 13, 1 + i)
    ],
    columns=["customer_id", "order_date", "amount", "order_id", "cost", "category"],
)
IDS = sorted(set(ORDERS["customer_id"]))
TABLES_GIVEN = {
    "customers": pd.DataFrame({"customer_id": IDS, "region": [name[0] for name in IDS], "created_date": "2023-01-01"}),
    "surveys": rows("surveys", customer_id=["a1", "a2"], nps=["9", "2"]),
    "contracts": rows("contracts", customer_id=["a1", "a2"], end_date=["2026-02-01", "2026-03-01"]),
    "targets": rows("targets", measure=["revenue", "orders"], period=[None] * 2, segment=[None] * 2),
}


# What sections take beside a book.
GIVEN = {"attribute": "region", "customer_id": "a1", "reports_dir": "no such folder"}


def steps():
    """Everything that works on a book: name, and a function of the book and the one before."""
    for topic in TOPICS:
        if topic.values:
            yield f"{topic.name}.values", lambda books, topic=topic: topic.values(books[-1])
        yield from ((f"{topic.name}.{section.name}", _run(section)) for section in topic.sections)
    yield from ((f"review.{name}", _run(getattr(review, name))) for name in review.__all__)
    for topic in TOPICS:
        if topic.apart:
            yield f"review.lists({topic.name})", _run(review.lists, topic)


def _run(section, *topics):
    parameters = list(inspect.signature(section.numbers).parameters.values())[1:]
    needed = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD and one.default is one.empty]
    given = [*(GIVEN[name] for name in needed), *topics]
    return lambda books: section.frames(books if section.over_books else books[-1], *given)


# What tells two expressions apart that are the same but for the book: names of kept tables, days and numbers.
OF_THE_BOOK = re.compile(r"kept_\d+|ibis_pandas_memtable_\w+|\b\d+(\.\d+)?")


@pytest.fixture(scope="module")
def recorded(make_book):
    """Run everything on one book of a segment, and return each step's expressions that no step before it had."""
    real = make_book(ORDERS, "2025-H2", thresholds={"min_customers": 1}, **TABLES_GIVEN)
    engine = Recorder(real.clean.engine)
    whole = Book(real.params, dataclasses.replace(real.clean, engine=engine), real.period, real.topics)
    book = whole.narrow(parse_segment("region=a"))
    seen, found = set(), {}
    for name, step in steps():
        start = len(engine.expressions)
        step([book.at(book.period.previous), book])
        for expression in engine.expressions[start:]:
            shape = OF_THE_BOOK.sub("n", repr(expression))
            if shape not in seen:
                found.setdefault(name, []).append(expression)
                seen.add(shape)
    return found


@pytest.fixture(scope="module")
def _spark_options():
    """Ibis keeps the options of Spark in its backend, which needs pyspark installed; the compiler reads only one."""

    class Options(ibis.config.Config):
        treat_nan_as_null: bool = False

    before = ibis.options.pyspark
    ibis.options.pyspark = Options()
    yield
    ibis.options.pyspark = before


def check_that_all_is_recorded(recorded):
    expressions = [expression for found in recorded.values() for expression in found]
    assert len(expressions) >= 80
    # The base is among them, lines to orders to customers to classes, and so are scans of the orders by measures.
    columns = [set(expression.columns) for expression in expressions if isinstance(expression, ir.Table)]
    assert any({"median_interval", "trailing_orders", "revenue_ever"} <= names for names in columns)
    classes = {each.name for topic in TOPICS for each in topic.classes}
    assert any(classes <= names for names in columns)
    assert any({"recency_days", "T_days"} <= names for names in columns)
    # The sums of every topic come from one query.
    places = {f"{place}" for place, topic in enumerate(TOPICS) if topic.totals}
    assert any(places <= {name.split("_")[0] for name in names} for names in columns)


@pytest.mark.usefixtures("_spark_options")
def test_every_expression_compiles_for_every_engine(recorded):
    check_that_all_is_recorded(recorded)
    problems = []
    for name, expressions in recorded.items():
        for expression in expressions:
            unbound = expression.unbind()
            for dialect, grammar in DIALECTS.items():
                if unbound.op().find(UNSAID.get(dialect, ())):
                    continue
                problems += [f"{name}: {what}" for what in problems_of(unbound, dialect, grammar)]
    assert not problems, "\n\n".join(problems)


def problems_of(expression, dialect, grammar):
    try:
        sql = str(ibis.to_sql(expression, dialect=dialect))
        tree = sqlglot.parse_one(sql, dialect=grammar)
    except Exception as error:  # any failure to compile is what is looked for
        return [f"{type(error).__name__}: {error}"]
    unknown = {function.name.upper() for function in tree.find_all(sqlglot.exp.Anonymous)} - KNOWN
    return [
        *(f"{function} is no function of {dialect}" for function in unknown),
        *(f"{trap} in\n{sql}" for trap in TRAPS.findall(sql)),
    ]


@pytest.mark.parametrize(("dialect", "operation"), [(name, one) for name, many in UNSAID.items() for one in many])
def test_what_an_engine_cannot_be_told_is_still_so(dialect, operation):
    x = ibis.table({"x": "float64"}, name="t").x
    value = x.median() if operation is ops.Median else x.quantile(0.2)
    with pytest.raises(OperationNotDefinedError):
        ibis.to_sql(value, dialect=dialect)


@pytest.mark.parametrize("dialect", ["postgres", "pyspark"])
@pytest.mark.usefixtures("_spark_options")
def test_a_step_of_one_engine_only_would_be_caught(dialect):
    table = ibis.table({"x": "float64", "y": "float64"}, name="t")
    assert ibis.to_sql(table.agg(z=table.x.kurtosis()), dialect="duckdb")
    with pytest.raises(OperationNotDefinedError):
        ibis.to_sql(table.agg(z=table.x.kurtosis()), dialect=dialect)
    assert problems_of(table.agg(z=table.x.kurtosis()), dialect, DIALECTS[dialect])
    assert problems_of(table.agg(z=table.x.arbitrary()), dialect, DIALECTS[dialect])
    assert not problems_of(table.agg(z=table.x.sum()), dialect, DIALECTS[dialect])


@pytest.mark.parametrize("path", sorted(ON_ANY_ENGINE), ids=lambda path: path.stem)
def test_no_sql_by_hand(path):
    # A function called by its name would compile for every engine, and fail on those that have none of that name.
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    by_hand = {"sql", "raw_sql", "udf", "execute_sql"}
    assert not [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute) and node.attr in by_hand]
