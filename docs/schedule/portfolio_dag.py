"""The reports of a portfolio as one Airflow task each: ``portfolio plan --json``, mapped over papermill."""

import json
import os
import subprocess
from pathlib import Path

import pendulum
from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk import dag, task

HOME = Path(os.environ.get("PORTFOLIO_HOME", "/srv/portfolio"))
PARAMS = os.environ.get("PORTFOLIO_PARAMS", f"{HOME}/params/mine.yml")
REPORTS = os.environ.get("PORTFOLIO_REPORTS", "/srv/share/reports")
NOTEBOOKS = Path(os.environ.get("PORTFOLIO_NOTEBOOKS", "/srv/share/notebooks"))


@dag(
    schedule="0 6 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/Paris"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1},
)
def portfolio_reports():
    """Run every notebook that the params file asks for; fail, beside them, if a source is late."""

    @task
    def plan() -> dict:
        command = [f"{HOME}/.venv/bin/portfolio", "plan", PARAMS, "--json", "--reports-dir", REPORTS]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)

    @task
    def notebooks(told: dict) -> list[dict]:
        found = []
        for report in told["reports"]:
            output = NOTEBOOKS / f"{report['report']}.ipynb"
            output.parent.mkdir(parents=True, exist_ok=True)
            found.append({"input_nb": report["notebook"], "output_nb": str(output), "parameters": report["parameters"]})
        return found

    @task(retries=0)
    def arrived(told: dict) -> None:
        if told["late"]:
            raise RuntimeError(f"Sources that are late: {json.dumps(told['late'])}")

    told = plan()
    # The kernel of the portfolio's own environment, see docs/schedule.md: Airflow has another.
    report = PapermillOperator.partial(task_id="report", kernel_name="portfolio", max_active_tis_per_dagrun=2)
    report.expand_kwargs(notebooks(told))
    # Not after the reports: as the last task, it would hide that one of them failed.
    arrived(told)


portfolio_reports()
