"""SQL compiled before: the same for equal expressions of any connection, never that of another."""

import ibis
import pytest

from portfolio.base import compiled
from portfolio.base.cache import Cache
from portfolio.base.engine import Engine


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    monkeypatch.setattr(compiled, "_known", {})


@pytest.fixture
def translated(monkeypatch):
    """How often Ibis translated."""
    times, usual = [], compiled.DuckDBCompiler.translate

    def translate(*words, **options):
        times.append(1)
        return usual(*words, **options)

    monkeypatch.setattr(compiled.DuckDBCompiler, "translate", translate)
    return times


def kept(engine, *numbers):
    return engine.keep(ibis.memtable({"n": list(numbers)}))


def test_equal_expressions_of_two_connections_are_translated_once(translated):
    tables = [kept(Engine(), 1, 2), kept(Engine(), 5, 7)]
    translated.clear()
    assert [table.op().source.to_pandas(table.n.sum()) for table in tables] == [3, 12]
    assert len(translated) == 1


@pytest.mark.parametrize("pair", [(-1, -2), (1, 1.0), (1, True), ("a", "A"), (0.0, -0.0), ("1", 1), (None, 0)])
def test_literals_that_differ_are_told_apart(pair):
    """Two of these pairs have one hash, or are equal, in Python."""
    table = kept(Engine(), 1)
    one, other = (compiled.key_of(table.mutate(x=ibis.literal(value))) for value in pair)
    assert one != other


def test_tables_of_other_columns_or_names_are_told_apart():
    engine = Engine()
    table = kept(engine, 1)
    others = [engine.keep(table.select("n")), engine.keep(table.select(n=table.n.cast("float64")))]
    assert len({compiled.key_of(each.select("n")) for each in (table, *others)}) == 3


def test_rows_or_functions_of_its_own_have_no_key():
    assert compiled.key_of(ibis.memtable({"n": [1]}).n.sum()) is None

    @ibis.udf.scalar.builtin
    def upper(text: str) -> str: ...

    table = Engine().keep(ibis.memtable({"text": ["a"]}))
    assert compiled.key_of(table.select(x=upper(table.text))) is None


def test_another_process_finds_it_in_the_cache(tmp_path, translated, monkeypatch):
    cache = Cache(tmp_path)
    question = kept(Engine(), 4).n.max()
    assert ibis.to_sql(question, dialect="duckdb")
    answers = []
    for _process in range(2):
        monkeypatch.setattr(compiled, "_known", {})
        translated.clear()
        engine = Engine(cache=cache)
        answers.append(engine.run(kept(engine, 4).n.max()))
    assert answers == [4, 4]
    assert len(list(tmp_path.glob("*.sql"))) > 0
    assert len(translated) == 1, "the rows given alone"
    for path in tmp_path.glob("*.sql"):
        path.unlink()
    monkeypatch.setattr(compiled, "_known", {})
    engine = Engine(cache=cache)
    assert engine.run(kept(engine, 4).n.max()) == 4


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_what_others_may_write_is_not_run(tmp_path, monkeypatch, mode):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiled.shelf().folder == tmp_path / "portfolio" / "sql"
    (tmp_path / "portfolio").chmod(mode)
    assert compiled.shelf() is None
