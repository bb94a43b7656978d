"""Periods: 2025-H2, 2025-Q3, 2025-07, 2025, days and ranges; fiscal years; latest and previous.

    name in the params file or on the command line -> Period, [start, end), with its previous and next

A fiscal year is named after the calendar year in which it **ends**: when it starts in July, 2025 runs
from 1 July 2024 to 30 June 2025, and 2025-H1 is July to December 2024. When it starts in January it is the
calendar year. Halves and quarters follow the fiscal year; months and days are those of the calendar.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.errors import N_, ParamsError, nearest

# Months in a period of each kind; the other kinds are "day" and "dates" (two days and those between).
MONTHS = {"year": 12, "semester": 6, "quarter": 3, "month": 1}
RELATIVE = ("latest", "previous")
ALLOWED = (
    "2025-H2",
    "2025-Q3",
    "2025-07",
    "2025",
    "2025-03-15",
    "2025-01-01..2025-03-31",
    "2024-H1..latest",
    *RELATIVE,
)
_DAY = timedelta(days=1)

# Years are 1900 to 2999, so that 0205-H2 is a slip of the finger and not a period.
_YEAR = r"(?P<year>(?:19|2\d)\d\d)"
_FORMS = {
    "year": re.compile(_YEAR),
    "semester": re.compile(_YEAR + "-H(?P<number>[12])"),
    "quarter": re.compile(_YEAR + "-Q(?P<number>[1-4])"),
    "month": re.compile(_YEAR + r"-(?P<number>0[1-9]|1[0-2])"),
    "day": re.compile(_YEAR + r"-(?P<month>\d\d)-(?P<day>\d\d)"),
}
# What people write instead, French habits among them (S for semestre, T for trimestre, day first).
_SLIPS = (
    (re.compile(r"(\d{4})\W*[HS]\W*(\d)", re.I), "{0}-H{1}"),
    (re.compile(r"[HS]\W*(\d)\W*(\d{4})", re.I), "{1}-H{0}"),
    (re.compile(r"(\d{4})\W*[QT]\W*(\d)", re.I), "{0}-Q{1}"),
    (re.compile(r"[QT]\W*(\d)\W*(\d{4})", re.I), "{1}-Q{0}"),
    (re.compile(r"(\d{4})\W(\d{1,2})"), "{0}-{1:0>2}"),
    (re.compile(r"(\d{1,2})\W(\d{4})"), "{1}-{0:0>2}"),
    (re.compile(r"(\d{4})\W(\d{1,2})\W(\d{1,2})"), "{0}-{1:0>2}-{2:0>2}"),
    (re.compile(r"(\d{1,2})\W(\d{1,2})\W(\d{4})"), "{2}-{1:0>2}-{0:0>2}"),
)


@dataclass(frozen=True)
class Period:
    """The days from ``start`` to the day before ``end``.

    Attributes
    ----------
    name
        As in the params file: ``2025-H2``.
    start, end
        First day, and the day after the last.
    kind
        ``semester``, ``quarter``, ``month``, ``year``, ``day`` or ``dates``.
    fiscal_year_start
        Month in which the fiscal year starts.
    """

    name: str
    start: date
    end: date
    kind: str
    fiscal_year_start: int = 1

    def __str__(self) -> str:
        return self.name

    @property
    def as_of(self) -> date:
        """The last day."""
        return self.end - _DAY

    @property
    def previous(self) -> Period:
        """The period of the same kind just before.

        For a range of dates: as many whole months where it is whole months, else as many days.
        """
        if self.kind != "dates":
            return period_of(self.start - _DAY, self.kind, self.fiscal_year_start)
        if months := self._whole_months:
            return _dates(months_before(self.start, months), self.start, self.fiscal_year_start)
        return _dates(self.start - (self.end - self.start), self.start, self.fiscal_year_start)

    @property
    def year_ago(self) -> Period:
        """The same period a year earlier."""
        start = months_before(self.start, 12)
        if self.kind != "dates":
            return period_of(start, self.kind, self.fiscal_year_start)
        return _dates(start, months_before(self.end, 12), self.fiscal_year_start)

    @property
    def next(self) -> Period:
        """The period of the same kind just after; for a range of dates as for ``previous``."""
        if self.kind != "dates":
            return period_of(self.end, self.kind, self.fiscal_year_start)
        if months := self._whole_months:
            return _dates(self.end, months_before(self.end, -months), self.fiscal_year_start)
        return _dates(self.end, self.end + (self.end - self.start), self.fiscal_year_start)

    @property
    def a_year(self) -> float:
        """How many periods as long as this one a year holds."""
        months = self._whole_months
        return 12 / months if months else 365 / (self.end - self.start).days

    @property
    def _whole_months(self) -> int:
        return _month_index(self.end) - _month_index(self.start) if self.start.day == self.end.day == 1 else 0


def period_of(day: date, kind: str, fiscal_year_start: int = 1) -> Period:
    """Return the semester, quarter, month, year or day that a day falls in."""
    if kind == "day":
        return Period(day.isoformat(), day, day + _DAY, "day", fiscal_year_start)
    offset = fiscal_year_start - 1
    length = MONTHS[kind]
    months = _month_index(day) - offset
    first = months // length * length + offset
    year, month = divmod(first, 12) if kind == "month" else divmod(first - offset, 12)
    if kind != "month" and offset:
        year += 1
    number = month // length + 1
    name = {
        "year": f"{year}",
        "semester": f"{year}-H{number}",
        "quarter": f"{year}-Q{number}",
        "month": f"{year}-{number:02}",
    }[kind]
    return Period(name, _first_of(first), _first_of(first + length), kind, fiscal_year_start)


def parse_period(text: str, *, fiscal_year_start: int = 1, as_of: date | None = None) -> Period:
    """Return the one period that a name stands for.

    Parameters
    ----------
    text
        ``2025-H2``, ``2025-Q3``, ``2025-07``, ``2025``, ``2025-03-15``, ``2025-01-01..2025-03-31``, ``latest``
        (the last semester whose last day is on or before ``as_of``) or ``previous`` (the one before it).
    fiscal_year_start
        Month in which the fiscal year starts.
    as_of
        The day that ``latest`` and ``previous`` are counted from.

    Raises
    ------
    ParamsError
        The name is no period, is several of them, or needs an as-of date that is not there.
    """
    found = parse_periods(text, fiscal_year_start=fiscal_year_start, as_of=as_of)
    if ".." in text and found[0].kind != "dates":
        raise ParamsError(
            N_('"{given}" is a range of periods, and a single period is needed, as {example}.'),
            given=text,
            example=found[-1].name,
        )
    return found[0]


def parse_periods(
    text: str | Iterable[str], *, fiscal_year_start: int = 1, as_of: date | None = None
) -> tuple[Period, ...]:
    """Return the periods that a name, a range or a list of them stands for, each once.

    A range ``2024-H1..latest`` is every period from one end to the other; ``latest`` and ``previous`` are
    there of the kind of the other end. A range of two days is one period.

    Parameters and errors are those of ``parse_period``; a range whose ends differ in kind, or that ends
    before it starts, is an error too.
    """
    names = [text] if isinstance(text, str) else list(text)
    found: dict[Period, None] = {}
    for name in names:
        ends = _ends(name, fiscal_year_start)
        kind = next((end.kind for end in ends if isinstance(end, Period)), "semester")
        first, *rest = (_resolve(end, kind, fiscal_year_start, as_of) for end in ends)
        found.update(dict.fromkeys(_between(name, first, rest[0]) if rest else (first,)))
    return tuple(found)


def same_days(period: Period, stops: date, other: Period) -> Period:
    """Return the part of another period that is as far from its start as a day is from the start of a period.

    Whole months count as months, so that to the end of May is to the end of November.
    """
    months = _month_index(stops + _DAY) - _month_index(period.start)
    end = months_before(other.start, -months) + ((stops + _DAY) - _first_of(_month_index(stops + _DAY)))
    return _dates(other.start, min(end, other.end), other.fiscal_year_start)


def check_period(text: str) -> None:
    """Check the writing of a period or a range, before any as-of date is known.

    Raises
    ------
    ParamsError
        As ``parse_periods``, but for what only the as-of date can tell.
    """
    ends = _ends(text, 1)
    if len(ends) == 2 and all(isinstance(end, Period) for end in ends) and ends[1].start < ends[0].start:
        raise _backwards(text, *ends)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last of that month where it has no such day.

    Of the end of a period (the day after its last), it is the first day of the trailing window.

    Examples
    --------
    >>> months_before(parse_period("2026-H1").end, 12)
    datetime.date(2025, 7, 1)
    """
    first = _first_of(_month_index(day) - months)
    return first.replace(day=min(day.day, calendar.monthrange(first.year, first.month)[1]))


def _ends(text: str, fiscal_year_start: int) -> list[Period | str]:
    """Return one end for a single period, two for a range, relative words left as they are."""
    parts = [part.strip() for part in text.split("..")]
    if len(parts) > 2 or not all(parts):
        raise _unknown(text)
    ends = [part if part in RELATIVE else _absolute(part, fiscal_year_start) for part in parts]
    kinds = {end.kind for end in ends if isinstance(end, Period)}
    if len(kinds) > 1:
        raise ParamsError(
            N_('The two ends of "{given}" must be of the same kind, as 2024-H1..2025-H2 or 2025-01-01..2025-03-31.'),
            given=text,
        )
    return ends


def _absolute(text: str, fiscal_year_start: int) -> Period:
    for kind, form in _FORMS.items():
        if match := form.fullmatch(text):
            parts = {name: int(value) for name, value in match.groupdict().items()}
            if kind == "day":
                try:
                    return period_of(date(**parts), kind, fiscal_year_start)
                except ValueError:
                    raise ParamsError(N_('"{given}" is no day of the calendar.'), given=text) from None
            months = parts["year"] * 12 + (parts.get("number", 1) - 1) * MONTHS[kind]
            if kind != "month" and fiscal_year_start > 1:
                months += fiscal_year_start - 1 - 12
            return period_of(_first_of(months), kind, fiscal_year_start)
    raise _unknown(text)


def _resolve(end: Period | str, kind: str, fiscal_year_start: int, as_of: date | None) -> Period:
    if isinstance(end, Period):
        return end
    if as_of is None:
        raise ParamsError(N_('"{given}" needs the as-of date: give one, or name the period itself.'), given=end)
    latest = period_of(as_of + _DAY, kind, fiscal_year_start).previous
    return latest if end == "latest" else latest.previous


def _between(text: str, first: Period, last: Period) -> list[Period]:
    if last.start < first.start:
        raise _backwards(text, first, last)
    if first.kind == "day":
        return [_dates(first.start, last.end, first.fiscal_year_start)]
    found = [first]
    while found[-1].start < last.start:
        found.append(found[-1].next)
    return found


def _dates(start: date, end: date, fiscal_year_start: int) -> Period:
    return Period(f"{start}..{end - _DAY}", start, end, "dates", fiscal_year_start)


def _unknown(text: str) -> ParamsError:
    values = {"given": text, "allowed": ", ".join(ALLOWED)}
    if guess := _guess(text):
        return ParamsError(
            N_('"{given}" is not a period: did you mean {nearest}? Allowed: {allowed}.'), nearest=guess, **values
        )
    return ParamsError(N_('"{given}" is not a period. Allowed: {allowed}.'), **values)


def _backwards(text: str, first: Period, last: Period) -> ParamsError:
    return ParamsError(
        N_('"{given}" starts with {first}, after its end, {last}: give the earlier one first.'),
        given=text,
        first=first.name,
        last=last.name,
    )


def _guess(text: str) -> str | None:
    for slip, right in _SLIPS:
        if match := slip.fullmatch(text.strip()):
            guess = right.format(*match.groups())
            if any(form.fullmatch(guess) for form in _FORMS.values()):
                return guess
    if year := re.match(_YEAR, text):
        names = [f"{year[0]}-{part}" for part in ("H1", "H2", "Q1", "Q2", "Q3", "Q4")]
        return nearest(text, names) if len(text) <= len("2025-H22") else None
    return nearest(text, RELATIVE)


def _month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
