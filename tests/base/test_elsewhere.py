"""An engine on a server: what it is asked is answered there, what it keeps stands beside, and the server is only read.

The server is a file of DuckDB, opened to be read.
"""

import duckdb
import ibis
import pandas as pd
import pytest
from ibis import _

from portfolio.base.engine import Elsewhere

LINES = [("ann", 10), ("ann", 20), ("bob", 5), ("cat", 1)]


@pytest.fixture
def engine(tmp_path):
    file = tmp_path / "server.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create table lines (who varchar, euros integer)")
        con.executemany("insert into lines values (?, ?)", LINES)
    engine = Elsewhere(f"duckdb://{file}")
    yield engine
    engine.close()


def rows(engine, table):
    return sorted(engine.run(table).itertuples(index=False, name=None))


@pytest.fixture
def lines(engine):
    return engine.table("lines")


@pytest.fixture
def spent(engine, lines):
    """A row a customer, kept."""
    return engine.keep(lines.group_by("who").agg(spent=_.euros.sum()))


@pytest.fixture
def asked(engine, monkeypatch):
    """What the server is asked for, as the names of the columns."""
    found = []
    for name in ("to_pandas", "to_pyarrow_batches"):
        ask = getattr(engine._far, name)

        def noted(expression, *, ask=ask, **options):
            found.append(list(expression.as_table().columns))
            return ask(expression, **options)

        monkeypatch.setattr(engine._far, name, noted)
    return found


def test_what_bears_on_the_server_is_asked_there(engine, lines, asked):
    assert engine.run(lines.euros.sum()) == 36
    assert len(asked) == 1


def test_what_is_kept_is_asked_beside(engine, spent, asked):
    assert rows(engine, spent.filter(_.spent > 4)) == [("ann", 30), ("bob", 5)]
    assert not asked


def test_kept_rows_and_lines_together_are_asked_on_the_server_in_its_terms(engine, lines, spent, asked):
    large = engine.keep(spent.filter(_.spent > 4))
    assert rows(engine, lines.semi_join(large, "who")) == [("ann", 10), ("ann", 20), ("bob", 5)]
    assert asked == [["who", "euros"]]


def test_of_what_the_models_told_the_server_knows_nothing_and_its_part_is_brought(engine, lines, spent, asked):
    told = engine.keep(ibis.memtable(pd.DataFrame({"spent": [30, 5], "chance": [0.5, 0.1]})))
    known = engine.keep(spent.join(told, "spent"))
    came = lines.group_by("who").agg(n=_.count())
    assert rows(engine, known.join(came, "who").select("who", "chance", "n")) == [("ann", 0.5, 2), ("bob", 0.1, 1)]
    assert asked == [["who", "n"]]


def test_what_is_passed_on_is_not_brought(engine, lines, asked):
    passed = engine.pass_on(lines.filter(_.euros > 4))
    kept = engine.keep(passed.group_by("who").agg(n=_.count()).join(passed, "who"))
    engine.drop(passed)
    assert rows(engine, kept) == [("ann", 2, 10), ("ann", 2, 20), ("bob", 1, 5)]
    assert len(asked) == 1


def test_a_large_expression_is_settled_in_time_that_does_not_double_with_each_step(engine, lines, spent):
    told = engine.keep(ibis.memtable(pd.DataFrame({"who": ["ann"], "chance": [0.5]})))
    table = lines.join(told, "who")
    for _step in range(40):
        table = table.mutate(euros=table.euros + table.euros - table.euros)
    assert engine.run(table.euros.sum()) == 30
