"""A line the size of a word. Written as SVG at once: a page has dozens, and a figure each would cost a second."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from portfolio.show.templating import render
from portfolio.show.words import Words, missing

WIDE, HIGH, EDGE = 96, 24, 3


def sparkline(values: Sequence[float], periods: Sequence[str], unit: str, *, words: Words) -> Markup:
    """Return the SVG of a few figures in time, or nothing when fewer than two are known.

    The line spans from the lowest to the highest figure, to show its shape; the figures are beside it.
    """
    known = [(place, float(value)) for place, value in enumerate(values) if not missing(value)]
    if len(known) < 2:
        return Markup()
    low, high = min(value for _, value in known), max(value for _, value in known)
    points = [
        (
            round(EDGE + (WIDE - 2 * EDGE) * place / (len(values) - 1), 1),
            round(EDGE + (HIGH - 2 * EDGE) * (1 - (value - low) / (high - low) if high > low else 0.5), 1),
        )
        for place, value in known
    ]
    alt = words.say(
        "From {first} in {start} to {last} in {end}",
        first=words.value(known[0][1], unit, short=True),
        start=words.period(periods[known[0][0]]),
        last=words.value(known[-1][1], unit, short=True),
        end=words.period(periods[known[-1][0]]),
    )
    return Markup(render("sparkline.svg", points=points, alt=alt, wide=WIDE, high=HIGH))
