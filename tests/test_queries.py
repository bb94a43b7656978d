"""What a review asks of the engine: few queries, since each costs its compilation, and few scans of the order lines."""

import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from ibis.expr.operations import DatabaseTable
from IPython.core.interactiveshell import InteractiveShell

from portfolio.base import store
from portfolio.base.cache import Cache
from portfolio.base.cleaning import clean_tables
from portfolio.base.engine import Engine
from portfolio.params import load_params
from portfolio.review.opening import PREPARED, topics_of

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
# The functions of the package that ask for order lines in a review whose customer bases are kept, and how often.
SCANS = {
    "_measured": 1,  # the days that orders cover
    "lines_by_reasons": 1,  # the ledger up to the end of the period, of the one before, and of that of a year ago
    "history": 1,  # the headline figures of the last periods
    "months": 1,
    "_categories": 2,  # what each category and each group of peers bought
    "taken_up": 1,  # the categories that customers took up
    "_count_once": 1,  # who lacks the little known categories
    "_last_orders": 1,  # of the customers of the lists
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """What the review of the demo asks of the engine: the function that asks, and the expression."""
    folder = tmp_path_factory.mktemp("queries")
    params = load_params(PROJECT / "params/demo.yml")
    clean = clean_tables(params, topics_of(params).classes, Cache(folder / "cache"))
    store.save(clean, folder / "prepared")
    cells = nbformat.read(PROJECT / "notebooks/portfolio_review.ipynb", 4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.setenv(PREPARED, str(folder / "prepared"))
        shell = InteractiveShell()

        def run() -> list:
            found = []
            for name in ("run", "keep", "write"):
                patch.setattr(Engine, name, recorded(getattr(Engine, name), found))
            for source in code:
                shell.run_cell(source, silent=True).raise_error()
            patch.undo()
            patch.chdir(PROJECT)
            patch.setenv(PREPARED, str(folder / "prepared"))
            return found

        run()  # keeps the customer bases
        yield run()
    InteractiveShell.clear_instance()


def recorded(method, found):
    def asking(self, expression, *args):
        frames, frame = [], sys._getframe(1)
        while frame and not frame.f_code.co_filename.endswith("section.py"):
            frames.append(frame.f_code.co_name)
            frame = frame.f_back
        passed = ("run", "keep", "<lambda>", "<dictcomp>", "<listcomp>")
        name = next((name for name in frames if name not in passed), "")
        found.append((name, expression))
        return method(self, expression, *args)

    return asking


def test_a_review_sends_few_queries(asked):
    assert 30 < len(asked) <= 60


def test_the_scans_of_the_order_lines_are_known(asked):
    def scans(expression):
        tables = expression.op().find(DatabaseTable)
        return any({"order_date", "amount", "order_id"} <= set(table.schema) for table in tables)

    found = Counter(name for name, expression in asked if scans(expression))
    assert found == SCANS
