"""The guide to a topic of one's own does what it says: its files, copied, make the page that it shows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

# Whole runs.
pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
GUIDE = (PROJECT / "docs/write_your_own_topic.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The folder of a reader who did what the guide says, with the data of the demo."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "own").mkdir()
    topic, parameters, *cells = blocks("python")
    (folder / "own/channels.py").write_text(topic, encoding="utf-8")
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Our review"),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_markdown_cell("## Summary"),
        nbformat.v4.new_code_cell(cells[0]),
        nbformat.v4.new_markdown_cell("## Who depends on one channel?"),
        nbformat.v4.new_code_cell(cells[1]),
        nbformat.v4.new_markdown_cell("## What stands out, and whom to call?"),
        nbformat.v4.new_code_cell(cells[2]),
    ]
    nbformat.write(notebook, folder / "own/review.ipynb")
    demo = (PROJECT / "params/demo.yml").read_text(encoding="utf-8").replace("../data/", f"{PROJECT.as_posix()}/data/")
    params, asked = yaml.safe_load(demo), yaml.safe_load(blocks("yaml")[0])
    params["portfolio"] |= asked["portfolio"]
    params["reports"] = [request | {"period": "2026-H1"} for request in asked["reports"]]
    (folder / "company.yml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    return folder


def portfolio(folder, *words):
    call = [sys.executable, "-m", "portfolio", *words]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def published(company):
    done = portfolio(company, "run", "company.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    return company / "reports/2026-H1"


def test_its_figure_is_in_metrics_json(published):
    content = json.loads((published / "review.metrics.json").read_text(encoding="utf-8"))
    figure = next(one for one in content["metrics"] if one["name"] == "one_channel_customers")
    assert (figure["unit"], figure["direction"]) == ("count", "down")
    assert 0 < figure["value"] < figure["n"]
    assert figure["previous"] > 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_section_finding_and_list_are_on_the_page(published, language):
    html = (published / f"review.{language}.html").read_text(encoding="utf-8")
    for told in (
        "bought in one channel only</figcaption>",
        "one channel only bring",
        "would leave with it",
        "Show them",
    ):
        assert told in html
    assert list((published / "actions").glob("one_channel*.csv"))


def test_the_page_it_ends_with_is_there():
    assert (PROJECT / "docs/own_topic.png").stat().st_size > 10_000


def test_a_change_of_the_file_makes_the_reports_anew(company, published):
    assert "1 reports, 0 to make." in portfolio(company, "plan", "company.yml").stdout
    path = company / "own/channels.py"
    path.write_text(path.read_text(encoding="utf-8") + "# a word more\n", encoding="utf-8")
    told = portfolio(company, "plan", "company.yml").stdout
    assert "1 reports, 1 to make." in told
