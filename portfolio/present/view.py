"""What a notebook shows with: numbers in, a displayable out, in every language of the portfolio at once.

A displayable carries ``application/vnd.portfolio.view+json`` for the reports, ``text/html`` for JupyterLab and
``text/plain`` for everything else.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portfolio.present import figure, findings, foot, headline, sentences, style
from portfolio.present.kinds import RATES, kind_of
from portfolio.present.tables import action_list
from portfolio.present.templating import render
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd

VIEW = "application/vnd.portfolio.view+json"
METRICS = "application/vnd.portfolio.metrics+json"
ACTIONS = "application/vnd.portfolio.actions+json"


@dataclass(frozen=True)
class Shown:
    """A displayable: its kind, its fragment in each language, its plain text, and data for the runner."""

    kind: str
    html: Mapping[str, str]
    text: str = ""
    language: str = "en"
    data: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": self.text, **self.data}
        if self.html:
            fragment = self.html.get(self.language) or next(iter(self.html.values()))
            # JupyterLab may take an output off the page when it scrolls away: each brings its own style.
            page = f'<div class="portfolio"><style>{style.css()}</style>{fragment}</div>'
            bundle |= {VIEW: {"kind": self.kind, "html": dict(self.html)}, "text/html": page}
        return bundle

    def __str__(self) -> str:
        return self.text


class View:
    """What a notebook shows with.

    Parameters
    ----------
    book
        The Book: its languages, currency and periods.
    language
        That of the notebook in JupyterLab; a report has all those of the portfolio, and no other.
    """

    def __init__(self, book: Any, language: str = "en") -> None:
        languages = tuple(book.portfolio.languages)
        previous = getattr(book.period, "previous", "")
        rules = getattr(book, "thresholds", None)
        self.book = book
        self.language = language if language in languages else languages[0]
        self._words = {
            each: Words(each, book.currency, period=str(book.period), previous=str(previous or ""), thresholds=rules)
            for each in languages
        }
        self._count = itertools.count()

    @property
    def words(self) -> Words:
        """The words of the notebook's language."""
        return self._words[self.language]

    def picture(self, chart: Callable[..., Any], *frames: pd.DataFrame, **options: Any) -> Shown:
        """Show a chart of ``present.charts`` of these tables."""
        mark = str(next(self._count))
        drawn = {
            language: figure.draw(chart, *frames, words=words, mark=mark, **options)
            for language, words in self._words.items()
        }
        if not drawn[self.language].svg:
            return self._nothing()
        html = {language: picture.html for language, picture in drawn.items()}
        return self._shown("picture", html, drawn[self.language].alt)

    def table(self, table: Callable[..., Any], *frames: Any, **options: Any) -> Shown:
        """Show a table of ``present.tables`` of these frames."""
        if any(frame is None for frame in frames[:1]) or (hasattr(frames[0], "columns") and not len(frames[0])):
            return self._nothing()
        made = {language: table(*frames, words=words, **options) for language, words in self._words.items()}
        if not made[self.language].rows:
            return self._nothing()
        html = {language: each.html for language, each in made.items()}
        return self._shown("table", html, made[self.language].text)

    def text(
        self, sentence: Callable[..., str], *frames: pd.DataFrame, define: Sequence[str] = (), **options: Any
    ) -> Shown:
        """Show a sentence of ``present.sentences``, with the definitions of the figures it names as a footnote."""
        told = {language: sentence(*frames, words=words, **options) for language, words in self._words.items()}
        html = {
            language: render(
                "sentence.html",
                sentence=told[language],
                title=words.say("Definitions"),
                definitions=[(words.label(name), words.definition(name)) for name in define if words.definition(name)],
            )
            for language, words in self._words.items()
        }
        return self._shown("text", html, told[self.language])

    def headline(
        self,
        metrics: pd.DataFrame,
        history: pd.DataFrame | None = None,
        names: Sequence[str] = headline.NAMES,
        sentence: Callable[..., str] = sentences.headline,
    ) -> Shown:
        """Show the first figures of a report as tiles, and the sentence that says what happened.

        Parameters
        ----------
        metrics
            ``measures.metrics.metrics``.
        history
            ``measures.history.headline_history`` (one row a period) or ``measures.metrics.history`` (one column).
        names
            The figures wished, the first first; seven at most are shown, those that have a value.
        sentence
            Of ``present.sentences``: says what happened, from the metrics.
        """
        told = {
            language: headline.headline(metrics, history, names, words, sentence)
            for language, words in self._words.items()
        }
        html = {language: fragment for language, (fragment, _) in told.items()}
        return self._shown("headline", html, told[self.language][1])

    def findings(self, frame: pd.DataFrame) -> Shown:
        """Show the strengths, weaknesses, opportunities and threats, by money at stake."""
        return self._each("findings", lambda words: findings.findings(frame, words), findings.spoken(frame, self.words))

    def metrics(self, frame: pd.DataFrame) -> Shown:
        """Hand the figures to the runner, for ``metrics.json``. Shows nothing in the report."""
        rows = []
        for row in frame.to_dict("records"):
            figure_of = {
                "name": row["name"],
                "value": _number(row["value"]),
                "unit": row["unit"],
                "direction": row["direction"],
                "previous": _number(row.get("previous")),
                "target": _number(row.get("target")),
                "n": _number(row.get("n")),
            }
            if row.get("reason") and not missing(row["reason"]):
                figure_of["reason"] = str(row["reason"])
            rows.append(figure_of)
        words = self.words
        text = words.plural("{n} figure for metrics.json", "{n} figures for metrics.json", len(rows))
        return Shown("metrics", {}, text, self.language, {METRICS: rows})

    def actions(self, lists: Mapping[str, pd.DataFrame]) -> Shown:
        """Show the lists to work from: why, how many, how much, the first of them, links to the spreadsheets."""
        kept = {name: frame for name, frame in lists.items() if len(frame)}
        data = {name: _as_data(frame) for name, frame in kept.items()}
        shown = self._each("actions", lambda words: _actions(kept, words), "\n".join(map(self.words.label, kept)))
        return Shown(shown.kind, shown.html, shown.text, shown.language, {ACTIONS: data})

    def foot(self, book: Any = None) -> Shown:
        """Show where the figures come from: source, day, rows, parameters, version, fingerprint, time."""
        book, now = book or self.book, dt.datetime.now(dt.UTC)
        return self._each("foot", lambda words: foot.foot(book, now, words), "")

    def not_measured(self, table: str) -> Shown:
        """Say which table a section needs."""

        def say(words: Words) -> str:
            before, _, after = words.say("Not measured: add the table {table}.", table="\0").partition("\0")
            return render("not_measured.html", before=before, table=table, after=after)

        return self._each("nothing", say, self.words.say("Not measured: add the table {table}.", table=table))

    def _nothing(self) -> Shown:
        """Leave no gap in the report: the sentence of the section says what is not measured, and why."""
        text = self.words.say("No figures for {period}.", period=self.words.now)
        return Shown("absent", dict.fromkeys(self._words, ""), text, self.language)

    def _each(self, kind: str, make: Callable[[Words], str], text: str = "") -> Shown:
        return self._shown(kind, {language: make(words) for language, words in self._words.items()}, text)

    def _shown(self, kind: str, html: Mapping[str, str], text: str) -> Shown:
        return Shown(kind, dict(html), text or kind, self.language)


def _number(value: Any) -> float | int | None:
    if missing(value):
        return None
    value = float(value)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _as_data(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a list as plain data: columns with their type and unit, rows of texts, numbers and ISO dates."""
    kinds = {name: kind_of(name, frame[name]) for name in frame.columns}
    units = {"money": "currency"}
    units_of = dict.fromkeys(RATES, "rate") | {name: "days" for name in kinds if name.startswith("days_")}
    columns = [
        {"name": name, "type": kind, "unit": units_of.get(name, units.get(kind, ""))} for name, kind in kinds.items()
    ]
    rows = [[_plain(value, kinds[name]) for name, value in record.items()] for record in frame.to_dict("records")]
    return {"columns": columns, "rows": rows}


def _plain(value: Any, kind: str) -> Any:
    if missing(value):
        return None
    match kind:
        case "date":
            return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)[:10]
        case "money" | "number" | "integer":
            return _number(value)
        case "boolean":
            return bool(value)
    return str(value)


def _actions(lists: Mapping[str, pd.DataFrame], words: Words) -> str:
    shown = []
    for name, frame in lists.items():
        everyone = frame.attrs.get("customers", len(frame))
        shown.append(
            {
                "name": name,
                "title": words.label(name),
                "why": words.why(name),
                "action": words.action(name),
                "count": words.plural(
                    "{n} customer, {money} at stake", "{n} customers, {money} at stake", len(frame),
                    money=words.money(frame["money_at_stake"].sum(), short=True) if "money_at_stake" in frame else "–",
                ),
                "more": words.say("The first of {all}.", all=words.number(everyone)) if everyone > len(frame) else "",
                "table": action_list(frame, name=name, words=words).html,
            }
        )  # fmt: skip
    return render(
        "actions.html",
        lists=shown,
        language=words.language,
        excel=words.say("Excel spreadsheet"),
        csv=words.say("CSV file"),
        preview=words.say("See the first customers"),
        nothing=words.say("No customer to call for {period}.", period=words.now),
    )
