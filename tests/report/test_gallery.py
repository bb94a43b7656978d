"""The gallery: every report, its state and its headline figures."""

from __future__ import annotations

import json
import re

import pytest

from portfolio.report import gallery, manifest

FIGURES = {
    "metrics": [
        {
            "name": "revenue",
            "value": 1_250_000,
            "unit": "money",
            "direction": "up",
            "previous": 1_000_000,
            "year_ago": 1_000_000,
            "since": {"previous": "better", "year_ago": "same"},
        },
        {"name": "active_customers", "value": 90, "unit": "count", "direction": "up", "previous": 100},
        {"name": "retention_rate", "value": 0.721, "unit": "rate", "direction": "up", "previous": 0.7},
        {"name": "gini", "value": 0.5, "unit": "ratio", "direction": "none", "previous": None},
    ]
}


def record(**other):
    base = {
        "portfolio": "Small & <b>co</b>",
        "notebook": "portfolio_review",
        "opening": "# Portfolio review",
        "compares": False,
        "period": "2025-H1",
        "segment": "",
        "folder": "",
        "finished": "2025-07-02T08:00:00+00:00",
        "status": "published",
        "published": "2025-07-01T08:00:00+00:00",
        "files": [],
    }
    return base | other


@pytest.fixture
def page(tmp_path, topics):
    """Write a gallery of these records and return the text of a page of it."""

    def write(reports, name="index.html", languages=("en", "fr"), portfolios=(), **told):
        for stem, one in reports.items():
            one["files"] = one["files"] or [f"{stem}.en.html", f"{stem}.fr.html"]
            (tmp_path / stem).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / f"{stem}.metrics.json").write_text(json.dumps(FIGURES | told))
        manifest.save(tmp_path, {"schema": 1, "portfolios": dict(portfolios), "reports": reports})
        gallery.write(tmp_path, languages, topics)
        return (tmp_path / name).read_text(encoding="utf-8")

    return write


def cells(html):
    plain = re.sub(r"<[^>]+>", " ", html.partition("<tbody>")[2].partition("</tbody>")[0].replace("</tr>", "|"))
    return [" ".join(row.split()) for row in plain.split("|") if row.strip()]


def test_headline_figures_with_their_change(page):
    (row,) = cells(page({"2025-H1/portfolio_review": record()}))
    assert "€1.25M ▲ +25.0% (better) on H2 2024 ≈ +25.0% (about the same) on H1 2024" in row
    assert "90 ▼ -10.0% on H2 2024" in row
    assert "72.1% ▲ +2.1 pts on H2 2024" in row
    assert "Gini" not in row


def test_a_period_whose_orders_stop_early_is_marked(page):
    reports = {"2025-H1/portfolio_review": record()}
    html = page(reports, incomplete="2025-05-31")
    assert html.count("orders stop on 31 May 2025") == 2  # the card and the table
    assert "les commandes s’arrêtent le 31 mai 2025" in page(reports, "index.fr.html", incomplete="2025-05-31")
    assert "orders stop" not in page(reports)


def test_a_source_that_is_late_is_said_on_top_in_the_place_of_its_portfolio(page):
    reports = {
        "2025-H1/portfolio_review": record(),
        "2024-H1/portfolio_review": record(portfolio="Other", period="2024-H1"),
    }
    orders = {"table": "orders", "expects": "every month", "last": "2025-05-31", "due": "2025-06-30", "slack_days": 7}
    customers = {"table": "customers", "expects": "every week", "last": "2025-05-01", "due": "2025-05-08"}
    surveys = {"table": "surveys", "expects": "every quarter", "last": None, "due": None, "slack_days": 7}
    late = [orders, customers | {"slack_days": 7}, surveys]
    portfolios = {"Other": {"late": late}, "Small & <b>co</b>": {"late": []}}
    html = page(reports, portfolios=portfolios)
    assert re.findall(r'<p class="late">(.*?)</p>', html) == [
        "Orders: this source is late. Its last date is 31 May 2025; expected every month, newer rows were due on "
        "30 June 2025.",
        "Customers: this source is late. Its file is of 1 May 2025; expected every week, a newer one was due on "
        "8 May 2025.",
        "Surveys: this source is late. It has no row yet, and is expected every quarter.",
    ]
    assert html.index(">Other</h2>") < html.index('<p class="late">') < html.index("<table")
    assert html.rindex('<p class="late">') < html.index(">Small &amp;")
    french = page(reports, "index.fr.html", portfolios=portfolios)
    assert "Sa dernière date est le 31 mai 2025\u00a0; attendue chaque mois, la suite devait arriver" in french
    assert 'class="late"' not in page(reports)


def test_periods_stand_side_by_side_the_latest_first_and_segments_below(page):
    html = page(
        {
            "2024-H2/portfolio_review": record(period="2024-H2"),
            "2025-H1/portfolio_review": record(),
            "2025-H1/region=bretagne/portfolio_review": record(segment="region=Bretagne", folder="region=bretagne"),
        }
    )
    heads = re.findall(r'<th scope="col">(.*?)</th>', html)
    assert [head.replace("\xa0", " ") for head in heads] == ["Segment", "H1 2025", "H2 2024"]
    whole, brittany = cells(html)
    assert whole.startswith("The whole portfolio")
    assert brittany.startswith("Region: Bretagne")
    assert brittany.endswith("no report")


def test_a_failed_report_says_which_version_is_shown(page):
    stem = "2025-H1/portfolio_review"
    failed = record(status="failed", failed_files=[f"{stem}.failed.en.html"])
    (row,) = cells(page({stem: failed}))
    assert "Failed" in row
    assert "shown: version of 1 Jul 2025" in row


def test_a_report_that_never_succeeded_has_no_link_but_why(page):
    stem = "2025-H1/portfolio_review"
    failed = record(status="failed", published=None, files=["x"], failed_files=[f"{stem}.failed.en.html"])
    html = page({stem: failed})
    assert f'href="{stem}.en.html"' not in html
    assert f'href="{stem}.failed.en.html"' in html
    assert "no good version yet" in html


def test_what_the_data_says_is_text(page):
    html = page({"2025-H1/x/portfolio_review": record(segment="region=<script>alert(1)</script>", folder="x")})
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<b>co" not in html


def test_two_portfolios_in_one_folder_have_a_heading_each(page):
    html = page(
        {"2025-H1/portfolio_review": record(), "2024-H1/portfolio_review": record(portfolio="Other", period="2024-H1")}
    )
    assert re.findall(r'<h2 class="portfolio">(.*?)</h2>', html) == ["Other", "Small &amp; &lt;b&gt;co&lt;/b&gt;"]


def test_each_language_has_its_page_and_the_first_is_the_index(page, tmp_path):
    html = page({"2025-H1/portfolio_review": record()}, languages=("fr", "en"))
    assert html == (tmp_path / "index.fr.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in (tmp_path / "index.en.html").read_text(encoding="utf-8")
    assert 'href="2025-H1/portfolio_review.fr.html"' in html


def test_an_empty_folder_has_a_gallery_too(page):
    assert "No report yet" in page({})
