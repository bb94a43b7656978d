"""Every word, number and date a reader sees, in the reader's language.

English is the source. Other languages are gettext catalogues, ``portfolio/locale/<lang>/LC_MESSAGES/portfolio.po``,
read as they are: no compiled file to keep in step. Numbers, money, dates and lists are Babel's, with the
spaces and signs of the locale.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
import re
import unicodedata
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from portfolio.errors import N_, PortfolioError, Problems
from portfolio.params.checks import LANGUAGES
from portfolio.show.joined import Joining
from portfolio.show.numbers import NOTHING, Numbers, missing, rounded
from portfolio.show.thresholds import said_thresholds
from portfolio.show.vocabulary import Label, Phrase, Vocabulary

if TYPE_CHECKING:
    from portfolio.params import Thresholds

# Characters of a name on a page: 10,000 of them would be a page of their own.
LONGEST_NAME = 120
PERIODS = (
    (re.compile(r"^(\d{4})-H([12])$"), N_("H{part}\u00a0{year}")),
    (re.compile(r"^(\d{4})-Q([1-4])$"), N_("Q{part}\u00a0{year}")),
)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the translations of a language; English has none to make."""
    path = files("portfolio").joinpath("locale", language, "LC_MESSAGES", "portfolio.po")
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Words(Numbers):
    """The words of one language.

    Parameters
    ----------
    language
        ``en`` or ``fr``.
    currency
        Of the money, as ``EUR``.
    period, previous, year_ago
        Names of the period told, of the one before and of the same a year earlier, for "on H1 2025".
    thresholds
        Of the portfolio, for what the definitions say; the defaults when not given.
    vocabulary
        The names that topics declare; those of tables and columns alone when not given.
    """

    def __init__(
        self,
        language: str = "en",
        currency: str = "EUR",
        *,
        period: str = "",
        previous: str = "",
        year_ago: str = "",
        thresholds: Thresholds | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        super().__init__(Locale.parse(LANGUAGES.get(language, language)), currency)
        self.language = language
        self._thresholds = thresholds
        self.vocabulary = vocabulary or Vocabulary()
        self._period, self._previous, self._year_ago = period, previous, year_ago
        self._catalogue = catalogue(language)
        self._fill = Joining(language).vformat

    @property
    def now(self) -> str:
        """The period told, as words."""
        return self.period(self._period) if self._period else self.say("this period")

    @property
    def before(self) -> str:
        """The period it is compared with, as words."""
        return self.period(self._previous) if self._previous else self.say("the previous period")

    @property
    def year_before(self) -> str:
        """The same period a year earlier, as words; empty where it is not known."""
        return self.period(self._year_ago) if self._year_ago else ""

    def say(self, message: str, **values: object) -> str:
        """Return the message in this language, its ``{places}`` filled."""
        text = self._catalogue.gettext(message) if message else ""
        return self._fill(text, (), values) if values else text

    def plural(self, one: str, many: str, n: float, **values: object) -> str:
        """Return the form of the message that fits ``n``, which also fills ``{n}``."""
        return self._fill(self._form(one, many, n), (), {"n": self.number(n), **values})

    def _form(self, one: str, many: str, n: float) -> str:
        """Return the form of the message that fits ``n``: French has 1.8 in the singular, English has not."""
        single = not missing(n) and self.locale.plural_form(abs(n)) == "one"
        return self._catalogue.ngettext(one, many, 1 if single else 2)

    def points(self, x: float | None, digits: int = 1, *, signed: bool = True) -> str:
        """Return a difference between two rates: ``+2.1 pts``."""
        return NOTHING if missing(x) else self.scored(100 * x, digits, signed=signed)

    def scored(self, points: float, digits: int = 1, *, signed: bool = True) -> str:
        """Return a difference in points: ``+2.1 pts``."""
        points = rounded(points, digits)
        text = self.number(points, digits)
        form = self._form("{points} pt", "{points} pts", points)
        return self._fill(form, (), {"points": self._signed(text, points) if signed else text})

    def period(self, period: object) -> str:
        """Return a period as people say it: ``H2 2025`` or ``S2 2025``."""
        name = str(period)
        for shape, message in PERIODS:
            if found := shape.match(name):
                return self.say(message, year=found[1], part=found[2])
        if ".." in name:
            start, end = name.split("..", 1)
            return self.say("{start} to {end}", start=self.period(start), end=self.period(end))
        if re.fullmatch(r"\d{4}-\d{2}", name):
            return self.month(dt.date.fromisoformat(f"{name}-01"))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name):
            return self.date(dt.date.fromisoformat(name), "medium")
        return name

    def label(self, name: object) -> str:
        """Return the words for a figure, column, state, segment, size, reason or list; else the name, made plain."""
        name = str(name)
        if name in self.vocabulary.labels:
            return self._label(self.vocabulary.labels[name])
        return self.name(name.replace("_", " ").strip().capitalize() if name.islower() else name)

    def _label(self, label: Label) -> str:
        if isinstance(label, Phrase):
            return self.say(label.message, **{name: self.number(value) for name, value in label.values.items()})
        if isinstance(label, tuple):
            attribute, value = label
            return self.say("{attribute}: {value}", attribute=self.say(attribute), value=self.say(value))
        return self.say(label)

    def inline(self, name: object) -> str:
        """Return the words for a name as they stand within a sentence: ``average basket``, but ``RFM``, and a name
        whose every word has a capital."""
        text = self.label(name)
        proper = text[1:2].isupper() or (" " in text and all(word[:1].isupper() for word in text.split()))
        return text if proper else text[:1].lower() + text[1:]

    @cached_property
    def thresholds(self) -> Thresholds:
        """Those of the portfolio."""
        # The command shows its help without the models of the params.
        from portfolio.params import Thresholds

        return self._thresholds or Thresholds()

    @property
    def months(self) -> str:
        """The length of the trailing window: ``12``."""
        return self.number(self.thresholds.trailing_months)

    @cached_property
    def rules(self) -> dict[str, str]:
        """The thresholds, as definitions say them."""
        return said_thresholds(self)

    def definition(self, name: str) -> str:
        """Return what a name means under the thresholds of the portfolio, or an empty text."""
        meaning = self.vocabulary.meanings.get(name, "")
        meaning = meaning(self.thresholds) if callable(meaning) else meaning
        if isinstance(meaning, Phrase):
            return self.say(meaning.message, **self.rules, **meaning.values)
        return self.say(meaning, **self.rules)

    def action(self, segment: str) -> str:
        """Return what to do with the customers of a segment or a list, or an empty text."""
        return self.say(self.vocabulary.actions.get(segment, ""))

    def direction(self, name: object) -> str:
        """Return which way is good for the number of customers of a state or segment."""
        return self.vocabulary.directions.get(str(name), "none")

    def why(self, name: str) -> str:
        """Return why a customer stands in an action list, or an empty text."""
        return self.say(self.vocabulary.reasons.get(name, ""), **self.rules)

    def note(self, note: object) -> str:
        """Return a note of the ledger in this language."""
        return self._fill(self.say(note.message), (), {key: self._told(value) for key, value in note.values.items()})

    def name(self, text: object) -> str:
        """Return a text of the data, cut where it is no name any more; written from right to left, it is fenced so that
        it turns nothing else round."""
        text = " ".join(str(text)[: 10 * LONGEST_NAME].split())
        if len(text) > LONGEST_NAME:
            text = text[: LONGEST_NAME - 1] + "…"
        if any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
            return f"\u2068{text}\u2069"
        return text

    def value_of(self, attribute: str, value: object) -> str:
        """Return a value of an attribute: words for the classes we compute, the data's own text for the rest."""
        return self.label(value) if attribute in self.vocabulary.classes else self.name(value)

    def segment(self, segment: object) -> str:
        """Return a segment as people say it: ``Region: Bretagne``."""
        parts = [part.partition("=") for part in str(segment).split(",") if part]
        return ", ".join(
            self.say("{attribute}: {value}", attribute=self.label(attribute), value=self.value_of(attribute, value))
            if sign
            else self.label(attribute)
            for attribute, sign, value in parts
        )

    def subject(self, segment: str) -> str:
        """Return the customers of a segment as the subject of a sentence: ``Large customers``."""
        attribute, _, _value = segment.partition("=")
        message = self.vocabulary.subjects.get(segment) or self.vocabulary.subjects.get(attribute)
        if not segment or not message or "," in segment:
            return self.segment(segment) or self.label("all")
        return self.say(message, value=self.members(segment))

    def members(self, segment: object) -> str:
        """Return the values alone of a segment: ``Bretagne``."""
        parts = [part.partition("=") for part in str(segment).split(",") if part]
        return ", ".join(self.value_of(attribute, value) for attribute, _, value in parts)

    def value(self, x: float | None, unit: str = "", *, short: bool = False) -> str:
        """Return a figure with its unit: ``count``, ``money``, ``rate``, ``ratio``, ``days``, ``years``, ``points``."""
        if missing(x):
            return NOTHING
        match unit:
            case "money" | "currency":
                return self.money(x, short=short, digits=0 if abs(x) >= 1000 or x == 0 else 2)
            case "rate":
                return self.percent(x)
            case "ratio":
                return self.number(x, 2)
            case "days":
                return self.plural("{n} day", "{n} days", round(x))
            case "years":
                return self._fill(self._form("{n} year", "{n} years", x), (), {"n": self.number(x, 1)})
            case "points":
                return self.number(x, 0 if float(x).is_integer() else 1)
        return self.number(x, 0 if float(x).is_integer() else 1, short=short)

    def explain(self, error: BaseException) -> str:
        """Return an error in this language; an unexpected one as a plain sentence."""
        if isinstance(error, Problems):
            return "\n".join(self.explain(problem) for problem in error.problems)
        if isinstance(error, PortfolioError):
            told = {key: self._told(value) for key, value in error.values.items()}
            return self._fill(self.say(error.message), (), told)
        kind, text = type(error).__name__, str(error).strip().splitlines()
        return self.say("Something unexpected happened ({kind}): {what}", kind=kind, what=text[0] if text else NOTHING)

    def translate_markdown(self, source: str) -> str:
        """Return a Markdown cell in this language; the whole cell is one message."""
        return self._catalogue.gettext(source.strip()) if source.strip() else source

    def _told(self, value: object) -> object:
        if isinstance(value, PortfolioError):
            return self.explain(value)
        if isinstance(value, dt.datetime) or not isinstance(value, (dt.date, float, list, tuple, set, frozenset)):
            return value
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, float):
            return self.number(value, 0 if value.is_integer() else 2)
        return self.list(self._told(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value))
