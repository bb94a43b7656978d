"""What the engine takes of the machine: what it is asked to, its share in a run."""

import ibis

from portfolio.base.cleaning import clean_tables
from portfolio.base.engine import Engine, shares
from portfolio.params import load_params

SETTINGS = ("memory_limit", "threads", "temp_directory")


def settings(engine):
    return {name: str(engine._connection.settings[name]) for name in SETTINGS}


def test_it_takes_what_the_params_give_it(tmp_path):
    (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\na,2025-01-01,1\n")
    limits = "  limits: {memory: 500 MB, threads: 3}\n"
    (tmp_path / "p.yml").write_text(f"portfolio:\n  name: A\n{limits}  tables: {{orders: {{source: orders.csv}}}}\n")
    found = settings(clean_tables(load_params(tmp_path / "p.yml")).engine)
    assert (found["memory_limit"], found["threads"]) == ("476.8 MiB", "3")


def test_a_share_stands_in_place_of_what_is_asked(tmp_path, monkeypatch):
    told = shares(memory=900_000_000, threads=5, processes=3, folder=tmp_path)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    found = [settings(Engine(memory=2_000_000_000, threads=8)) for _ in range(2)]
    assert {(one["memory_limit"], one["threads"]) for one in found} == {("286.1 MiB", "1")}
    assert len({one["temp_directory"] for one in found}) == 2


def test_a_process_has_one_thread_at_least_and_the_memory_it_finds():
    assert shares(memory=None, threads=2, processes=5, folder="x") == {"PORTFOLIO_THREADS": "1", "PORTFOLIO_SPILL": "x"}


def test_what_has_no_room_stands_in_the_folder_given_and_goes_with_the_engine(tmp_path):
    engine = Engine(memory=100_000_000, threads=1, spill=tmp_path)
    rows = ibis.range(3_000_000).unnest().name("n").as_table()
    engine.keep(rows.mutate(text=ibis.random().cast("string"), other=ibis.random().cast("string")))
    assert [*tmp_path.rglob("duckdb_temp*")]
    engine.close()
    assert not [*tmp_path.rglob("duckdb_temp*")]
