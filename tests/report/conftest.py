"""Ways to run the small portfolio again."""

from __future__ import annotations

import pytest


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
