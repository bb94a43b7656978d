"""The README is true: its commands run, its files exist, its tree and recipes are those of the project."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from portfolio import cli
from portfolio.show.words import Words

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
ORDERS = """Code client;Date facture;Montant HT
C001;05/01/2025;1 234,50
C001;20/04/2025;80,00
C002;14/03/2025;99,90
C003;30/06/2025;45,00
"""


def blocks(language):
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
    return [body for name, body in fences if name == language]


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """The folder of a reader who did what "Your own data in five minutes" says."""
    folder = tmp_path_factory.mktemp("mine")
    (folder / "mine.yml").write_text(blocks("yaml")[0], encoding="utf-8")
    (folder / "orders.csv").write_text(ORDERS, encoding="cp1252")
    return folder


@pytest.mark.parametrize("command", ["check", "plan", "run"])
def test_the_smallest_params_file_does(mine, command):
    assert f".venv/bin/portfolio {command} mine.yml" in README
    call = [sys.executable, "-m", "portfolio", command, "mine.yml"]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    done = subprocess.run(call, cwd=mine, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    if command == "run":
        assert (mine / "reports" / "2025-H1" / "portfolio_review.fr.html").is_file()
        assert done.stdout.strip().endswith("index.html")


def test_the_other_reports_it_names_are_read(mine):
    text = blocks("yaml")[0].partition("reports:")[0] + blocks("yaml")[1]
    (mine / "more.yml").write_text(text, encoding="utf-8")
    from portfolio.params import load_params

    assert len(load_params(mine / "more.yml").reports) == 3


def test_the_cell_of_an_analyst_runs(capsys, monkeypatch):
    monkeypatch.chdir(PROJECT)
    exec(blocks("python")[0], {})


def test_the_limits_it_names_are_read_and_its_options_known(mine):
    limits = next(block for block in blocks("yaml") if "limits:" in block).splitlines()[1]
    text = blocks("yaml")[0].replace("portfolio:\n", f"portfolio:\n{limits}\n")
    (mine / "limits.yml").write_text(text, encoding="utf-8")
    from portfolio.params import load_params

    assert load_params(mine / "limits.yml").portfolio.limits.memory == 4_000_000_000
    told = CliRunner().invoke(cli.build(Words("en")), ["run", "--help"], env={"COLUMNS": "200"}).stdout
    named = set(re.findall(r"--[a-z-]+", " ".join(re.findall(r"^\| `(--.+?)` \|", README, flags=re.MULTILINE))))
    assert len(named) == 6
    assert all(option in told for option in named)


def test_every_file_it_names_exists():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (PROJECT / target).exists(), target


def test_the_tree_is_that_of_the_project():
    tree = next(block for block in blocks("") if block.startswith("params/"))
    parents = []
    for line in tree.splitlines():
        indent, name = re.match(r"( *)(\S+)", line).groups()
        parents = [*parents[: len(indent) // 2], name]
        assert (PROJECT / "".join(parents)).is_dir(), line


def test_every_recipe_it_names_is_in_the_makefile():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for recipe in re.findall(r"^make (\w+)", "\n".join(blocks("sh")), flags=re.MULTILINE):
        assert re.search(rf"^{recipe}:", makefile, flags=re.MULTILINE), recipe


def test_the_exit_codes_are_those_of_the_command():
    table = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", README, flags=re.MULTILINE))
    assert {int(code) for code in table} == {0, cli.FAILED, cli.UNUSABLE, cli.BUSY, cli.LATE, cli.UNFORESEEN}
    assert "another run" in table[str(cli.BUSY)]
    assert "late" in table[str(cli.LATE)]
