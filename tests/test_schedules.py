"""Schedules work as ``docs/schedule.md`` gives them: each command runs as it stands, each file is read by its tool."""

from __future__ import annotations

import configparser
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from portfolio.cli import build
from portfolio.show.words import Words

# Whole runs.
pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
PAGE = (PROJECT / "docs/schedule.md").read_text(encoding="utf-8")
FILES = PROJECT / "docs/schedule"
COMMAND = Path(sys.executable).with_name("portfolio")
HOME, SHARE = "/srv/portfolio", "/srv/share"


@pytest.fixture
def machine(tmp_path):
    """A folder in place of /srv, where the small portfolio stands as the page supposes it, with one report."""
    spec = importlib.util.spec_from_file_location("small", PROJECT / "tests/report/small.py")
    small = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(small)
    head = small.PARAMS.partition("reports:")[0]
    asked = "reports:\n  - {notebook: ./small_review.ipynb, period: latest}\n"
    written = small.write_portfolio(tmp_path / "portfolio/params", head + asked)
    written.rename(written.with_name("mine.yml"))
    (tmp_path / "portfolio/.venv/bin").mkdir(parents=True)
    (tmp_path / "portfolio/.venv/bin/portfolio").symlink_to(COMMAND)
    (tmp_path / "share").mkdir()
    return tmp_path


def placed(text, machine):
    """Return a text of the files with the folders of this machine."""
    return text.replace(HOME, str(machine / "portfolio")).replace(SHARE, str(machine / "share"))


def expect(machine, every):
    path = machine / "portfolio/params/mine.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  thresholds", f"  expects: {{orders: {every}}}\n  thresholds"), encoding="utf-8")


def bare(command, folder="/"):
    """Run a command as cron does, with less: no home, no path, no language."""
    call = ["env", "-i", "/bin/sh", "-c", command]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def cron_entries():
    lines = (FILES / "crontab").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#") and not re.match(r"[A-Z]+=", line)]
    return [(line.split()[:5], line.split(maxsplit=5)[5]) for line in kept]


def workflow():
    # YAML takes the key "on" for true.
    return yaml.load((FILES / "reports.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def unit(name):
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str
    read.read_string((FILES / name).read_text(encoding="utf-8"))
    return read


def test_the_line_of_cron_runs_with_nothing_around_it_and_says_nothing(machine):
    [(_when, command)] = cron_entries()
    assert "%" not in command, "a line's end to cron"
    done = bare(placed(command, machine))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (machine / "share/reports/2025-H1/small_review.fr.html").is_file()
    assert (machine / "share/reports/index.html").is_file()


def test_cron_is_told_that_a_source_is_late(machine):
    expect(machine, "every day")
    [(_when, command)] = cron_entries()
    done = bare(placed(command, machine))
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "Orders: this source is late. Its last date is 30 June 2025; expected every day, newer rows were due on "
        "1 July 2025.\n"
    )
    assert (machine / "share/reports/2025-H1/small_review.fr.html").is_file()


def test_every_schedule_starts_the_same_run_at_the_same_hour():
    [(when, command)] = cron_entries()
    assert when == ["0", "6", "*", "*", "*"]
    run = unit("portfolio.service")["Service"]["ExecStart"]
    assert command == f"{run} >/dev/null"
    assert run.removeprefix(f"{HOME}/") in (PROJECT / "README.md").read_text(encoding="utf-8")
    assert unit("portfolio.timer")["Timer"]["OnCalendar"] == "*-*-* 06:00:00"
    assert workflow()["on"]["schedule"] == [{"cron": " ".join(when)}]
    assert f'schedule="{" ".join(when)}"' in (FILES / "portfolio_dag.py").read_text(encoding="utf-8")


def systemd(*words, **options):
    # Where it is missing the test fails: .ci/run installs it.
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False, **options)


@pytest.fixture
def units(machine):
    """The files of the service and the timer, with the folders of this machine."""
    found = []
    for name in ("portfolio.service", "portfolio.timer"):
        found.append(machine / name)
        found[-1].write_text(placed((FILES / name).read_text(encoding="utf-8"), machine), encoding="utf-8")
    return found


def test_systemd_takes_the_service_and_the_timer(units):
    done = systemd("verify", *units)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "right", "wrong", "said"),
    [
        ("portfolio.service", "ProtectHome=", "ProtectHom=", "'ProtectHom'"),
        ("portfolio.service", "/.venv/", "/.ven/", "is not executable"),
        ("portfolio.timer", "06:00:00", "26:00:00", "calendar spec"),
    ],
)
def test_systemd_would_say_what_is_wrong_with_them(units, name, right, wrong, said):
    path = next(path for path in units if path.name == name)
    path.write_text(path.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    assert said in systemd("verify", *units).stderr


def test_the_timer_fires_at_six_each_day():
    when = unit("portfolio.timer")["Timer"]["OnCalendar"]
    done = systemd(
        "calendar", "--iterations=2", "--base-time=2026-02-28 07:00:00", when, env=os.environ | {"TZ": "UTC"}
    )
    days = re.findall(r"(?:elapse|Iter. #2|Iteration #2): (.*)", done.stdout)
    assert days == ["Sun 2026-03-01 06:00:00 UTC", "Mon 2026-03-02 06:00:00 UTC"]


def test_the_steps_of_the_workflow_run(machine):
    steps = {step["name"]: step["run"] for step in workflow()["jobs"]["reports"]["steps"] if "run" in step}
    recipe = steps.pop("Install").removeprefix("make ")
    assert re.search(rf"^{recipe}:", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    (command,) = steps.values()
    done = bare(command, machine / "portfolio")
    assert (done.returncode, done.stderr) == (0, "")
    kept = {step["with"]["path"] for step in workflow()["jobs"]["reports"]["steps"] if "path" in step.get("with", {})}
    assert kept == {"reports"}
    assert (machine / "portfolio/reports/2025-H1/small_review.en.html").is_file()


@pytest.fixture(scope="module")
def linters():
    """The folder of the linters of GitHub Actions, in an environment of their own."""
    subprocess.run(["make", ".linters/.ready"], cwd=PROJECT, check=True, capture_output=True)
    return PROJECT / ".linters/bin"


def lint(linters, path):
    """Return what zizmor and the schema of workflows say; neither asks a network."""
    zizmor = [linters / "zizmor", "--offline", "--strict-collection", "--persona=pedantic", path]
    schema = [linters / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", path]
    done = [subprocess.run(call, capture_output=True, text=True, check=False) for call in (zizmor, schema)]
    return [one.returncode for one in done], "".join(one.stdout + one.stderr for one in done)


@pytest.mark.slow
def test_linters_find_nothing_in_the_workflow(linters):
    codes, said = lint(linters, FILES / "reports.yml")
    assert codes == [0, 0], said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("timeout-minutes", "timeout-minute"), ("contents: read", "contents: reed"), (r"checkout@\w+", "checkout@v6")],
)
def test_linters_would_find_what_is_wrong_with_it(linters, tmp_path, right, wrong):
    path = tmp_path / "reports.yml"
    path.write_text(re.sub(right, wrong, (FILES / "reports.yml").read_text(encoding="utf-8")), encoding="utf-8")
    codes, _said = lint(linters, path)
    assert any(codes)


@pytest.fixture(scope="module")
def airflow(tmp_path_factory):
    """A function that runs Airflow, of an environment of its own, with our DAG and no other."""
    subprocess.run(["make", ".airflow/.ready"], cwd=PROJECT, check=True, capture_output=True)
    home = tmp_path_factory.mktemp("airflow")
    (home / "dags").mkdir()
    shutil.copy(FILES / "portfolio_dag.py", home / "dags")
    # The kernel, as the page says to make it known.
    [install] = re.findall(rf"^{HOME}/\.venv/bin/python (-m ipykernel .*)$", PAGE, flags=re.MULTILINE)
    call = [sys.executable, *shlex.split(install), "--prefix", str(home)]
    subprocess.run(call, check=True, capture_output=True)

    def run(*words, **env):
        env |= {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "JUPYTER_PATH": str(home / "share/jupyter"),
        }
        call = [PROJECT / ".airflow/bin/airflow", *words]
        return subprocess.run(call, env=env, cwd=home, capture_output=True, text=True, check=False, timeout=600)

    made = run("db", "migrate")
    assert made.returncode == 0, made.stdout + made.stderr
    return run


def dag_test(airflow, machine, day):
    given = {
        "PORTFOLIO_HOME": machine / "portfolio",
        "PORTFOLIO_PARAMS": machine / "portfolio/params/mine.yml",
        "PORTFOLIO_REPORTS": machine / "share/reports",
        "PORTFOLIO_NOTEBOOKS": machine / "share/notebooks",
    }
    return airflow("dags", "test", "portfolio_reports", day, **{name: str(path) for name, path in given.items()})


def executed(machine):
    """Return what the notebooks that Airflow left were given, by where they stand."""
    folder = machine / "share/notebooks"
    found = {path.relative_to(folder).as_posix(): json.loads(path.read_text()) for path in folder.rglob("*.ipynb")}
    for notebook in found.values():
        assert notebook["metadata"]["papermill"]["exception"] is None
        assert any(cell.get("outputs") for cell in notebook["cells"])
    return {name: notebook["metadata"]["papermill"]["parameters"] for name, notebook in found.items()}


@pytest.mark.slow
def test_airflow_runs_each_report_as_a_task_of_papermill(airflow, machine):
    params = machine / "portfolio/params/mine.yml"
    with params.open("a", encoding="utf-8") as file:
        file.write("  - {notebook: ./small_review.ipynb, period: 2024-H2, segment: region=Bretagne}\n")
        file.write("  - {notebook: ./small_comparison.ipynb, period: 2024-H1..latest}\n")
    done = dag_test(airflow, machine, "2026-01-05")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    given = {"params_file": str(params), "segment": "", "language": "en"}
    assert executed(machine) == {
        "2025-H1/small_review.ipynb": given | {"period": "2025-H1"},
        "2024-H2/region=bretagne/small_review.ipynb": given | {"period": "2024-H2", "segment": "region=Bretagne"},
        "small_comparison/2024-H1..2025-H1.ipynb": given
        | {"period": "2024-H1..2025-H1", "reports_dir": str(machine / "share/reports")},
    }


@pytest.mark.slow
def test_airflow_fails_where_a_source_is_late_and_runs_the_reports_all_the_same(airflow, machine):
    expect(machine, "every day")
    done = dag_test(airflow, machine, "2026-01-06")
    assert done.returncode == 1
    assert "Sources that are late" in done.stdout + done.stderr
    assert list(executed(machine)) == ["2025-H1/small_review.ipynb"]


def test_every_file_that_the_page_names_is_there_and_it_names_them_all():
    named = set(re.findall(r"\]\(schedule/([^)]+)\)", PAGE))
    assert named == {path.name for path in FILES.iterdir() if path.is_file()}


def test_the_document_of_the_page_is_that_of_the_command(machine):
    [shown] = re.findall(r"^```json\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
    expect(machine, "every day")
    params = machine / "portfolio/params/mine.yml"
    told = CliRunner().invoke(build(Words("en")), ["plan", str(params), "--json"]).stdout
    shown, told = json.loads(shown), json.loads(told)
    for part in ("reports", "late"):
        assert [list(one) for one in shown[part]] == [list(one) for one in told[part]]
    assert list(shown["reports"][0]["parameters"]) == list(told["reports"][0]["parameters"])


def test_what_the_page_expects_can_be_expected(machine):
    [block] = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
    params = machine / "portfolio/params/mine.yml"
    content = yaml.safe_load(params.read_text(encoding="utf-8"))
    content["portfolio"] |= yaml.safe_load(block)["portfolio"]
    params.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    told = CliRunner().invoke(build(Words("en")), ["check", str(params), "--json", "--as-of", "2025-07-01"])
    assert told.exit_code == 0, told.output
