import json
import os
import pickle

import pytest
from pydantic import ValidationError

from portfolio import params as params_module
from portfolio.errors import ParamsError, Problems
from portfolio.params import Params, Portfolio, SegmentBy, Source, Thresholds, load_params
from portfolio.params.notebook import read_notebook

SMALL = """\
portfolio:
  name: Atelier
  tables:
    orders: {source: orders.csv}
"""


def notebook(*assigned: str, tags: tuple[str, ...] = ("parameters",)) -> str:
    usual = ['params_file = "params/demo.yml"', 'period = "latest"', 'segment = ""', 'language = "en"']
    cell = {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": "\n".join([*usual, *assigned])}
    return json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# A review"}, cell]})


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A project with two notebooks, and a folder of params with some sources beside it."""
    for path in ("notebooks/portfolio_review.ipynb", "notebooks/semester_comparison.ipynb"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(notebook())
    (tmp_path / "params").mkdir()
    for name in ("orders.csv", "customers.xlsx", "part-1.csv", "part-2.csv"):
        (tmp_path / "params" / name).write_text("x")
    (tmp_path / "params" / "own.ipynb").write_text(notebook("customer_id = None", "rows = 10", "share = 0.5"))
    (tmp_path / "params" / "plain.ipynb").write_text(notebook())
    monkeypatch.setattr(params_module, "PROJECT", tmp_path)
    return tmp_path


@pytest.fixture
def load(project):
    def load(text: str) -> Params:
        file = project / "params" / "a.yml"
        file.write_text(text, encoding="utf-8")
        return load_params(file)

    return load


@pytest.fixture
def problems(load):
    def problems(text: str) -> list[str]:
        with pytest.raises(Problems) as caught:
            load(text)
        return [str(problem).partition("a.yml, ")[2] for problem in caught.value.problems]

    return problems


@pytest.fixture
def problem(problems):
    def problem(text: str) -> str:
        [found] = problems(text)
        return found

    return problem


def orders(rest: str) -> str:
    """A params file whose table orders says something more, on line 6."""
    return f"portfolio:\n  name: Atelier\n  tables:\n    orders:\n      source: orders.csv\n      {rest}\n"


def portfolio(rest: str) -> str:
    """A params file whose portfolio says something more, on line 5."""
    return f"{SMALL}  {rest}\n"


def report(rest: str) -> str:
    """A params file with one report, on line 6."""
    return f"{SMALL}reports:\n  - {{{rest}}}\n"


# What is read


def test_the_smallest_file_has_every_default(load, project):
    params = load(SMALL)
    assert params.path == project / "params" / "a.yml"
    assert params.reports == ()
    assert params.portfolio == Portfolio(name="Atelier", tables={"orders": Source(source="orders.csv")})
    assert params.portfolio.currency == "EUR"
    assert params.portfolio.languages == ("en", "fr")
    assert params.portfolio.engine == "duckdb"
    assert params.portfolio.fiscal_year_start == 1


def test_the_default_thresholds_are_those_of_the_definitions():
    assert Thresholds().model_dump() == {
        "inactive_after_days": 90,
        "lost_after_days": 365,
        "at_risk_min_orders": 3,
        "at_risk_interval_factor": 2.0,
        "loyal_periods": 3,
        "min_customers": 30,
        "set_aside_limit": 0.35,
        "unreadable_limit": 0.02,
        "orders_ahead_days": 0,
        "trailing_months": 12,
        "rfm_cutoffs": None,
        "rfm_grid": None,
        "size_by": "revenue",
        "large_share": 0.2,
        "medium_share": 0.3,
        "size_limits": None,
        "opt_in": "persons",
        "little_known_share": 0.1,
        "lifespan_cap_years": 10.0,
        "action_list_rows": 500,
        "finding_floor": 0.001,
        "findings_per_quadrant": 5,
        "value_horizons_months": (12, 36),
        "yearly_discount_rate": 0.1,
        "distinct_histories_limit": 60_000,
    }


def test_a_whole_file(load):
    params = load("""\
portfolio:
  name: Atelier Numérique
  currency: USD
  languages: [fr]
  engine: duckdb
  fiscal_year_start: 7
  tables:
    orders:
      source: part-*.csv
      columns: {customer_id: Code client, order_date: Date facture, quantity: Qté, unit_price: P.U.}
      csv: {delimiter: ";", decimal: ",", date: "%d/%m/%Y", encoding: cp1252, header: [a, b]}
      filters: {Country: NO, year: [2024, 2025], paid: true}
      drop_duplicates: true
      whole_number_ids: true
    customers: {source: customers.xlsx, sheet: Clients, date: ["%d/%m/%Y", "%Y-%m-%d"], columns: {nickname: Surnom}}
    contracts: {source: "postgres://db/crm", table: contracts}
    surveys: {source: "sqlite:///crm.db", query: select 1}
  thresholds:
    rfm_cutoffs: {recency: [10, 20, 30, 40], frequency: [1, 1, 2, 4], monetary: [10, 20.5, 30, 40]}
    size_limits: {large: 1000, medium: 100}
    size_by: margin
reports:
  - {notebook: portfolio_review, period: [2024-H1, 2024-H2]}
  - {notebook: semester_comparison, period: 2024-H1..latest, segment: {by: region}}
  - {notebook: plain.ipynb, segment: {region: Bretagne, size: large}}
""")
    orders, customers = params.portfolio.tables["orders"], params.portfolio.tables["customers"]
    assert orders.columns["unit_price"] == "P.U."
    assert orders.csv.date == "%d/%m/%Y"
    assert orders.csv.header == ("a", "b")
    assert orders.filters == {"Country": "NO", "year": (2024, 2025), "paid": True}
    assert (orders.drop_duplicates, orders.whole_number_ids) == (True, True)
    assert customers.date == ("%d/%m/%Y", "%Y-%m-%d")
    assert customers.columns == {"nickname": "Surnom"}
    assert params.portfolio.thresholds.rfm_cutoffs.monetary == (10.0, 20.5, 30.0, 40.0)
    assert [r.period for r in params.reports] == [("2024-H1", "2024-H2"), "2024-H1..latest", "latest"]
    assert [r.segment for r in params.reports] == [None, SegmentBy(by=("region",)), "region=Bretagne,size=large"]


def test_params_are_frozen(load):
    params = load(SMALL)
    with pytest.raises(ValidationError):
        params.portfolio.currency = "USD"


def test_the_content_can_be_dumped_as_json_and_read_back(load):
    params = load(report("notebook: portfolio_review, period: [2024, 2025], segment: {by: [region, size]}"))
    dumped = json.loads(json.dumps(params.model_dump(mode="json")))
    assert dumped["reports"][0]["segment"] == {"by": ["region", "size"]}
    assert Params.model_validate(dumped) == Params(portfolio=params.portfolio, reports=params.reports)


def test_params_can_travel_to_another_process(load):
    params = load(report("notebook: portfolio_review"))
    copy = pickle.loads(pickle.dumps(params))
    assert (copy, copy.path, copy.line_of(("reports", 0))) == (params, params.path, 6)


def test_the_line_of_a_key_for_problems_met_later(load):
    params = load(SMALL + "reports:\n  - notebook: portfolio_review\n    period: 2025-H2\n")
    assert params.line_of(("reports", 0, "period")) == 7
    assert params.line_of(("reports", 0, "segment")) == 6
    problem = params.located(("reports", 0, "period"), ParamsError("no order in {period}", period="2025-H2"))
    assert str(problem).endswith("a.yml, line 7, reports[0].period: no order in 2025-H2")


def test_the_file_of_a_notebook_is_the_projects_or_beside_the_params(load, project):
    params = load(SMALL + "reports: [{notebook: portfolio_review}, {notebook: own.ipynb, customer_id: C1}]")
    files = [params.notebook_file(request) for request in params.reports]
    assert files == [project / "notebooks" / "portfolio_review.ipynb", project / "params" / "own.ipynb"]


def test_a_relative_path_is_tried_from_here_then_from_the_project(load, project, monkeypatch):
    load(SMALL)
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert load_params("params/a.yml").path == project / "params" / "a.yml"
    (elsewhere / "params").mkdir()
    (elsewhere / "params" / "a.yml").write_text(
        SMALL.replace("orders.csv", os.fspath(project / "params" / "orders.csv"))
    )
    assert load_params("params/a.yml").path == elsewhere / "params" / "a.yml"


# Traps of YAML


def test_text_is_what_is_written(load):
    params = load(
        "portfolio: {name: 0012, tables: {orders: {source: orders.csv, columns: {amount: 1.10, category: no}}}}"
    )
    assert params.portfolio.name == "0012"
    assert params.portfolio.tables["orders"].columns == {"amount": "1.10", "category": "no"}
    assert type(params.portfolio.name) is str


@pytest.mark.parametrize("period", ["2025", "2025-07", "2025-01-01", "2025-01-01..2025-03-31"])
def test_periods_that_look_like_numbers_and_dates_are_text(load, period):
    assert load(report(f"notebook: portfolio_review, period: {period}")).reports[0].period == period
    assert load(report(f"notebook: portfolio_review, period: [{period}]")).reports[0].period == (period,)


def test_a_country_called_no_in_a_segment(load):
    assert load(report("notebook: portfolio_review, segment: {country: NO}")).reports[0].segment == "country=NO"


def test_a_segment_value_with_a_comma_is_quoted(load):
    params = load(report("notebook: portfolio_review, segment: {region: 'a, b', size: large}"))
    assert params.reports[0].segment == 'region="a, b",size=large'


def test_a_key_without_a_value_counts_as_absent(load):
    params = load(SMALL + "  thresholds:\n    min_customers:\nreports:\n")
    assert params.portfolio.thresholds == Thresholds()
    assert params.reports == ()


@pytest.mark.parametrize("text", ["1_000", "0012", "12:30", "2.5", '"90"'])
def test_a_number_is_not_guessed(problem, text):
    message = problem(portfolio(f"thresholds: {{lost_after_days: {text}}}"))
    assert message.startswith("line 5, portfolio.thresholds.lost_after_days: A whole number is needed, not ")


def test_python_tags_are_refused(problem):
    assert '"!!python/name:os.system" is not allowed' in problem(orders("columns: {amount: !!python/name:os.system x}"))


# Files


def test_a_missing_file_names_those_of_the_folder(load, project):
    load(SMALL)
    (project / "params" / "demo.yml").write_text(SMALL)
    with pytest.raises(Problems) as caught:
        load_params(project / "params" / "dmo.yml")
    assert "There is no params file" in str(caught.value)
    assert f"Those of {project / 'params'}: a.yml, demo.yml. Did you mean demo.yml?" in str(caught.value)


def test_a_missing_folder(project):
    with pytest.raises(Problems, match=r"There is no params file .*nowhere/a\.yml"):
        load_params(project / "nowhere" / "a.yml")


def test_a_file_that_is_not_yaml(problem):
    assert "this is not YAML" in problem("portfolio: [")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file(load, text):
    with pytest.raises(Problems, match=r"a\.yml is empty: it needs the key portfolio"):
        load(text)


def test_a_file_that_holds_only_a_word(problem):
    assert problem("hello") == 'line 1: Keys and values are needed (key: value), not "hello".'


# Keys and names


def test_every_problem_at_once_in_the_order_of_the_file(problems):
    found = problems("""\
portfolio:
  name: Atelier
  currency: EURO
  tables:
    orders:
      source: order.csv
      columns: {client: Code}
    survey: {source: orders.csv}
  thresholds: {set_aside_limit: 35}
reports:
  - {notebook: portfolio_reviw, period: 2025-S2}
  - {notebook: portfolio_review, segmnt: x}
""")
    assert [message.split(":")[0] for message in found] == [
        "line 3, portfolio.currency",
        "line 6, portfolio.tables.orders.source",
        "line 7, portfolio.tables.orders.columns.client",
        "line 8, portfolio.tables.survey",
        "line 9, portfolio.thresholds.set_aside_limit",
        "line 11, reports[0].notebook",
        "line 11, reports[0].period",
        "line 12, reports[1].segmnt",
    ]


def test_an_unknown_key(problem):
    message = problem(portfolio("threshold: {}"))
    assert message.startswith(
        'line 5, portfolio.threshold: The key "threshold" is not known here. Allowed: name, currency'
    )
    assert message.endswith("Did you mean thresholds?")


@pytest.mark.parametrize(
    ("text", "key", "right"),
    [
        (SMALL + "report: []", "report", "reports"),
        (orders("sheets: x"), "portfolio.tables.orders.sheets", "sheet"),
        (orders("csv: {delimeter: ','}"), "portfolio.tables.orders.csv.delimeter", "delimiter"),
        (portfolio("thresholds: {min_customer: 3}"), "portfolio.thresholds.min_customer", "min_customers"),
        (
            portfolio("thresholds: {size_limits: {large: 2, medium: 1, smal: 0}}"),
            "portfolio.thresholds.size_limits.smal",
            None,
        ),
    ],
)
def test_an_unknown_key_at_every_level(problem, text, key, right):
    message = problem(text)
    assert f", {key}: The key " in message
    assert message.endswith(f"Did you mean {right}?") or right is None


def test_path_is_no_key_of_the_file(problem):
    assert 'The key "path" is not known here' in problem(SMALL + "path: x")


def test_a_key_given_twice(problem):
    assert problem(SMALL + "  name: B\n").startswith(
        "line 5, portfolio.name: The key is given twice, here and on line 2"
    )


def test_a_missing_key(problems):
    assert problems("portfolio: {tables: {orders: {sheet: x}}}") == [
        'line 1, portfolio: The key "name" is missing here, or has no value.',
        'line 1, portfolio.tables.orders: The key "source" is missing here, or has no value.',
    ]


def test_a_source_without_a_value(problem):
    message = problem("portfolio:\n  name: A\n  tables:\n    orders:\n      source:\n")
    assert message == 'line 4, portfolio.tables.orders: The key "source" is missing here, or has no value.'


def test_no_portfolio(problem):
    assert 'The key "portfolio" is missing here' in problem("reports: []")


def test_the_table_orders_is_needed(problem):
    message = problem("portfolio:\n  name: A\n  tables:\n    customers: {source: customers.xlsx}\n")
    assert message.startswith("line 3, portfolio.tables: The table orders is missing")


def test_an_unknown_table(problem):
    message = problem(SMALL + "    custommers: {source: customers.xlsx}\n")
    assert message.startswith(
        'line 5, portfolio.tables.custommers: "custommers" is not a table. Allowed: orders, customers,'
    )
    assert message.endswith("Did you mean customers?")


def test_an_unknown_column(problem):
    message = problem(orders("columns: {ammount: Montant}"))
    assert message.startswith(
        'line 6, portfolio.tables.orders.columns.ammount: "ammount" is not a column of orders. Allowed:'
    )
    assert message.endswith("Did you mean amount?")


def test_columns_that_the_engine_takes_for_one(problem):
    message = problem(SMALL + "    customers: {source: customers.xlsx, columns: {Club: A, club: B}}\n")
    assert '"club" and "Club" are the same column' in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("portfolio: 3", 'line 1, portfolio: Keys and values are needed (key: value), not "3".'),
        (orders("columns: [amount]"), 'Keys and values are needed (key: value), not "[amount]".'),
        (orders("columns: {amount: [a, b]}"), 'columns.amount: A text is needed, not "[a, b]".'),
        (orders("columns: {amount: ''}"), "columns.amount: A text is needed, and this one is empty."),
        (orders("columns: {amount: }"), 'columns.amount: A text is needed, not "null".'),
        (orders("drop_duplicates: yes"), 'drop_duplicates: true or false is needed, not "yes".'),
        (orders("filters: {a: {b: c}}"), 'filters.a: A value or a list of values is needed, not "{b: c}".'),
        (orders("csv: {header: []}"), "csv.header: A list is needed, and this one is empty."),
        (portfolio("languages: fr"), 'languages: A list is needed, as [one, two], not "fr".'),
        (SMALL + "reports: {notebook: portfolio_review}", 'reports: A list is needed, as [one, two], not "{notebook:'),
        (portfolio("thresholds: {large_share: a fifth}"), 'large_share: A number is needed, not "a fifth".'),
        (portfolio("thresholds: {large_share: true}"), 'large_share: A number is needed, not "true".'),
        (portfolio("thresholds: {lifespan_cap_years: 1e999}"), 'lifespan_cap_years: A number is needed, not "1e999".'),
    ],
)
def test_a_wrong_type(problem, text, expected):
    assert expected in problem(text)


# Values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("currency: eur", '"eur" is not a currency. Allowed: the three letters of ISO 4217, as EUR. Did you mean EUR?'),
        ("languages: [en, de]", 'languages[1]: "de" is not a language of the reports. Allowed: en, fr.'),
        ("languages: []", "languages: No language is given. Allowed: en, fr."),
        ("engine: sparc", 'engine: "sparc" is no engine. Allowed: duckdb, spark, or the URL of a database'),
        ("engine: 'postgres://me:${NO_SUCH}@db'", "engine: The environment variable NO_SUCH is not set"),
        ("scratch: work", "scratch: A scratch schema is one of the engine's server, and duckdb has none"),
        ("fiscal_year_start: 13", "fiscal_year_start: 13 is too large: it must be at most 12."),
        ("fiscal_year_start: 0", "fiscal_year_start: 0 is too small: it must be at least 1."),
        ("thresholds: {set_aside_limit: 35}", "set_aside_limit: 35 is too large: it must be at most 1."),
        ("thresholds: {set_aside_limit: -0.1}", "set_aside_limit: -0.1 is too small: it must be at least 0."),
        ("thresholds: {large_share: 0}", "large_share: 0 is too small: it must be more than 0."),
        ("thresholds: {large_share: 1}", "large_share: 1 is too large: it must be less than 1."),
        ("thresholds: {large_share: 0.8}", "medium_share: 0.3 and large_share, 0.8, are together more than 1."),
        ("thresholds: {inactive_after_days: 400}", "lost_after_days: 365 is not more than inactive_after_days, 400."),
        (
            "thresholds: {size_by: margins}",
            '"margins" is not known here. Allowed: revenue, margin. Did you mean margin?',
        ),
        ("thresholds: {size_limits: {large: 10, medium: 10}}", "size_limits.medium: 10 is not less than large, 10."),
        ("limits: {job_minutes: 0}", "limits.job_minutes: 0 is too small: it must be more than 0."),
        ("limits: {threads: 0}", "limits.threads: 0 is too small: it must be at least 1."),
        ("limits: {memory: a lot}", 'limits.memory: "a lot" is not a size. Write 500MB, or 10GB.'),
        ("limits: {memory: 4}", 'limits.memory: "4" is too little memory: 100MB are needed at least.'),
        ("limits: {memori: 4GB}", "Did you mean memory?"),
        ("thresholds: {at_risk_min_orders: 1}", "at_risk_min_orders: 1 is too small: it must be at least 2."),
    ],
)
def test_a_value_that_is_not_allowed(problem, text, expected):
    message = problem(portfolio(text))
    assert message.startswith("line 5, portfolio.")
    assert expected in message


@pytest.mark.parametrize("given", ["[1, 2, 3]", "[1, 2, 3, 4, 5]", "[4, 3, 2, 1]"])
def test_cutoffs_are_four_ascending_numbers(problem, given):
    cutoffs = f"{{recency: {given}, frequency: [1, 1, 2, 3], monetary: [1, 2, 3, 4]}}"
    message = problem(portfolio(f"thresholds: {{rfm_cutoffs: {cutoffs}}}"))
    assert "rfm_cutoffs.recency: Four numbers are needed, each at least the one before it" in message


def test_cutoffs_are_given_for_all_three_dimensions(problems):
    found = problems(portfolio("thresholds: {rfm_cutoffs: {recency: [1, 2, 3, 4]}}"))
    assert ['"frequency" is missing' in found[0], '"monetary" is missing' in found[1]] == [True, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("csv: {delimiter: ';;'}", 'csv.delimiter: ";;" is not a delimiter'),
        ("csv: {decimal: ';'}", 'csv.decimal: ";" is not a decimal mark. Allowed: "," and ".".'),
        ("csv: {encoding: utf8000}", 'csv.encoding: "utf8000" is not an encoding'),
        ("csv: {date: dd/mm/yyyy}", 'csv.date: "dd/mm/yyyy" is not the format of a date'),
        ("csv: {date: jj/mm/aaaa}", "Did you mean %d/%m/%Y?"),
        ("date: ['%Y-%m-%d', '%Q']", 'orders.date[1]: "%Q" is not the format of a date'),
        ("date: {a: b}", 'orders.date: A text or a list of texts is needed, not "{a: b}".'),
    ],
)
def test_how_a_file_is_written(problem, text, expected):
    assert expected in problem(orders(text))


@pytest.mark.parametrize("delimiter", [";", "tab", "whitespace", '"\\t"', "'\\t'", "' '"])
def test_delimiters(load, delimiter):
    assert load(orders(f"csv: {{delimiter: {delimiter}}}")).portfolio.tables["orders"].csv.delimiter


# Sources


def source(text: str) -> str:
    return f"portfolio:\n  name: A\n  tables:\n    orders:\n      source: {text}\n"


def test_a_missing_source_names_the_nearest(problem, project):
    message = problem(source("../params/order.csv"))
    assert message == (
        'line 5, portfolio.tables.orders.source: "../params/order.csv" is not there: '
        f"{project / 'params'} has no such file. Did you mean ../params/orders.csv?"
    )


def test_a_missing_folder_of_a_source(problem, project):
    assert f"the folder {project / 'nowhere'} does not exist" in problem(source("../nowhere/orders.csv"))


def test_a_glob_that_matches_nothing(problem, project):
    assert f'No file matches "*.parquet" in {project / "params"}.' in problem(source('"*.parquet"'))


def test_a_folder_as_a_source(problem):
    assert '".." is a folder: name a file in it, or a glob, as ../*.csv.' in problem(source('".."'))


def test_the_name_of_a_file_may_hold_the_characters_of_a_glob(load, project):
    (project / "params" / "orders [2025].csv").write_text("x")
    assert load(source("orders [2025].csv")).portfolio.tables["orders"].source == "orders [2025].csv"


def test_variables_of_the_environment_are_filled_in(load, monkeypatch):
    monkeypatch.setenv("ORDERS_NAME", "orders")
    assert load(source("${ORDERS_NAME}.csv")).portfolio.tables["orders"].source == "orders.csv"
    assert load(source("${ORDERS_NAME:-other}.csv")).portfolio.tables["orders"].source == "orders.csv"


@pytest.mark.parametrize("value", [None, ""])
def test_a_default_stands_for_a_variable_that_is_unset_or_empty(load, monkeypatch, value):
    monkeypatch.delenv("ORDERS_FILE", raising=False)
    if value is not None:
        monkeypatch.setenv("ORDERS_FILE", value)
    assert load(source("${ORDERS_FILE:-orders.csv}")).portfolio.tables["orders"].source == "orders.csv"


def test_a_variable_that_is_not_set(problem, monkeypatch):
    monkeypatch.delenv("ORDERS_FILE", raising=False)
    message = problem(source("${ORDERS_FILE}"))
    assert "The environment variable ORDERS_FILE is not set: set it, or write ${ORDERS_FILE:-default}." in message


def test_a_variable_that_is_empty(problem, monkeypatch):
    monkeypatch.setenv("ORDERS_FILE", "")
    assert "The source is empty" in problem(source("${ORDERS_FILE}"))


def test_a_database_needs_a_table_or_a_query(problem):
    assert "The source is a database: name the table to read, or write a query." in problem(source("postgres://db/crm"))


def test_a_table_and_a_query(problem):
    message = problem(source("sqlite:///crm.db") + "      table: a\n      query: select 1\n")
    assert message == "line 7, portfolio.tables.orders.query: Both table and query are given: keep one of the two."


def test_models_made_in_a_program_look_for_no_file():
    assert Source(source="nowhere.csv").source == "nowhere.csv"


# Reports


def test_an_unknown_notebook(problem):
    message = problem(report("notebook: portfolio_reviews"))
    assert message.startswith(
        'line 6, reports[0].notebook: There is no notebook "portfolio_reviews". Allowed: portfolio_review,'
    )
    assert message.endswith("Did you mean portfolio_review?")


def test_a_notebook_path_that_is_not_there(problem):
    assert problem(report("notebook: ./ownn.ipynb")).endswith("has no such file. Did you mean ./own.ipynb?")


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2025-S2", 'period: "2025-S2" is not a period: did you mean 2025-H2?'),
        ("[2025-H1, soon]", 'period[1]: "soon" is not a period. Allowed: 2025-H2,'),
        ("2025-H2..2025-H1", 'period: "2025-H2..2025-H1" starts with 2025-H2, after its end'),
        ("2025-H1..2025-Q4", "must be of the same kind"),
        ("[]", 'period: A text or a list of texts is needed, not "[]".'),
        ("{from: 2025-H1}", 'period: A text or a list of texts is needed, not "{from: 2025-H1}".'),
    ],
)
def test_a_wrong_period(problem, period, expected):
    message = problem(report(f"notebook: portfolio_review, period: {period}"))
    assert message.startswith("line 6, reports[0].period")
    assert expected in message


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("'region=Bretagne,size=large'", "region=Bretagne,size=large"),
        ("""'region="a, b",size=large'""", 'region="a, b",size=large'),
        ("{region: Bretagne}", "region=Bretagne"),
        ("{by: region}", SegmentBy(by=("region",))),
        ("{by: [region, size]}", SegmentBy(by=("region", "size"))),
        ("null", None),
    ],
)
def test_segments(load, written, read):
    assert load(report(f"notebook: portfolio_review, segment: {written}")).reports[0].segment == read


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "Bretagne",
            '"Bretagne" is not a segment. Write region=Bretagne,size=large; {region: Bretagne}; or {by: region}.',
        ),
        ("'region='", '"region=" is not a segment'),
        ("[a, b]", '"[a, b]" is not a segment'),
        ("{region: [a, b]}", '"{region: [a, b]}" is not a segment'),
        ("{}", '"{}" is not a segment'),
        ("{by: region, size: large}", "is not a segment. Write {by: region} or {by: [region, size]}."),
        ("{by: []}", '"{by: []}" is not a segment'),
    ],
)
def test_a_wrong_segment(problem, given, expected):
    message = problem(report(f"notebook: portfolio_review, segment: {given}"))
    assert message.startswith("line 6, reports[0].segment: ")
    assert expected in message


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (
            "notebook: portfolio_review, periods: 2025",
            'reports[0].periods: The notebook portfolio_review does not take "periods". It takes: period, segment. '
            "Did you mean period?",
        ),
        (
            "notebook: own.ipynb, customer_id: C1, share: many",
            'reports[0].share: share is "many": the notebook own takes float here.',
        ),
        (
            "notebook: own.ipynb, customer: C1",
            'reports[0].customer: The notebook own does not take "customer". It takes: period, segment, customer_id, '
            "rows, share. Did you mean customer_id?",
        ),
        ("notebook: own.ipynb", 'reports[0].customer_id: The notebook own must be given "customer_id".'),
        ("notebook: own.ipynb, customer_id: C1, language: fr", 'does not take "language"'),
    ],
)
def test_parameters_that_a_notebook_does_not_take(problems, request_, said):
    assert any(said in message for message in problems(report(request_)))


def test_parameters_of_a_notebook_are_what_is_written(load):
    params = load(report("notebook: own.ipynb, customer_id: 00123, rows: 5"))
    assert params.reports[0].parameters == {"customer_id": "00123", "rows": "5"}
    read = read_notebook(params.notebook_file(params.reports[0]))
    assert (read.typed("customer_id", "00123"), read.typed("rows", "5"), read.typed("share", "1")) == ("00123", 5, 1.0)
    assert read.own == ["customer_id", "rows", "share"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "cannot be read"),
        (notebook(tags=()), 'has no cell tagged "parameters"'),
        (notebook().replace("period", "perod"), "does not set period"),
    ],
)
def test_a_notebook_that_cannot_be_told_what_to_review(project, problem, content, said):
    (project / "params" / "own.ipynb").write_text(content)
    assert said in problem(report("notebook: own.ipynb"))


def test_a_comparison_says_so_by_a_tag(project):
    (project / "a.ipynb").write_text(notebook(tags=("parameters", "comparison")))
    (project / "b.ipynb").write_text(notebook('reports_dir = "reports"'))
    assert read_notebook(project / "a.ipynb").compares
    assert not read_notebook(project / "b.ipynb").compares


def test_a_segment_for_a_notebook_without(project, problem):
    (project / "params" / "own.ipynb").write_text(notebook().replace("segment", "other"))
    assert "reports[0].segment: The notebook own takes no segment." in problem(
        report("notebook: own.ipynb, segment: a=b")
    )


CELLS = {
    "champions": "{r: [5], f: [4, 5]}",
    "loyal": "{r: [3, 4], f: [4, 5]}",
    "lost_ground": "{r: [1, 2, 3, 4, 5], f: [1, 2, 3]}",
    "cannot_lose": "{r: [1, 2], f: [4, 5]}",
}


def grid(**cells) -> str:
    lines = "".join(f"      {name}: {text}\n" for name, text in (CELLS | cells).items())
    return SMALL + "  thresholds:\n    rfm_grid:\n" + lines


def test_the_cells_of_the_rfm_grid_are_a_partition(load, problem):
    assert load(grid()).portfolio.thresholds.rfm_grid["champions"].f == (4, 5)
    message = problem(grid(champions="{r: [5], f: [5]}"))
    assert message.endswith("rfm_grid: The cell r 5, f 4 is in no segment: each of the 25 is in one.")
    message = problem(grid(champions="{r: [4, 5], f: [4, 5]}"))
    assert message.endswith("The cell r 4, f 4 is in champions and in loyal: each of the 25 is in one segment.")
    assert "must be at most 5" in problem(grid(champions="{r: [6], f: [4, 5]}"))


def test_rules_lists_and_actions(load, problem):
    rules, lists = "{a: {least: 0.1, by: [region]}, b: false}", "{c: false, d: {title: T}}"
    params = load(portfolio(f"findings: {rules}\n  lists: {lists}\n  actions: {{e: Call}}")).portfolio
    assert (params.findings["a"].least, params.findings["a"].by, params.findings["a"].off) == (0.1, ("region",), False)
    assert (params.findings["b"].off, params.lists.named["c"].off, params.lists.named["d"].title) == (True, True, "T")
    assert params.actions == {"e": "Call"}
    assert 'The key "leest" is not known here' in problem(portfolio("findings: {a: {leest: 0.1}}"))
    assert "Allowed: target, previous, others. Did you mean target?" in problem(
        portfolio("findings: {a: {figure: orders, against: targt}}")
    )
    assert "must be at least 0" in problem(portfolio("findings: {a: {least: -1}}"))


def test_a_topic_that_is_not_there(problem):
    assert 'topics[0]: "own/renewals.py" is not there' in problem(portfolio("topics: [own/renewals.py]"))


@pytest.mark.parametrize("given", ["2024-H1..2024-H2", "latest", "soon"])
def test_a_ruler_is_one_period_by_name(load, problem, given):
    assert load(portfolio("ruler: 2024-H1")).portfolio.ruler == "2024-H1"
    assert "portfolio.ruler" in problem(portfolio(f"ruler: {given}"))


def test_what_is_expected_of_sources(load):
    text = portfolio("expects: {orders: every month, customers: every half-year}").replace(
        "    orders: {source: orders.csv}\n",
        "    orders: {source: orders.csv}\n    customers: {source: customers.xlsx}\n",
    )
    assert load(text).portfolio.expects == {"orders": "every month", "customers": "every half-year"}
    assert load(portfolio("expects:")).portfolio.expects == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{orders: monthly}", "every month"),
        ("{orders: every semester}", "every half-year"),
        ("{orders: tous les mois}", "every month"),
        ("{orders: every weeks}", "every week"),
    ],
)
def test_how_often_a_source_comes_is_one_of_a_few_words(problem, given, said):
    told = problem(portfolio(f"expects: {given}"))
    assert told.startswith("line 5, portfolio.expects.orders: ")
    assert "Allowed: every day, every week, every month, every quarter, every half-year, every year." in told
    assert told.endswith(f"Did you mean {said}?")


def test_what_is_expected_is_a_table_of_the_file(problems):
    first, second = problems(portfolio("expects:\n    ordres: every month\n    customers: every fortnight"))
    assert first == (
        'line 6, portfolio.expects.ordres: "ordres" is not a table of this file. Allowed: orders. Did you mean orders?'
    )
    assert second.startswith('line 7, portfolio.expects.customers: "customers" is not a table of this file.')


def test_a_table_of_a_database_without_days_cannot_be_expected(problem):
    text = portfolio("expects: {orders: every day, targets: every year}").replace(
        "    orders: {source: orders.csv}\n",
        "    orders: {source: 'postgres://host/db', table: orders}\n"
        "    targets: {source: 'postgres://host/db', table: targets}\n",
    )
    assert problem(text).startswith("line 6, portfolio.expects.targets: Nothing says when the table targets came")


def test_expectations_that_are_no_keys_and_values(problem):
    assert "Keys and values are needed" in problem(portfolio("expects: every month"))
    assert '"30" does not say how often' in problem(portfolio("expects: {orders: 30}"))


def test_problems_and_sentences_have_an_end(load):
    """A header of 5,000 columns made a message of 66 kB."""
    names = ", ".join(f"c{i}: x" for i in range(3000))
    with pytest.raises(Problems) as error:
        load(f"portfolio:\n  name: T\n  tables:\n    orders: {{source: orders.csv, columns: {{{names}}}}}\n")
    assert len(error.value.problems) == 51
    assert str(error.value).endswith("And there are 2950 more problems.")
    assert len(str(ParamsError("{given}", given="x" * 70_000))) == 1000
