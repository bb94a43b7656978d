"""Numbers, money, days and lists as a language writes them: Babel's, with the spaces and signs of the locale."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.lists import format_list
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)

# What stands where there is no figure.
NOTHING = "–"


def missing(value: object) -> bool:
    """Return whether there is no figure: None, NaN or NaT."""
    return value is None or str(value) in ("nan", "NaN", "NaT", "<NA>")


class Numbers:
    """How one language writes figures.

    Parameters
    ----------
    locale
        Babel's.
    currency
        Of the money, as ``EUR``.
    """

    def __init__(self, locale: Locale, currency: str) -> None:
        self.locale = locale
        self.currency = currency

    def number(self, x: float | None, digits: int = 0, *, short: bool = False) -> str:
        """Return ``1,234.5`` or ``1 234,5``."""
        if missing(x):
            return NOTHING
        if short and abs(x) >= 10_000:
            return self._decimal_point(format_compact_decimal(x, locale=self.locale, fraction_digits=1))
        return format_decimal(rounded(x, digits), format=_pattern("#,##0", digits), locale=self.locale)

    def percent(self, x: float | None, digits: int = 1, *, signed: bool = False) -> str:
        """Return ``71.2%`` or ``71,2 %`` of a ratio."""
        if missing(x):
            return NOTHING
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", _pattern("#,##0", digits))
        # One no-break space everywhere: the locale has a narrow one here, and a wide one before the currency.
        pattern = pattern.replace("\u202f%", "\u00a0%")
        text = format_percent(rounded(x, digits + 2), format=pattern, locale=self.locale)
        return self._signed(text, x) if signed else text

    def money(
        self,
        x: float | None,
        currency: str | None = None,
        short: bool = False,
        *,
        digits: int | None = None,
        signed: bool = False,
    ) -> str:
        """Return ``€1,234.50`` or ``1 234,50 €``; short, ``€1.2M`` or ``1,2 M€``."""
        if missing(x):
            return NOTHING
        x, currency = float(x), currency or self.currency
        if short and abs(x) >= 10_000:
            # Three figures: €1.05M, €12.3M, €148K.
            leading = abs(x) / 1000 ** int(math.log10(abs(x)) // 3)
            digits = 0 if abs(x) < 1e6 else 2 if leading < 10 else 1 if leading < 100 else 0
            text = format_compact_currency(x, currency, locale=self.locale, fraction_digits=digits)
            # "6,02 M€", where the locale has "6,02 M €".
            text = re.sub(r"(?<=\w)\u00a0(?=[^\w\s]$)", "", self._decimal_point(text))
        else:
            digits = (0 if short else 2) if digits is None else digits
            pattern = re.sub(r"#,##0\.00", _pattern("#,##0", digits), self.locale.currency_formats["standard"].pattern)
            text = format_currency(
                rounded(x, digits), currency, format=pattern, locale=self.locale, currency_digits=False
            )
        return self._signed(text, x) if signed else text

    def currency_symbol(self) -> str:
        """Return ``€``."""
        return get_currency_symbol(self.currency, locale=self.locale)

    def date(self, day: dt.date | None, length: str = "long") -> str:
        """Return ``31 December 2025`` or ``31 décembre 2025``."""
        return NOTHING if missing(day) else format_date(day, length, locale=self.locale)

    def month(self, day: dt.date, *, year: bool = True, short: bool = False) -> str:
        """Return ``December 2025``, ``December``, ``Dec``."""
        skeleton = ("y" if year else "") + ("LLL" if short else "LLLL")
        if year:
            skeleton = skeleton.replace("L", "M")
        return format_skeleton(skeleton, day, locale=self.locale) if year else format_date(day, skeleton, self.locale)

    def time(self, moment: dt.datetime) -> str:
        """Return a moment with its time zone."""
        return format_datetime(moment, "d MMMM y HH:mm 'UTC'", locale=self.locale)

    def list(self, items: Iterable[object]) -> str:
        """Return ``a, b and c``."""
        return format_list([str(item) for item in items], locale=self.locale)

    def signed(self, x: float | None, digits: int = 0) -> str:
        """Return a difference with its sign: ``+12``."""
        return NOTHING if missing(x) else self._signed(self.number(x, digits), x)

    def _signed(self, text: str, x: float) -> str:
        return f"+{text}" if x > 0 and any(digit in text for digit in "123456789") else text

    def _decimal_point(self, text: str) -> str:
        """Drop useless decimals: ``€2.00M`` says no more than ``€2M``."""
        point = re.escape(self.locale.number_symbols["latn"]["decimal"])
        return re.sub(rf"({point}\d*?)0+(?!\d)", lambda found: found[1] if len(found[1]) > 1 else "", text)


def _pattern(whole: str, digits: int) -> str:
    return whole + ("." + "0" * digits if digits else "")


def rounded(x: float, digits: int) -> float:
    """Round half away from zero, as people do, and never to minus zero."""
    x = float(x)
    if math.isinf(x):
        return x
    scaled = math.floor(abs(x) * 10**digits + 0.5 + 1e-9) / 10**digits
    return math.copysign(scaled, x) if scaled else 0.0
