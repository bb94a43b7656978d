"""The demo in PostgreSQL, read by somebody who may only read, gives the metrics.json of DuckDB."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import yaml

PROJECT = Path(__file__).parents[2]
REPORTS = [
    {"notebook": "portfolio_review", "period": "2025-H2", "segment": "region=Bretagne"},
    {"notebook": "semester_comparison", "period": "2025-H1..2025-H2"},
]
READER = """
create role reader login;
alter role reader set default_transaction_read_only = on;
revoke temporary on database postgres from public;
revoke create on schema public from public;
grant select on all tables in schema public to reader;
"""

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("postgres")]


def portfolio(*words, **env):
    command = [sys.executable, "-m", "portfolio", *map(str, words)]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ | env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def loaded(postgres) -> str:
    """Load the demo into the database, and return its URL for a reader."""
    portfolio("load", "params/demo.yml", "--to", postgres)
    with psycopg.connect(postgres, autocommit=True) as con:
        con.execute(READER)
    return postgres.replace("reviewer", "reader")


def figures(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.metrics.json")}


def params(folder: Path, name: str, **engine: str) -> Path:
    content = yaml.safe_load((PROJECT / "params" / "demo.yml").read_text(encoding="utf-8"))
    for table in content["portfolio"]["tables"].values():
        table["source"] = str(PROJECT / "params" / table["source"])
    content["portfolio"] |= engine
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump(content | {"reports": REPORTS}), encoding="utf-8")
    return path


def test_the_engine_alone_differs_and_the_figures_are_equal(loaded, tmp_path):
    for name, engine in {"here": {}, "there": {"engine": "${DEMO_URL}"}}.items():
        portfolio("run", params(tmp_path, name, **engine), "--reports-dir", tmp_path / name, DEMO_URL=loaded)
    there = figures(tmp_path / "there")
    assert len(there) == len(REPORTS)
    assert there == figures(tmp_path / "here")


def test_tables_of_other_origin_are_never_written_over(postgres, tmp_path):
    with psycopg.connect(postgres, autocommit=True) as con:
        con.execute("create schema taken")
        con.execute("create table taken.orders as select 1 as kept")
    command = [sys.executable, "-m", "portfolio", "load", "params/demo.yml", "--to", f"{postgres}/taken"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, "tables of other origin: orders" in done.stderr) == (2, True)
    with psycopg.connect(postgres) as con:
        assert con.execute("select kept from taken.orders").fetchall() == [(1,)]
        assert con.execute("select count(*) from pg_tables where schemaname = 'taken'").fetchall() == [(1,)]


def test_what_a_run_keeps_in_the_scratch_schema_goes_with_it(loaded, postgres, tmp_path):
    file = params(tmp_path, "scratch", engine=postgres, scratch="scratch")
    portfolio("run", file, "--notebook", "portfolio_review", "--reports-dir", tmp_path / "reports")
    assert len(figures(tmp_path / "reports")) == 1
    with psycopg.connect(postgres) as con:
        assert con.execute("select count(*) from pg_tables where schemaname = 'scratch'").fetchall() == [(0,)]
