"""The gallery: ``index.html``, every report of the folder, periods by segments, with its headline figures.

manifest.json + *.metrics.json -> index.html (the first language), index.en.html, index.fr.html
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from portfolio.base.arrival import Late
from portfolio.params.notebook import Notebook
from portfolio.params.periods import parse_periods
from portfolio.report import late, manifest, shell
from portfolio.report.folder import Folder
from portfolio.report.journal import Blocked
from portfolio.show.changes import Change, change
from portfolio.show.words import Words
from portfolio.topics.contract import Topics

# The figures shown of each report are those of rank 1 to 3.
FIRST = 3
# Whether a change is more than chance, by what metrics.json says of it.
SURE = {"better": True, "worse": True, "same": False}


@dataclass(frozen=True)
class Figure:
    """A headline figure as words: its label, its value, and its changes since the previous period and a year ago."""

    label: str
    value: str
    changes: list[tuple[Change, str]]


@dataclass(frozen=True)
class Entry:
    """A report in the gallery. ``link`` is empty when no good version stands, ``incomplete`` when its period is
    complete, ``waits`` when its last version is in its place."""

    link: str
    text: str
    period: str
    incomplete: str
    failed: str
    failed_link: str
    waits: str
    figures: list[Figure]


@dataclass(frozen=True)
class Table:
    """The reports of one notebook: a row a segment, a column a period, the latest first."""

    id: str
    title: str
    periods: list[str]
    rows: list[tuple[str, list[Entry | None]]]


def write(
    reports_dir: Path, languages: tuple[str, ...], topics: Topics, blocked: Mapping[str, Blocked] | None = None
) -> None:
    """Write the gallery of a reports folder in each language; ``blocked`` are the reports that wait."""
    content, folder = manifest.load(reports_dir), Folder(reports_dir)
    for stem, one in (blocked or {}).items():
        # One that was never in its place has no file that stands.
        nothing = one.record | {"status": "published", "published": None, "files": []}
        content["reports"][stem] = content["reports"].get(stem, nothing) | {"waits": one}
    for language in languages:
        html = _page(reports_dir, content, language, tuple(languages), topics)
        shell.check(html)
        folder.write(f"index.{language}.html", html)
        if language == languages[0]:
            folder.write("index.html", html)


def _page(reports_dir: Path, content: dict, language: str, languages: tuple[str, ...], topics: Topics) -> str:
    words = Words(language)
    reports = content["reports"]
    names = list(dict.fromkeys(record["portfolio"] for record in reports.values()))
    title = words.say("Customer portfolio reports")
    portfolios = [
        (
            words.name(name),
            _late(content, name, words),
            _cards(reports_dir, reports, name, language, content, topics),
            _tables(reports_dir, reports, name, language, content, topics),
        )
        for name in names
    ]
    heading = [*([words.name(names[0])] if len(names) == 1 else []), title]
    links = shell.language_links(languages, language, "index.{language}.html")
    failed = sum(record["status"] != "published" for record in reports.values())
    latest = max((record["finished"] for record in reports.values()), default=None)
    return (
        shell.environment()
        .get_template("gallery.html.j2")
        .render(
            page=shell.shell(words, " – ".join(heading), links),
            heading=heading,
            portfolios=portfolios,
            several=len(names) > 1,
            summary=_summary(words, len(reports), failed, latest),
            segment=words.say("Segment"),
            nothing=words.say("No report yet."),
            missing=words.say("no report"),
            failed_mark=words.say("Failed"),
            why=words.say("why"),
            scroll=words.say("Table to scroll sideways: {title}"),
            latest=words.say("Latest figures"),
        )
    )


def _late(content: dict, name: str, words: Words) -> list[str]:
    """Return what is said of the sources of a portfolio that were late at its last run."""
    found = content["portfolios"].get(name, {}).get("late", ())
    return [late.said(words, Late.from_dict(one)) for one in found]


def _summary(words: Words, n: int, failed: int, latest: str | None) -> str:
    if latest is None:
        return ""
    told = words.plural("{n} report", "{n} reports", n)
    if failed:
        told += ", " + words.plural("{n} failed", "{n} failed", failed)
    moment = dt.datetime.fromisoformat(latest)
    return words.say("{reports}; last made on {date}.", reports=told, date=words.time(moment))


def _tables(reports_dir: Path, reports: dict, name: str, language: str, content: dict, topics: Topics) -> list[Table]:
    words = Words(language, _currency(content, name), vocabulary=topics.vocabulary)
    notebooks: dict[str, list[tuple[str, dict]]] = {}
    for stem, record in reports.items():
        if record["portfolio"] == name:
            notebooks.setdefault(record["notebook"], []).append((stem, record))
    tables = []
    for notebook, found in sorted(notebooks.items(), key=lambda one: (one[1][0][1]["compares"], one[0])):
        periods = sorted({record["period"] for _stem, record in found}, key=period_order, reverse=True)
        segments = sorted({scope_of(record) for _stem, record in found}, key=str.casefold)
        at = {(scope_of(record), record["period"]): (stem, record) for stem, record in found}
        rows = []
        for segment in segments:
            cells = [
                _entry(reports_dir, *at[segment, period], language, words, topics) if (segment, period) in at else None
                for period in periods
            ]
            rows.append((words.segment(segment) or words.say("The whole portfolio"), cells))
        title = _title(found[0][1], words)
        tables.append(Table(f"{notebook}-{len(tables)}", title, [words.period(period) for period in periods], rows))
    return tables


def _cards(
    reports_dir: Path, reports: dict, name: str, language: str, content: dict, topics: Topics
) -> tuple[str, Entry] | None:
    """Return the whole portfolio's latest report of one period, to be shown large."""
    words = Words(language, _currency(content, name), vocabulary=topics.vocabulary)
    whole = [
        (stem, record)
        for stem, record in reports.items()
        if record["portfolio"] == name and not scope_of(record) and not record["compares"] and record["published"]
    ]
    for stem, record in sorted(whole, key=lambda one: period_order(one[1]["period"]), reverse=True):
        entry = _entry(reports_dir, stem, record, language, words, topics)
        if entry.figures:
            return words.period(record["period"]), entry
    return None


def _entry(reports_dir: Path, stem: str, record: dict, language: str, words: Words, topics: Topics) -> Entry:
    published = record["published"]
    failed = record["status"] != "published"
    day = words.date(dt.datetime.fromisoformat(published).date(), "medium") if published else ""
    good, bad = f"{stem}.{language}.html", f"{stem}.failed.{language}.html"
    said = ""
    if failed:
        said = words.say("shown: version of {date}", date=day) if published else words.say("no good version yet")
    content = _content(reports_dir / f"{stem}.metrics.json") if published else {}
    return Entry(
        link=_href(good) if good in record["files"] else "",
        text=f"{_title(record, words)}, {words.period(record['period'])}",
        period=words.period(record["period"]),
        incomplete=_incomplete(content, words),
        failed=said,
        failed_link=_href(bad) if bad in record.get("failed_files", ()) else "",
        waits=_waits(record.get("waits"), words),
        figures=_figures(content, record["period"], words, topics),
    )


def _href(name: str) -> str:
    """Return a file of the folder as a link: a path, whatever it is called."""
    return quote(name, safe="/=,+")


def _waits(blocked: Blocked | None, words: Words) -> str:
    if not blocked:
        return ""
    made = words.date(dt.datetime.fromisoformat(blocked.record["finished"]).date(), "medium")
    return words.say(
        "a version of {date} waits: {file} cannot be replaced ({why})", date=made, file=blocked.file, why=blocked.why
    )


def _content(path: Path) -> dict:
    """Return a metrics.json, empty where there is none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return content | {"metrics": {metric["name"]: metric for metric in content["metrics"]}}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _incomplete(content: dict, words: Words) -> str:
    if "incomplete" not in content:
        return ""
    return words.say("orders stop on {date}", date=words.date(dt.date.fromisoformat(content["incomplete"])))


def _figures(content: dict, period: str, words: Words, topics: Topics) -> list[Figure]:
    metrics, last = content.get("metrics", {}), parse_periods(period)[-1]
    compared = {words.period(last.previous): "previous", words.period(last.year_ago): "year_ago"}
    first = sorted((each.rank, each.name) for each in topics.figures.values() if 0 < each.rank <= FIRST)
    return [_figure(metrics[name], compared, words) for _rank, name in first if name in metrics]


def _figure(metric: dict, compared: dict[str, str], words: Words) -> Figure:
    value, unit, since = metric["value"], metric["unit"], metric.get("since", {})
    found = [
        (change(value, metric.get(name), unit, metric.get("direction") or "", words, SURE.get(since.get(name))), then)
        for then, name in compared.items()
    ]
    told = [(each, words.say("on {period}", period=then)) for each, then in found if each]
    return Figure(words.label(metric["name"]), words.value(value, unit, short=True), told)


def scope_of(record: dict) -> str:
    """Return what a report is of beside its period: the segment, and the notebook's own parameters."""
    return record.get("scope", record["segment"])


def _title(record: dict, words: Words) -> str:
    return Notebook(record["notebook"], Path(), record["opening"]).title(words)


def _currency(content: dict, name: str) -> str:
    return content["portfolios"].get(name, {}).get("currency", "EUR")


def period_order(period: str) -> tuple[dt.date, dt.date]:
    """Return what sorts periods, and ranges of them: the day after the last, then the first."""
    spans = parse_periods(period)
    return spans[-1].end, spans[0].start
