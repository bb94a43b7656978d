"""The base and every measure compile to PostgreSQL and Spark SQL: no step of one engine only creeps in.

Nothing runs on those engines here. A book works on DuckDB as usual, over a connection that writes down each expression
it is asked for; each is then compiled for the other engines, from the names and types of its tables alone.
"""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import ibis
import ibis.config
import ibis.expr.types as ir
import pandas as pd
import portfolio.measures
import pytest
import sqlglot
from ibis.common.exceptions import OperationNotDefinedError

from portfolio.base.book import Book
from portfolio.params.columns import TABLES

DIALECTS = {"postgres": "postgres", "pyspark": "spark"}  # Ibis's name, sqlglot's name
# Functions that both engines have and sqlglot does not know.
ON_BOTH = {"MAKE_DATE"}
# Functions whose answer hangs on the order of the rows, or on chance.
TRAPS = re.compile(r"\b(NTILE|FIRST|LAST|ANY_VALUE|ARBITRARY|FIRST_VALUE|LAST_VALUE|RAND|RANDOM)\s*\(", re.IGNORECASE)
PACKAGE = Path(portfolio.__file__).parent
# What works on clean tables. Reading files is DuckDB's work whatever the engine.
ON_ANY_ENGINE = [
    *PACKAGE.glob("measures/**/*.py"),
    *(PACKAGE / "base" / f"{name}.py" for name in ("customers", "classes", "rulers", "rules", "segments", "book")),
]


class Recorder:
    """A connection that writes down every expression it is given, and hands everything on to the real one."""

    def __init__(self, con):
        self.con = con
        self.expressions = []

    def __getattr__(self, name):
        method = getattr(self.con, name)
        if not callable(method):
            return method

        def handed_on(*args, **kwargs):
            given = [*args, *kwargs.values()]
            self.expressions += [value for value in given if isinstance(value, ir.Table | ir.Value)]
            return method(*args, **kwargs)

        return handed_on


def measures():
    """Every public function of the measures whose first argument is a book or several: name, function."""
    for module in pkgutil.iter_modules(portfolio.measures.__path__):
        if module.ispkg:
            continue
        found = importlib.import_module(f"portfolio.measures.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if function.__module__ != found.__name__ or name.startswith("_"):
                continue
            first = next(iter(inspect.signature(function).parameters), "")
            if first in ("book", "books", "before"):
                yield f"{module.name}.{name}", function


MEASURES = dict(measures())


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
        for year in (2023, 2024, 2025)
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


@pytest.fixture(scope="module")
def recorded(make_book):
    """Run every measure on one book of a segment, with the tables that measures read, and return their expressions."""
    real = make_book(ORDERS, "2025-H2", "region=a", {"min_customers": 1}, **TABLES_GIVEN)
    con = Recorder(real.clean.con)
    book = Book(real.params, dataclasses.replace(real.clean, con=con), real.period, real.segment)
    given = {
        "book": book, "books": [book.previous, book], "before": book.previous, "now": book,
        "attribute": "region", "column": "lifecycle", "customer_id": "a1",
    }  # fmt: skip
    found = {}
    for name, function in MEASURES.items():
        parameters = inspect.signature(function).parameters.values()
        needed = [one.name for one in parameters if one.default is one.empty]
        if set(needed) <= set(given):
            start = len(con.expressions)
            function(**{argument: given[argument] for argument in needed})
            found[name] = con.expressions[start:]
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


def test_every_measure_is_run(recorded):
    modules = {name.split(".")[0] for name in recorded}
    expected = (
        "activity history lifecycle lifetime rfm concentration sizes segments voice offer targets findings metrics"
    )
    assert {*expected.split(), "actions", "comparison"} <= modules
    assert len(recorded) >= 25


def test_expressions_are_recorded(recorded):
    expressions = [expression for found in recorded.values() for expression in found]
    assert len(expressions) >= 40
    # The base is among them, lines to orders to customers to classes, and so are scans of the orders by measures.
    columns = {frozenset(expression.columns) for expression in expressions if isinstance(expression, ir.Table)}
    assert any({"median_interval", "trailing_orders", "revenue_ever"} <= names for names in columns)
    assert any({"movement", "lifecycle", "rfm_segment", "size"} <= names for names in columns)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.usefixtures("_spark_options")
def test_every_expression_compiles(recorded, dialect):
    problems = []
    for measure, expressions in recorded.items():
        for expression in expressions:
            try:
                sql = str(ibis.to_sql(expression.unbind(), dialect=dialect))
                tree = sqlglot.parse_one(sql, dialect=DIALECTS[dialect])
            except Exception as error:  # any failure to compile is what is looked for
                problems.append(f"{measure}: {type(error).__name__}: {error}")
                continue
            unknown = {function.name.upper() for function in tree.find_all(sqlglot.exp.Anonymous)} - ON_BOTH
            problems += [f"{measure}: {name} is no function of {dialect}" for name in unknown]
            problems += [f"{measure}: {trap} in\n{sql}" for trap in TRAPS.findall(sql)]
    assert not problems, "\n\n".join(problems)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.usefixtures("_spark_options")
def test_a_step_of_one_engine_only_would_be_caught(dialect):
    table = ibis.table({"x": "float64"}, name="t")
    assert ibis.to_sql(table.agg(y=table.x.kurtosis()), dialect="duckdb")
    with pytest.raises(OperationNotDefinedError):
        ibis.to_sql(table.agg(y=table.x.kurtosis()), dialect=dialect)


@pytest.mark.parametrize("path", sorted(ON_ANY_ENGINE), ids=lambda path: path.stem)
def test_no_sql_by_hand(path):
    # A function called by its name would compile for every engine, and fail on those that have none of that name.
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    by_hand = {"sql", "raw_sql", "udf", "execute_sql"}
    assert not [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute) and node.attr in by_hand]
