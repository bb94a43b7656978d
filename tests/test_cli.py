"""The command as a person, cron and Windows call it: what it says, where, and with which exit code."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import portfolio
from portfolio.cli import build, language
from portfolio.show.words import Words

COMMAND = Path(sys.executable).with_name("portfolio")


@pytest.fixture
def params(small, tmp_path):
    """A params file of one report; reports go beside it."""
    head = small.PARAMS.partition("reports:")[0]
    return small.write_portfolio(tmp_path, head + "reports:\n  - {notebook: ./small_review.ipynb, period: latest}\n")


def call(*words, tongue="en"):
    return CliRunner().invoke(build(Words(tongue)), [str(word) for word in words])


def test_a_run_from_cron_with_no_environment_at_all(params):
    reports = params.parent / "reports"
    command = [str(COMMAND), "run", str(params), "--reports-dir", str(reports)]
    first = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True)
    assert (first.returncode, first.stderr) == (0, "")
    one, total, last = first.stdout.splitlines()
    assert one.startswith("2025-H1/small_review: published (")
    assert total == "1 published, 0 up to date, 0 failed."
    assert last == str(reports / "index.html")
    assert (reports / "2025-H1/small_review.fr.html").is_file()

    second = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True)
    assert second.stdout.splitlines()[0] == "2025-H1/small_review: up to date"


def test_a_failed_report_is_exit_code_1(params, monkeypatch):
    monkeypatch.setenv("SMALL", "error")
    result = call("run", params, "--reports-dir", params.parent / "reports")
    assert result.exit_code == 1
    assert "2025-H1/small_review: failed" in result.stdout
    assert "Traceback" not in result.output
    assert result.stdout.splitlines()[-1].endswith("index.html")


def test_the_sentence_of_a_failure_is_in_the_terminal_s_language(params, monkeypatch):
    monkeypatch.setenv("SMALL", "error")
    result = call("run", params, "--reports-dir", params.parent / "reports", tongue="fr")
    assert "Erreur imprévue dans une étape du rapport" in result.stderr
    assert "KeyError: 'secret_column'" in result.stderr


def test_quiet_says_nothing_on_success_and_failures_alone(params, monkeypatch):
    words = ["run", params, "--reports-dir", params.parent / "reports", "--quiet"]
    monkeypatch.setenv("SMALL", "guest")
    assert call(*words).output == ""
    assert call(*words).output == ""
    monkeypatch.setenv("SMALL", "error")
    result = call(*words, "--force")
    assert (result.exit_code, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert "KeyError" in line


@pytest.fixture
def told(params):
    """The words by which a run notifies, and a function that returns what it was told."""
    mail = params.with_name("mail.txt")

    def read():
        return mail.read_text(encoding="utf-8") if mail.exists() else None

    read.words = ["--notify", f"cat > '{mail}'", "--reports-dir", params.parent / "reports"]
    return read


def test_someone_is_told_of_a_report_that_failed_and_of_no_other_run(params, told, monkeypatch):
    monkeypatch.setenv("SMALL", "user")
    assert call("run", params, *told.words).exit_code == 1
    first = told()
    assert first.splitlines()[0] == "Small & <b>co</b>: 1 report failed, 0 are published or up to date."
    assert "What happened: No orders in 2025-H1: the orders run from 2024-01-01 to 2025-06-30." in first
    page = params.parent / "reports/2025-H1/small_review.failed.en.html"
    assert f"Page: {page}\nThere is no good version yet.\n" in first
    assert page.is_file()
    assert f"Params file: {params}\n" in first

    monkeypatch.delenv("SMALL")
    params.with_name("mail.txt").unlink()
    assert call("run", params, *told.words).exit_code == 0
    assert told() is None
    monkeypatch.setenv("SMALL", "error")
    assert call("run", params, *told.words, "--force", tongue="fr").exit_code == 1
    good = params.parent / "reports/2025-H1/small_review.fr.html"
    assert "Dernière version valable, du " in told()
    assert told().count(str(good)) == 1
    assert str(page).replace(".en.", ".fr.") in told()


def test_someone_is_told_of_a_run_that_could_not_begin(params, told):
    assert call("run", params, *told.words, "--period", "2031-H1").exit_code == 2
    assert told().startswith("The reports could not be made: nothing was run.\n\n")
    assert "from 2024-01-05 to 2025-06-30" in told()


def test_a_folder_that_is_held_is_no_failure_to_tell(params, told):
    (params.parent / "reports").mkdir()
    with open(params.parent / "reports/.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert call("run", params, *told.words).exit_code == 3
    assert told() is None


@pytest.mark.parametrize(
    ("command", "says"),
    [("exit 7", "exit code 7"), ("no_such_command_at_all", "exit code 127"), ("exec 0<&-; exit 0", None)],
)
def test_a_command_that_fails_is_said_and_changes_nothing(params, command, says):
    result = call("run", params, "--period", "2031-H1", "--notify", command)
    assert result.exit_code == 2
    assert ("--notify" in result.stderr, not says or says in result.stderr) == (bool(says), True)


def test_a_command_that_hangs_is_ended_with_what_it_started(params, monkeypatch):
    monkeypatch.setattr("portfolio.report.notify.PATIENCE_SECONDS", 1)
    mark = params.with_name("still")
    result = call("run", params, "--period", "2031-H1", "--notify", f"(sleep 3; touch '{mark}') & sleep 60")
    assert result.exit_code == 2
    assert "was ended after 1 s" in result.stderr
    time.sleep(3)
    assert not mark.exists()


def test_the_log_has_a_line_a_report(small, tmp_path, monkeypatch):
    asked = "reports:\n  - {notebook: ./small_review.ipynb, period: [2024-H2, 2025-H1]}\n"
    params = small.write_portfolio(tmp_path, small.PARAMS.partition("reports:")[0] + asked)
    log = tmp_path / "runs.log"
    words = ["run", params, "--reports-dir", tmp_path / "reports", "--log", log]
    assert call(*words, "--log-format", "json", "--period", "2025-H1").exit_code == 0
    monkeypatch.setenv("SMALL", "guest")
    assert call(*words, "--log-format", "json").exit_code == 0
    monkeypatch.setenv("SMALL", "user")
    assert call(*words, "--force", "--period", "2025-H1").exit_code == 1
    assert call(*words, "--period", "2031-H1", "--log-format", "json").exit_code == 2
    first, current, warned, failed, unusable = log.read_text(encoding="utf-8").splitlines()
    first, current, warned, unusable = map(json.loads, (first, current, warned, unusable))
    assert list(first) == ["time", "report", "status", "seconds", "why", "warnings"]
    assert dt.datetime.fromisoformat(first["time"]).utcoffset() == dt.timedelta(0)
    assert (first["report"], first["status"], first["why"]) == ("2025-H1/small_review", "published", "")
    assert first["seconds"] > 0
    assert (current["status"], current["seconds"]) == ("up to date", 0)
    assert warned["report"] == "2024-H2/small_review"
    assert [text.partition(":")[0] for text in warned["warnings"]] == ["en", "fr"]
    assert " failed 2025-H1/small_review " in failed
    assert failed.endswith(
        " s No orders in 2025-H1: the orders run from 2024-01-01 to 2025-06-30. Choose a period between them."
    )
    assert (unusable["report"], unusable["status"]) == (None, "not run")
    assert "from 2024-01-05 to 2025-06-30" in unusable["why"]


def test_a_log_that_cannot_be_written_is_said_before_anything_is_made(params):
    reports = params.parent / "reports"
    result = call("run", params, "--reports-dir", reports, "--log", params.parent / "none/runs.log")
    assert result.exit_code == 2
    assert "The log" in result.stderr
    assert not reports.exists()
    assert "Allowed: text, json" in call("run", params, "--log-format", "xml").stderr


def test_what_a_page_cannot_hold_is_said_in_its_place_and_in_the_run(params, monkeypatch):
    monkeypatch.setenv("SMALL", "guest")
    reports = params.parent / "reports"
    result = call("run", params, "--reports-dir", reports)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0].startswith(
        "2025-H1/small_review: en: “Who are we losing?”: An output of text/html"
    )
    page = (reports / "2025-H1/small_review.en.html").read_text()
    assert '<pre class="printed">My own words</pre>' in page
    assert "An output of text/html needs a script" in page
    assert "alert(3)" not in page


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--segment", "region=Bretgne"], "Nearest: Bretagne"),
        (["--segment", "region=Corse"], "2 customers, under min_customers"),
        (["--segment", "regoin=Bretagne"], "Nearest: region"),
        (["--period", "2031-H1"], "from 2024-01-05 to 2025-06-30"),
        (["--period", "2025-S1"], "2025-H1"),
        (["--notebook", "small_reviw"], "small_review"),
        (["--as-of", "31/12/2025"], "2026-01-31"),
        (["--workers", "0"], "--workers"),
        (["--frce"], "--frce"),
    ],
)
def test_what_cannot_be_done_is_exit_code_2_and_leaves_nothing(params, words, says):
    result = call("run", params, "--reports-dir", params.parent / "reports", *words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert not list((params.parent / "reports").rglob("*.html"))


def test_every_problem_of_the_file_is_said_with_its_line(params):
    text = params.read_text().replace("period: latest", "period: latest, segment: {by: nothing}")
    params.write_text(text + "  - {notebook: ./small_comparison.ipynb, period: 2025-H1}\n")
    result = call("run", params, "--reports-dir", params.parent / "reports")
    assert result.exit_code == 2
    first, second = result.stderr.splitlines()
    assert f"{params}, line 10" in first
    assert 'Unknown segment dimension "nothing"' in first
    assert f"{params}, line 11" in second
    assert "a range of several" in second


def test_a_file_that_asks_for_no_report_is_said(params):
    params.write_text(params.read_text().partition("reports:")[0])
    result = call("run", params, "--reports-dir", params.parent / "reports")
    assert result.exit_code == 2
    assert "asks for no report" in result.stderr


def test_a_segment_none_of_which_is_large_enough_is_said(params):
    params.write_text(
        params.read_text()
        .replace("period: latest", "period: latest, segment: {by: region}")
        .replace("min_customers: 3", "min_customers: 30")
    )
    result = call("plan", params)
    assert result.exit_code == 2
    assert "No value of region has 30 customers" in result.stderr


def test_a_notebook_that_does_not_take_a_parameter_is_said_before_anything_runs(params):
    notebook = params.with_name("small_review.ipynb")
    notebook.write_text(notebook.read_text().replace('segment = \\"\\"\\n', ""))
    assert call("plan", params).exit_code == 0
    result = call("plan", params, "--segment", "region=Bretagne")
    assert result.exit_code == 2
    assert "takes no segment" in result.stderr


def test_a_notebook_is_given_whatever_it_declares(params):
    notebook = params.with_name("small_review.ipynb")
    told = 'language = \\"en\\"\\ncustomer_id = None\\nrows = 5'
    notebook.write_text(notebook.read_text().replace('language = \\"en\\"', told))
    assert 'must be given "customer_id"' in call("plan", params).stderr
    params.write_text(params.read_text().replace("period: latest", "period: latest, customer_id: C 1, rows: 7"))
    reports = params.parent / "reports"
    assert call("run", params, "--reports-dir", reports).exit_code == 0
    [page] = reports.glob("2025-H1/*/small_review.en.html")
    assert page.parent.name == "customer-id=c-1,rows=7"
    figures = json.loads(page.with_name("small_review.metrics.json").read_text())
    assert figures["parameters"] == {"customer_id": "C 1", "rows": "7"}
    executed = json.loads(page.with_name("small_review.ipynb").read_text())
    assert (
        executed["metadata"]["papermill"]["parameters"] | {"customer_id": "C 1", "rows": 7}
        == (executed["metadata"]["papermill"]["parameters"])
    )
    assert "C 1" in page.read_text()
    assert "C 1" in (reports / "index.html").read_text()
    wrong = call("plan", params, "--parameter", "customer=C2")
    assert wrong.exit_code == 2
    assert 'does not take "customer"' in wrong.stderr
    assert "Did you mean customer_id?" in wrong.stderr
    assert "customer-id=c2" in call("plan", params, "--parameter", "customer_id=C2").stdout
    assert "write name=value" in call("plan", params, "--parameter", "customer_id").stderr


def test_a_database_that_is_away_is_said_in_the_terminal_s_language(params, monkeypatch):
    monkeypatch.setattr("portfolio.sources.databases.WAITS", (0.1,))
    url = 'source: "postgres://me:S3cr@127.0.0.1:1/db", table: orders'
    params.write_text(params.read_text().replace("source: orders.csv", url))
    result = call("run", params, "--reports-dir", params.parent / "reports", tongue="fr")
    assert result.exit_code == 2
    again, last = result.stderr.splitlines()
    assert again.endswith(" Nouvel essai dans 0.1\u00a0s.")
    assert last.startswith("postgres://me:***@127.0.0.1:1/db")
    quiet = call("run", params, "--reports-dir", params.parent / "reports", "--quiet")
    assert len(quiet.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_waits_for_a_database_is_stopped_at_once(params, tmp_path, number):
    folders = tmp_path / "t"
    folders.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f'source: "postgres://me@127.0.0.1:{silent.getsockname()[1]}/db", table: orders'
        params.write_text(params.read_text().replace("source: orders.csv", url))
        words = ["run", str(params), "--reports-dir", str(tmp_path / "reports")]
        process = subprocess.Popen(
            [sys.executable, "-m", "portfolio", *words],
            env={**os.environ, "TMPDIR": str(folders)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        connection, _address = silent.accept()
        with connection:
            begun = time.monotonic()
            process.send_signal(number)
            process.send_signal(number)
            out, error = process.communicate(timeout=30)
    assert time.monotonic() - begun < 5
    assert (process.returncode, out) == (130, "")
    assert error == "Stopped. The reports published before stand as they were.\n"
    assert not [*folders.iterdir()]
    assert {path.name for path in (tmp_path / "reports").iterdir()} <= {".lock"}


def test_a_folder_that_another_run_holds_is_exit_code_3(params):
    reports = params.parent / "reports"
    reports.mkdir()
    with open(reports / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = call("run", params, "--reports-dir", reports)
    assert result.exit_code == 3
    assert "Another run" in result.stderr


def test_reports_of_another_portfolio_are_not_replaced(params, small):
    reports = params.parent / "reports"
    assert call("run", params, "--reports-dir", reports).exit_code == 0
    params.write_text(params.read_text().replace("name: Small", "name: Other"))
    result = call("run", params, "--reports-dir", reports)
    assert result.exit_code == 2
    assert "another portfolio" in result.stderr


def test_plan_lists_and_runs_nothing(small, tmp_path):
    path = small.write_portfolio(tmp_path)
    result = call("plan", path, "--reports-dir", tmp_path / "reports")
    assert result.exit_code == 0
    for stem in ("2024-H2/small_review", "2025-H1/region=ile-de-france/small_review", "2024-H1..2025-H1"):
        assert stem in result.stdout
    assert "corse" not in result.stdout
    assert "5 reports, 5 to make." in result.stdout
    assert not (tmp_path / "reports").exists()


def test_jobs_asked_for_twice_are_one(small, tmp_path):
    path = small.write_portfolio(tmp_path)
    path.write_text(path.read_text() + "  - {notebook: ./small_review.ipynb, period: 2024-H2..latest}\n")
    assert "5 reports" in call("plan", path).stdout


def test_as_of_moves_the_latest_period(params):
    assert "2024-H2/small_review" in call("plan", params, "--as-of", "2025-05-31").stdout
    assert "2025-H1/small_review" in call("plan", params).stdout


def test_the_period_and_segment_of_the_command_stand_in_place_of_the_file_s(small, tmp_path):
    path = small.write_portfolio(tmp_path)
    result = call("plan", path, "--period", "2024-H1", "--segment", "region=bretagne", "--notebook", "small_review")
    assert result.stdout.splitlines()[1].startswith("2024-H1/region=bretagne/small_review")
    assert "1 reports, 1 to make." in result.stdout


def test_check_shows_what_was_read_set_aside_and_how_full_the_customer_file_is(params):
    orders = params.with_name("orders.csv")
    orders.write_text(orders.read_text() + ",2025-06-01,5,x\n,2025-06-02,7.5,z\nBr0,2025-06-01,0,y\n")
    params.with_name("products.csv").write_text("product\nSite\n")
    params.write_text(params.read_text().replace("tables:\n", "tables:\n    products: {source: products.csv}\n"))
    result = call("check", params)
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if "no measure uses" in line] == [
        "products: no measure uses this table"
    ]
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert ["82", "79", "3", "3.7%"] in [line[2:] for line in lines]
    reasons = [line[:4] for line in lines]
    assert ["Table", "Reason", "Rows", "Money"] in reasons
    assert ["orders", "No customer", "2", "€12.50"] in reasons
    assert ["orders", "Amount of 0", "1", "€0.00"] in reasons
    assert ["Name", "13", "100.0%", "13"] in lines
    assert ["E-mail", "0", "0.0%", "0"] in lines


@pytest.fixture
def expecting(params):
    """The same, where orders are expected every month. The last is of 30 June 2025; a day without any is usual, so a
    week is: they are due on 30 July, and late from 7 August on."""
    params.write_text(params.read_text().replace("  thresholds", "  expects: {orders: every month}\n  thresholds"))
    return params


LATE = (
    "Orders: this source is late. Its last date is 30 June 2025; expected every month, newer rows were due on "
    "30 July 2025.\n"
)


def test_a_source_that_is_late_is_exit_code_4_and_a_line_in_the_gallery(expecting):
    reports = expecting.parent / "reports"
    result = call("run", expecting, "--reports-dir", reports, "--as-of", "2025-08-06")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "source is late" not in (reports / "index.html").read_text()

    result = call("run", expecting, "--reports-dir", reports, "--as-of", "2025-08-07")
    assert (result.exit_code, result.stderr) == (4, LATE)
    assert "0 published, 1 up to date, 0 failed." in result.stdout
    assert LATE.strip() in (reports / "index.html").read_text()
    french = (reports / "index.fr.html").read_text()
    assert "Commandes\u00a0: cette source est en retard. Sa dernière date est le 30 juin 2025" in french

    orders = expecting.with_name("orders.csv")
    orders.write_text(orders.read_text() + "Br0,2025-08-01,10,late\n")
    result = call("run", expecting, "--reports-dir", reports, "--as-of", "2025-08-07")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "source is late" not in (reports / "index.html").read_text()


def test_a_report_that_failed_counts_before_a_source_that_is_late(expecting, monkeypatch):
    monkeypatch.setenv("SMALL", "error")
    result = call("run", expecting, "--reports-dir", expecting.parent / "reports", "--as-of", "2025-08-07")
    assert result.exit_code == 1
    assert LATE in result.stderr


def test_plan_and_check_say_what_is_late(expecting):
    assert call("plan", expecting, "--as-of", "2025-08-06").stderr == ""
    result = call("plan", expecting, "--as-of", "2025-08-07")
    assert (result.exit_code, result.stderr) == (0, LATE)
    assert call("check", expecting, "--as-of", "2025-08-06").exit_code == 0
    result = call("check", expecting, "--as-of", "2025-08-07", tongue="fr")
    assert result.exit_code == 4
    assert result.stderr == (
        "Commandes\u00a0: cette source est en retard. Sa dernière date est le 30 juin 2025\u00a0; "
        "attendue chaque mois, la suite devait arriver le 30 juillet 2025.\n"
    )
    assert "2026-01-31" in call("check", expecting, "--as-of", "31/12/2025").stderr


def test_a_table_without_days_is_as_old_as_its_file(params):
    params.write_text(params.read_text().replace("  thresholds", "  expects: {customers: every week}\n  thresholds"))
    noon = dt.datetime(2025, 6, 15, 12).timestamp()
    os.utime(params.with_name("customers.csv"), (noon, noon))
    # Due on 22 June; a week more is 29 June.
    assert json.loads(call("check", params, "--as-of", "2025-06-29", "--json").stdout)["late"] == []
    assert json.loads(call("check", params, "--as-of", "2025-06-30", "--json").stdout)["late"] == [
        {"table": "customers", "expects": "every week", "last": "2025-06-15", "due": "2025-06-22", "slack_days": 7}
    ]


def test_plan_as_json_is_what_papermill_needs(small, tmp_path, monkeypatch):
    path = small.write_portfolio(tmp_path / "here")
    text = path.read_text().replace("  thresholds", "  expects: {orders: every month}\n  thresholds")
    path.write_text(text)
    monkeypatch.chdir(tmp_path)
    result = call("plan", "here/params.yml", "--json", "--as-of", "2025-08-07", "--reports-dir", "published")
    assert (result.exit_code, result.stderr) == (0, "")
    told = json.loads(result.stdout)
    reports = {report["report"]: report for report in told["reports"]}
    assert result.stdout.isascii()
    assert reports["2025-H1/region=ile-de-france/small_review"]["segment"] == "region=Île-de-France"
    assert len(told["reports"]) == len(reports) == 5
    given = {"params_file": str(path), "period": "2025-H1", "segment": "region=Bretagne", "language": "en"}
    assert reports["2025-H1/region=bretagne/small_review"] == {
        "report": "2025-H1/region=bretagne/small_review",
        "notebook": str(path.with_name("small_review.ipynb")),
        "name": "small_review",
        "period": "2025-H1",
        "segment": "region=Bretagne",
        "parameters": given,
        "up_to_date": False,
        "why": ["first"],
    }
    compared = reports["small_comparison/2024-H1..2025-H1"]["parameters"]
    assert compared["reports_dir"] == str(tmp_path / "published")
    assert told["late"] == [
        {"table": "orders", "expects": "every month", "last": "2025-06-30", "due": "2025-07-30", "slack_days": 7}
    ]


def test_plan_as_json_says_what_is_up_to_date(params):
    words = [params, "--reports-dir", params.parent / "reports"]
    assert call("run", *words).exit_code == 0
    (report,) = json.loads(call("plan", *words, "--json").stdout)["reports"]
    assert (report["up_to_date"], report["why"]) == (True, [])
    (report,) = json.loads(call("plan", *words, "--json", "--force").stdout)["reports"]
    assert (report["up_to_date"], report["why"]) == (False, ["forced"])


def test_expecting_something_makes_no_report_again(params):
    words = [params, "--reports-dir", params.parent / "reports"]
    assert call("run", *words).exit_code == 0
    params.write_text(params.read_text().replace("  thresholds", "  expects: {orders: every year}\n  thresholds"))
    assert "1 up to date" in call("run", *words).stdout


def test_check_as_json_gives_the_rows_and_money_of_each_table_and_reason(params):
    orders = params.with_name("orders.csv")
    orders.write_text(orders.read_text() + ",2025-06-01,5,x\n,2025-06-02,7.5,z\nBr0,2025-06-01,0,y\n")
    result = call("check", params, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    orders, customers = told["tables"]
    # 13 customers buy six times: for 100, 110 ... 220, that is 6 x 2080; and 10 more on the last day.
    counted = {key: orders[key] for key in ("table", "rows_read", "rows_kept", "money_kept", "duplicates")}
    assert counted == {"table": "orders", "rows_read": 82, "rows_kept": 79, "money_kept": 12490.0, "duplicates": 0}
    assert [(one["reason"], one["rows"], one["money"], len(one["examples"])) for one in orders["set_aside"]] == [
        ("no_customer", 2, 12.5, 2),
        ("zero_amount", 1, 0.0, 1),
    ]
    assert (customers["table"], customers["rows_kept"], customers["money_kept"]) == ("customers", 13, None)
    assert (told["currency"], told["unused"], told["late"]) == ("EUR", [], [])


def test_the_command_speaks_the_terminal_s_language(params, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language() == "en"
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert language() == "fr"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language() == "en"
    assert call("--help", tongue="fr").stdout != call("--help").stdout


def test_the_version_and_the_module():
    told = subprocess.run([sys.executable, "-m", "portfolio", "--version"], capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, f"portfolio {portfolio.__version__}\n")


def test_help_does_not_wait_for_the_engine():
    code = "import sys, portfolio.cli; print([m for m in ('pandas', 'ibis', 'duckdb', 'nbformat') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ})
    assert told.stdout.strip() == "[]"


def test_help_names_every_command_and_option_of_the_design():
    told = call("--help").stdout
    assert all(command in told for command in ("run", "plan", "check", "prune", "--version"))
    told = call("run", "--help").stdout
    options = ("--reports-dir", "--notebook", "--period", "--segment", "--as-of", "--workers", "--force")
    options += ("--notify", "--log", "--log-format", "--quiet")
    assert all(option in told for option in options)


@pytest.fixture
def orders_of_two(tmp_path):
    """A params file that check reads at once."""
    (tmp_path / "orders.csv").write_text("customer_id;order_date;amount\nA;31/01/2025;1,5\nB;25/02/2025;1,5\n")
    file = tmp_path / "review.yml"
    file.write_text("portfolio:\n  name: T\n  tables:\n    orders: {source: orders.csv}\n")
    return file


def test_what_nobody_foresaw_is_one_sentence_and_a_log(orders_of_two, monkeypatch, tmp_path):
    def breaks(*_given, **_named):
        raise ZeroDivisionError("of postgres://me:s3cret@host/db\nand more")

    monkeypatch.setattr("portfolio.base.store.open_tables", breaks)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = call("check", orders_of_two)
    assert result.exit_code == 70
    [log] = tmp_path.glob("portfolio-*.log")
    assert result.stderr == (
        "Something unforeseen happened (ZeroDivisionError: of postgres://me:***@host/db). "
        f"All that is known of it is in {log}.\n"
    )
    kept = log.read_text()
    assert "raise ZeroDivisionError" in kept
    assert "s3cret" not in kept


def test_a_disk_without_room_is_a_sentence(orders_of_two, monkeypatch):
    def full(*_given, **_named):
        raise OSError(28, "No space left on device", "/data/cache/x")

    monkeypatch.setattr("portfolio.base.cleaning.read_source", full)
    result = call("check", orders_of_two)
    assert result.exit_code == 2
    assert "orders.csv: it cannot be read, or its copy cannot be written ([Errno 28] No space left" in result.stderr
    monkeypatch.setattr("portfolio.base.store.open_tables", full)
    assert call("check", orders_of_two).stderr == "/data/cache/x cannot be written or read (No space left on device).\n"


@pytest.mark.parametrize(
    ("ends", "code", "says"),
    [
        ("check {file} > /dev/full", 2, "There is no room left to write in"),
        ("check {file} >&-", 0, ""),
        ("check {file} | head -1", 0, ""),
    ],
)
def test_an_output_that_takes_no_more(orders_of_two, ends, code, says):
    line = f"{COMMAND} {ends.format(file=orders_of_two)}"
    result = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert result.returncode == code
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_a_working_folder_that_is_gone(orders_of_two, tmp_path):
    line = f"mkdir {tmp_path}/gone && cd {tmp_path}/gone && rmdir ../gone && {COMMAND} check {orders_of_two}"
    result = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert (result.returncode, result.stderr.startswith("The working folder is gone")) == (2, True)


def test_a_run_says_what_is_doubtful(params):
    """The params file's own orders, with one of a far day."""
    orders = params.parent / "orders.csv"
    _head, first = orders.read_text(encoding="utf-8").splitlines()[:2]
    day = next(cell for cell in first.replace(",", ";").split(";") if cell[:2] == "20")
    orders.write_text(orders.read_text(encoding="utf-8") + first.replace(day, "2099-12-31") + "\n", encoding="utf-8")
    result = call("run", params, "--reports-dir", params.parent / "reports")
    assert result.exit_code == 0
    assert "orders, to settle: Order lines dated after today: 1, up to 2099-12-31." in result.stderr
    assert "2025-H1/small_review: published" in result.stdout
    assert call("run", params, "--reports-dir", params.parent / "reports", "--quiet").stderr == ""
