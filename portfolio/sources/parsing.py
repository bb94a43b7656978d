"""Texts into dates, numbers and yes or no, as Ibis expressions that DuckDB runs.

Only here does the reading of texts live: what follows works on typed columns and knows no engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt

from portfolio.params.columns import MONEY

# Excel and banks group thousands with the ordinary, the no-break (U+00A0), the narrow no-break (U+202F), the figure
# (U+2007) and the thin (U+2009) space.
SPACES = " \u00a0\u202f\u2007\u2009"
BLANKS = SPACES + "\t\r\n\v\f\ufeff"
OUTER_BLANKS = f"^[{BLANKS}]|[{BLANKS}]$|^$"
YES = ("oui", "o", "yes", "y", "vrai", "v", "true", "t", "1", "x")
NO = ("non", "n", "no", "faux", "false", "f", "0")
# What programs write where there is nothing, in any case: databases, Excel in English and in French.
NOTHING = (
    "null", "(null)", "none", "nan", "n/a", "#n/a", "#ref!", "#value!", "#valeur!", "#name?", "#nom?", "#div/0!",
    "-", "--", "?", "(vide)", "(blank)",
)  # fmt: skip
# A number that a spreadsheet shortened: 1.23457E+12.
SHORTENED = r"^\d[.,]\d+[eE]\+\d+$"
# Zero-width spaces and joiners, marks of direction, soft hyphens.
UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
# What may follow the day, and is left out: 08:26, 08:26:00.000, T08:26:00Z, 8:26 AM.
DAY_THEN_TIME = (
    r"^(\S+?)[T ]+\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?$"
)


@ibis.udf.scalar.builtin(name="try_strptime")
def _try_strptime(text: str, format: str) -> dt.timestamp: ...


@ibis.udf.scalar.builtin(name="trim")
def _trim(text: str, characters: str) -> str: ...


@ibis.udf.scalar.builtin(name="hash")
def _hash(values) -> dt.uint64: ...


@ibis.udf.scalar.builtin(name="nfc_normalize")
def _composed(text: str) -> str: ...


@dataclass(frozen=True)
class Reading:
    """How the texts of a column are read.

    ``formats`` are strptime formats tried in turn; ``decimal`` is the decimal mark; ``either_decimal`` also takes a
    number that only the other mark can make, for workbooks, where cells are numbers or texts as they come.
    """

    formats: tuple[str, ...] = ()
    decimal: str = "."
    either_decimal: bool = False


def text_of(column: ibis.Column) -> ibis.Column:
    """Return the column as text without outer blanks; what is then empty is null."""
    text = column.cast("string")
    # Trimming copies every text, which takes six times as long as seeing that nearly none needs it.
    return ibis.ifelse(text.re_search(OUTER_BLANKS), _trim(text, BLANKS).nullif(""), text)


def day_of(text: ibis.Column) -> ibis.Column:
    """Return the day's part of a text that may carry hours."""
    return text.re_extract(DAY_THEN_TIME, 1).nullif("").fill_null(text)


def strptime(text: ibis.Column, format: str) -> ibis.Column:
    """Return the day that a format reads; null when it does not."""
    return _try_strptime(text, format).date()


def date_of(text: ibis.Column, formats: tuple[str, ...]) -> ibis.Column:
    """Return the day that the first fitting format reads, hours left out; null when none does.

    A year below 1000 is two digits read as four.
    """
    if not formats:
        return ibis.null("date")
    read = [strptime(value, format) for format in formats for value in (text, day_of(text))]
    date = ibis.coalesce(*read)
    return ibis.ifelse(date.year() >= 1000, date, ibis.null("date"))


def number_patterns(decimal: str) -> tuple[str, str]:
    """Return the patterns of a bare number and of a dressed one: thousands, a currency sign, a sign, parentheses."""
    mark, other = (r"\.", ",") if decimal == "." else (",", r"\.")
    grouped = rf"\d{{1,3}}(?:[{SPACES}'’{other}]\d{{3}})+"
    number = rf"(?:(?:{grouped}|\d+)(?:{mark}\d*)?|{mark}\d+)"
    gap = f"[{SPACES}]*"
    sign = r"[-+\x{2212}]"
    dressed = rf"(?:\p{{Sc}}{gap})?{number}(?:{gap}\p{{Sc}})?"
    signed = rf"{sign}{gap}{dressed}|\p{{Sc}}{gap}{sign}{gap}{number}|{dressed}{gap}{sign}|{number}{sign}{gap}\p{{Sc}}"
    return rf"^[-+]?\d+(?:{mark}\d*)?(?:[eE][-+]?\d+)?$", rf"^(?:{dressed}|{signed}|\({gap}{dressed}{gap}\))$"


def number_text(text: ibis.Column, decimal: str) -> ibis.Column:
    """Return the number that a text shows, as digits, point and sign; null when it shows none."""
    bare, dressed = number_patterns(decimal)
    digits = text.re_replace(rf"[^0-9{decimal}]", "").replace(decimal, ".")
    minus = ibis.ifelse(text.re_search(r"[-(\x{2212}]"), "-", "")
    # Most dressed numbers are 12,50 €: taking that apart is four times faster than the whole pattern and its clearing.
    before_sign = text.re_extract(rf"^([-+]?\d+(?:\{decimal}\d*)?)[{SPACES}]?\p{{Sc}}$", 1)
    return ibis.cases(
        (text.re_search(bare), text.replace(decimal, ".")),
        (before_sign != "", before_sign.replace(decimal, ".")),
        (text.re_search(dressed), minus + digits),
    )


def is_number(text: ibis.Column, decimal: str) -> ibis.Column:
    """Say whether a text shows a number."""
    bare, dressed = number_patterns(decimal)
    return text.re_search(bare) | text.re_search(dressed)


def _numbers(text: ibis.Column, reading: Reading, dtype: str) -> ibis.Column:
    marks = (reading.decimal, "," if reading.decimal == "." else ".") if reading.either_decimal else (reading.decimal,)
    return ibis.coalesce(*(number_text(text, mark).try_cast(dtype) for mark in marks))


def money_of(column: ibis.Column, reading: Reading) -> ibis.Column:
    """Return exact money; null for what is none, or beyond 14 digits."""
    if column.type().is_string():
        return _numbers(column, reading, MONEY)
    if column.type().is_floating():
        column = column.round(4)
    return column.try_cast(MONEY)


def float_of(column: ibis.Column, reading: Reading) -> ibis.Column:
    """Return a number; null for what is none."""
    value = _numbers(column, reading, "float64") if column.type().is_string() else column.try_cast("float64")
    return ibis.ifelse(value.isnan() | value.isinf(), ibis.null("float64"), value)


def integer_of(column: ibis.Column, reading: Reading) -> ibis.Column:
    """Return a whole number; null for what is none, 7.5 among them."""
    value = float_of(column, reading)
    return ibis.ifelse(value == value.floor(), value.try_cast("int64"), ibis.null("int64"))


def boolean_of(column: ibis.Column) -> ibis.Column:
    """Return true or false, for oui/non, yes/no, vrai/faux, true/false, O/N, 1/0; null for anything else."""
    if column.type().is_boolean():
        return column
    text = column.cast("string").lower()
    return ibis.cases((text.isin(YES), True), (text.isin(NO), False), else_=ibis.null("boolean"))


def whole_number_text(text: ibis.Column) -> ibis.Column:
    """Return 17850 for 17850.0, and any other text as it is."""
    return text.re_replace(r"^(\d+)[.,]0+$", r"\1")


def stands_for_nothing(text: ibis.Column, words: Iterable[str] | None = None) -> ibis.Column:
    """Say whether a text is one of these, or of those that programs write where there is nothing."""
    if words is not None:
        return text.isin(list(words))
    return text.length().between(1, max(map(len, NOTHING))) & text.lower().isin(NOTHING)


def alike_of(text: ibis.Column) -> ibis.Column:
    """Return what two texts share that a person takes for one: in capitals, composed, without signs not seen."""
    return _composed(text.re_replace(UNSEEN, "")).upper()


def fingerprint_of(columns: Iterable[ibis.Column]) -> ibis.Column:
    """Return 64 bits that stand for a line: among 10 million, two that differ share them once in 300,000 tries."""
    return _hash(ibis.struct({f"c{i}": column for i, column in enumerate(columns)}))


def parsed(column: ibis.Column, type: str, reading: Reading) -> ibis.Column:
    """Return a column as one of the types of ``columns.py``. Typed columns pass; texts, trimmed, are read."""
    match type:
        case "date":
            if column.type().is_date():
                return column
            return column.date() if column.type().is_timestamp() else date_of(column.cast("string"), reading.formats)
        case "money":
            return money_of(column, reading)
        case "number":
            return float_of(column, reading)
        case "integer":
            return integer_of(column, reading)
        case "boolean":
            return boolean_of(column)
        case _:
            return column.cast("string")
