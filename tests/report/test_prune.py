"""Pruning: the last periods of each report stay, and every figure."""

from __future__ import annotations

import json
import os
import shutil
import time

import pytest
from typer.testing import CliRunner

from portfolio.cli import build
from portfolio.report import manifest
from portfolio.report.prune import old_reports
from portfolio.show.words import Words


def record(notebook, period, scope="", files=(), portfolio="A", failed_files=(), published="x"):
    return {
        "notebook": notebook, "period": period, "segment": scope, "scope": scope, "portfolio": portfolio,
        "files": list(files), "failed_files": list(failed_files), "published": published,
    }  # fmt: skip


def content(*records):
    return {"reports": {f"{r['period']}/{r['scope']}/{r['notebook']}": r for r in records}}


def test_the_last_periods_of_each_report_stay():
    told = content(
        *(record("review", period) for period in ("2024-H1", "2024-H2", "2025-H1", "2023", "2024", "2025")),
        *(record("review", period, "region=Corse") for period in ("2023-H2", "2024-H1")),
        *(record("comparison", f"{first}..2025-H1") for first in ("2023-H1", "2024-H1")),
        record("comparison", "2022-H1..2024-H1"),
        record("review", "2020-H1", portfolio="B"),
    )
    assert old_reports(told, "A", 2).reports == ["2022-H1..2024-H1//comparison", "2023//review", "2024-H1//review"]
    assert len(old_reports(told, "A", 1).reports) == 7
    assert old_reports(told, "A", 6).reports == []


def test_a_period_that_was_never_made_does_not_cost_the_last_good_one():
    told = content(
        record("review", "2025-H1", published=None),
        record("review", "2024-H2"),
        record("review", "2024-H1", published=None),
    )
    assert old_reports(told, "A", 1).reports == ["2024-H1//review"]


def test_files_of_reports_that_stay_and_figures_are_not_deleted():
    told = content(
        record("review", "2024-H1", files=["h/review.en.html", "h/review.metrics.json", "h/actions/a.csv"]),
        record("review", "2024-H2"),
        record("lifetime", "2024-H1", files=["h/actions/a.csv"]),
        record("other", "2024-H1", files=["h/other.en.html"], failed_files=["h/other.failed.en.html"]),
        record("other", "2024-H2"),
    )
    expected = ["h/other.en.html", "h/other.failed.en.html", "h/review.en.html"]
    assert old_reports(told, "A", 1).files == expected


@pytest.fixture
def reports(published, small, tmp_path):
    """A copy of the published reports, with their params file beside."""
    small.write_portfolio(tmp_path)
    shutil.copytree(published, tmp_path / "reports")
    return tmp_path / "reports"


def prune(reports, *words, tongue="en"):
    words = ["prune", reports.parent / "params.yml", "--reports-dir", reports, *words]
    return CliRunner().invoke(build(Words(tongue)), [str(word) for word in words])


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_older_periods_go_and_the_gallery_says_so(reports):
    before, figures = files(reports), {path: path.read_bytes() for path in reports.rglob("*.metrics.json")}
    tried = prune(reports, "--keep", 1, "--dry-run")
    assert tried.stdout.splitlines() == ["2024-H2/small_review", "1 report would be deleted, 7 files."]
    assert files(reports) == before

    done = prune(reports, "--keep", 1)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == ["2024-H2/small_review", "1 report deleted, 7 files."]
    gone = before - files(reports)
    assert {name.partition("/")[0] for name in gone} == {"2024-H2"}
    assert {path: path.read_bytes() for path in reports.rglob("*.metrics.json")} == figures
    assert (reports / "2024-H2/small_review.metrics.json").is_file()
    assert not (reports / "2024-H2/actions").exists()
    assert "2024-H2/small_review" not in manifest.load(reports)["reports"]
    assert len(manifest.load(reports)["reports"]) == 4
    for name in ("index.html", "index.en.html", "index.fr.html"):
        assert "2024-H2/small_review" not in (reports / name).read_text(encoding="utf-8")
        assert "2025-H1/small_review" in (reports / name).read_text(encoding="utf-8")
    again = prune(reports, "--keep", 1, tongue="fr")
    assert again.stdout.splitlines() == ["0 rapport supprimé, 0 fichier."]


def test_what_the_last_runs_did_not_use_leaves_the_cache(reports):
    cache = reports / ".cache"
    kept = {path.name for path in cache.glob("*.*")}
    old = time.time() - 3 * 86_400
    for name in ("orders-0.parquet", "orders-0.json"):
        (cache / name).write_bytes(bytes(1_000_000))
        os.utime(cache / name, (old, old))
    assert prune(reports, "--keep", 9).stdout.splitlines()[-1] == "2.0 MB of the cache were of no use any more."
    assert {path.name for path in cache.glob("*.*")} == kept


def test_a_pruned_report_that_is_still_asked_for_is_made_again(reports):
    prune(reports, "--keep", 1)
    words = ["plan", str(reports.parent / "params.yml"), "--reports-dir", str(reports), "--period", "2024-H2"]
    assert "to make: not made yet" in CliRunner().invoke(build(Words("en")), words).stdout


def test_what_cannot_be_pruned_is_said(reports, tmp_path):
    assert prune(reports).exit_code == 2
    assert prune(reports, "--keep", 0).exit_code == 2
    nothing = prune(tmp_path / "none", "--keep", 1)
    assert nothing.exit_code == 2
    (reports / "manifest.json").unlink()
    assert "holds no reports" in prune(reports, "--keep", 1).stderr
    (reports / "manifest.json").write_text(json.dumps({"schema": 9}))
    assert "is not a manifest" in prune(reports, "--keep", 1).stderr
