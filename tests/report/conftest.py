"""A small portfolio, published once a session, and ways to run it again."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def small():
    """The module that writes the small portfolio."""
    spec = importlib.util.spec_from_file_location("small", Path(__file__).with_name("small.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def published(small, tmp_path_factory):
    """The reports folder of the small portfolio. Only to be read."""
    from portfolio.params import load_params
    from portfolio.report.job import Choice
    from portfolio.report.runner import run

    folder = tmp_path_factory.mktemp("small")
    done = run(load_params(small.write_portfolio(folder)), folder / "reports", Choice(), processes=2)
    assert [one.status for one in done] == ["published"] * 5
    return folder / "reports"


@pytest.fixture
def one_report(small, tmp_path):
    """A params file that asks for one report, and a function that runs it."""
    from portfolio.params import load_params
    from portfolio.report.job import Choice
    from portfolio.report.runner import prepare, run

    head = small.PARAMS.partition("reports:")[0]
    path = small.write_portfolio(tmp_path, head + "reports:\n  - {notebook: ./small_review.ipynb, period: latest}\n")

    def make(**options):
        (done,) = run(load_params(path), tmp_path / "reports", Choice(), processes=1, **options)
        return done

    def waiting(force=False):
        with prepare(load_params(path), make.reports, Choice(), force) as (plan, _folder):
            return len(plan.waiting)

    make.params, make.reports, make.waiting = path, tmp_path / "reports", waiting
    return make
