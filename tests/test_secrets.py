"""Secrets of connection URLs: nowhere in what is said, and nowhere in what a run leaves."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from urllib.parse import unquote_plus, urlsplit

import nbformat
import pytest
from typer.testing import CliRunner

from portfolio.base import cleaning
from portfolio.cli import build
from portfolio.errors import DataError, Problems
from portfolio.params import Source, load_params
from portfolio.secrets import hidden, shown_url, sound_url, without
from portfolio.show.words import Words

SECRET = "S3cr"
# Each with what is shown of it.
URLS = [
    ("postgres://me:S3cr@host:5432/db", "postgres://me:***@host:5432/db"),
    ("postgresql+psycopg2://me:S3cr@host/db", "postgresql+psycopg2://me:***@host/db"),
    ("postgres://me@corp:S3cr@host/db", "postgres://me@corp:***@host/db"),
    ("postgres://me:p@S3cr@host/db", "postgres://me:***@host/db"),
    ("postgres://me:p/S3cr@host/db", "postgres://me:***@host/db"),
    ("postgres://me:p/a@S3cr/b@host/db", "postgres://me:***@host/db"),
    ("postgres://me:12/S3cr@host/db", "postgres://me:***@host/db"),
    ("postgres://me:p:S3cr@host/db", "postgres://me:***@host/db"),
    ("postgres://me:p#S3cr@host/db", "postgres://me:***@host/db"),
    ("postgres://me:p?S3cr@host/db", "postgres://me:***@host/db"),
    ("postgres://me:p?a=S3cr@host/db", "postgres://me:***@host/db"),
    ("postgres://me:p;key=S3cr@host/db", "postgres://me:***"),
    ("postgres://me:S3cr/db", "postgres://me:***"),
    ("postgres://:S3cr@host/db", "postgres://:***@host/db"),
    ("postgres://me:S3cr@[::1]:5432/db", "postgres://me:***@[::1]:5432/db"),
    ("postgres://me:S3cr@host/db?application_name=a@b", "postgres://me:***@host/db?application_name=a@b"),
    ("postgres://host/db?user=me&password=S3cr", "postgres://host/db?user=me&password=***"),
    ("postgres://host/db?password=S3cr&sslmode=require", "postgres://host/db?password=***&sslmode=require"),
    ("postgres://host/db?password=a@b/S3cr&user=me", "postgres://host/db?password=***&user=me"),
    ("postgres://host/db?sslpassword=S3cr", "postgres://host/db?sslpassword=***"),
    ("snowflake://me:S3cr@acme/db?token=S3cr2", "snowflake://me:***@acme/db?token=***"),
    ("mssql://host/db?Pwd=S3cr", "mssql://host/db?Pwd=***"),
    ("databricks://token:S3cr@host?access_token=S3cr", "databricks://token:***@host?access_token=***"),
    ("athena://x?aws_secret_access_key=S3cr", "athena://x?aws_secret_access_key=***"),
    ("jdbc:postgresql://host/db?user=me&password=S3cr", "jdbc:postgresql://host/db?user=me&password=***"),
    ("jdbc:sqlserver://host:1433;user=me;password=S3cr@x;encrypt=true",
     "jdbc:sqlserver://host:1433;user=me;password=***;encrypt=true"),
    ("jdbc:sqlserver://host;password={a;S3cr};user=me", "jdbc:sqlserver://host;password=***;user=me"),
    ("jdbc:oracle:thin:me/S3cr@host:1521:orcl", "jdbc:oracle:thin:me/***@host:1521:orcl"),
    ("host=h user=me password=S3cr dbname=d", "host=h user=me password=*** dbname=d"),
    ("password='a S3cr' host=h", "password=*** host=h"),
]  # fmt: skip
WITHOUT = [
    "postgres://me@host:5432/db",
    "postgres://me@corp@host/db",
    "postgres://host:5432/db?user=a@b",
    "postgres://[::1]:5432/db",
    "sqlite:///crm.db",
    "duckdb://C:/data/x.duckdb",
    "C:\\data\\a@b.csv",
    "exports/2025:07@night.csv",
    "https://host:8443",
]


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_a_url_is_shown_without_its_secrets(url, expected):
    assert shown_url(url) == expected
    assert shown_url(expected) == expected


@pytest.mark.parametrize("url", WITHOUT)
def test_a_url_without_secrets_is_shown_as_it_is(url):
    assert shown_url(url) == sound_url(url) == hidden(url) == url


@pytest.mark.parametrize("url", [url for url, _shown in URLS])
def test_nothing_that_a_driver_says_tells_them(url):
    assert SECRET not in without(f"could not connect to {url}: no host", url)
    assert without("password p%40ss or p@ss is wrong", "postgres://me:p@ss@h/db") == "password *** or *** is wrong"


def test_an_error_tells_no_secret_of_the_urls_it_is_given():
    given = "postgres://me:S3cr@host/db"
    error = DataError("{a} {b} {c} {d}", a=given, b=Path("x") / "sqlite:/y?key=S3cr", c=[given], d=ValueError(given))
    assert SECRET not in str(error) + repr(error)
    kept = DataError("{a} {b}", a="region=Corse, key=5", b=Path("a.csv"))
    assert (kept.values["a"], kept.values["b"]) == ("region=Corse, key=5", Path("a.csv"))


@pytest.mark.parametrize("password", ["p@ss/w?r#d", "a:b", "100%", "a+b", "a b", "plain"])
def test_a_password_that_a_variable_fills_in_reaches_the_driver_whole(password):
    """Drivers read a URL as ``urlsplit`` does, and undo the escapes."""
    parts = urlsplit(sound_url(f"postgres://me:{password}@host:5433/db?sslmode=require"))
    assert unquote_plus(parts.password) == password
    assert (parts.username, parts.hostname, parts.port, parts.path) == ("me", "host", 5433, "/db")
    assert sound_url("postgres://me:p%40ss@host/db") == "postgres://me:p%40ss@host/db"


def test_a_source_that_is_printed_tells_none():
    source = Source(source="postgres://me:S3cr@host/db", table="t")
    assert SECRET not in repr(source) + str(source)
    assert source.source == "postgres://me:S3cr@host/db"


HEAD = "portfolio:\n  name: A\n"


@pytest.mark.parametrize(
    "text",
    [
        *(f"{HEAD}  tables:\n    orders: {{source: {url!r}}}\n" for url, _shown in URLS if "'" not in url),
        *(
            f"{HEAD}  tables:\n    orders: {{source: [{url!r}]}}\n"
            for url, _shown in URLS
            if not re.search("'|cr/db", url)
        ),
        f"{HEAD}  engine: postgres://me:S3cr@host/db\n  tables: {{orders: {{source: a.csv}}}}\n",
        f"{HEAD}  engine: postgres://me:{'x' * 50}S3cr@host/db\n  tables: {{orders: {{source: a.csv}}}}\n",
        f"{HEAD}  tables: postgres://me:{'S3cr' * 20}@host/db\n",
        f"{HEAD}  tables: {{orders: {{source: {{url: 'postgres://me:{'S3cr' * 20}@host/db'}}}}}}\n",
        f"{HEAD}  tables: {{orders: {{source: 'data/${{PW}}/x?password=S3cr'}}}}\n",
    ],
)
def test_problems_of_a_params_file_tell_none(tmp_path, text, monkeypatch):
    monkeypatch.setenv("PW", "S3cr")
    path = tmp_path / "p.yml"
    path.write_text(text)
    with pytest.raises(Problems) as caught:
        load_params(path)
    assert SECRET not in str(caught.value).replace("data/S3cr", "")


def test_nothing_of_a_run_tells_the_secret(tmp_path, monkeypatch):
    """A password in the query of a database's URL, printed and raised by a notebook too."""
    text = nbformat.v4
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("create table sales (customer_id text, order_date text, amount real)")
        days = ("2024-09-01", "2025-02-01", "2025-03-01", "2025-06-30")
        shop.executemany("insert into sales values (?, ?, ?)", [(f"C{n}", day, 10) for n in range(5) for day in days])
    shop.close()
    parameters = 'params_file = "params.yml"\nperiod = "latest"\nsegment = ""\nlanguage = "en"'
    printed = (
        "import os, portfolio\n"
        "from portfolio.params import load_params\n"
        "source = load_params(params_file).portfolio.tables['orders']\n"
        "print(source.source, os.environ['URL'])\n"
        "source"
    )
    for name, last in (("good", "1"), ("bad", "raise ValueError('no ' + os.environ['URL'])")):
        cells = [
            text.new_markdown_cell("# Ours"),
            text.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            text.new_code_cell(printed),
            text.new_code_cell(last),
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(text.new_notebook(cells=cells, metadata=kernel), tmp_path / f"{name}.ipynb")
    source = f'"sqlite:///{tmp_path / "shop.db"}", table: sales'
    path = tmp_path / "params.yml"
    asked = "".join(f"  - {{notebook: ./{name}.ipynb, period: 2025-H1}}\n" for name in ("good", "bad"))
    path.write_text(f"portfolio:\n  name: A\n  tables:\n    orders: {{source: {source}}}\nreports:\n{asked}")
    monkeypatch.setenv("URL", "postgres://me:p@S3cr/w@127.0.0.1:1/db?sslmode=disable&password=S3cr")
    monkeypatch.setattr("portfolio.sources.databases.WAITS", ())

    def command(*words):
        return CliRunner().invoke(build(Words("en")), [str(word) for word in words])

    reports, log, mail = tmp_path / "reports", tmp_path / "log", tmp_path / "mail"
    words = [path, "--reports-dir", reports, "--log", log, "--notify", f"cat >> {mail}"]
    done = command("run", *words)
    assert done.exit_code == 1, done.stderr
    assert "postgres://me:***@127.0.0.1:1/db" in (reports / "2025-H1/good.ipynb").read_text()
    assert "postgres://me:***@127.0.0.1:1/db" in mail.read_text()
    path.write_text(path.read_text().replace(source, '"${URL}", table: sales'))
    told = [done, command("check", path), command("plan", path), command("run", *words)]
    assert [one.exit_code for one in told[1:]] == [2, 2, 2]
    assert (
        "postgres://me:***@127.0.0.1:1/db?sslmode=disable&password=***: the database cannot be reached"
        in told[1].stderr
    )
    for one in told:
        assert SECRET not in one.stdout + one.stderr
    left = [file for folder in (reports, log, mail) for file in (folder.rglob("*") if folder.is_dir() else [folder])]
    assert len([file for file in left if file.is_file()]) > 10
    assert not [file for file in left if file.is_file() and SECRET.encode() in file.read_bytes()]


def test_a_password_that_changes_makes_no_report_again(tmp_path):
    def settings(password):
        path = tmp_path / "p.yml"
        path.write_text(f"{HEAD}  tables: {{orders: {{source: 'postgres://me:{password}@h/db', table: t}}}}\n")
        return cleaning.settings(load_params(path))

    assert settings("one") == settings("two/@")
