"""A change from one figure to another: its sign, its size, and whether that is good, each said without colour."""

from __future__ import annotations

from typing import NamedTuple

from portfolio.show.words import Words, missing

# Past ten times the figure before, a share says less than the difference.
MOST = 10
# A change smaller than this share of the figure, or this many points, is none to the reader.
LEAST = 0.0005


class Change(NamedTuple):
    """A change: arrow, text, ``good``, ``bad`` or empty, and that in words."""

    arrow: str
    text: str
    tone: str
    spoken: str

    def __str__(self) -> str:
        return f"{self.arrow} {self.text}".strip()


def change(now: float, before: float, unit: str, direction: str, words: Words) -> Change | None:
    """Return the change: points between rates, else a share of the figure before; None when one is unknown."""
    if missing(now) or missing(before):
        return None
    now, before = float(now), float(before)
    gap = now - before
    if unit == "rate":
        text, least = words.points(gap), LEAST
    elif unit == "points":
        text, least = words.say("{points} pts", points=_signed(words.number(gap, 0), gap)), 0.5
    elif before > 0 and abs(gap) < MOST * before:
        text, least = words.percent(gap / before, signed=True), LEAST * before
    else:
        text, least = _signed(words.value(gap, unit, short=True), gap), 0.0 if before <= 0 else LEAST * before
    if abs(gap) <= least:
        return Change("=", words.say("stable"), "", "")
    good = (gap > 0) == (direction == "up") if direction in ("up", "down") else None
    tone = {True: "good", False: "bad", None: ""}[good]
    spoken = {True: words.say("better"), False: words.say("worse"), None: ""}[good]
    return Change("▲" if gap > 0 else "▼", text, tone, spoken)


def share_change(share: float, direction: str, words: Words) -> Change | None:
    """Return a change already given as a share of the figure before."""
    if missing(share) or abs(share) < MOST:
        return None if missing(share) else change(1 + share, 1, "ratio", direction, words)
    told = change(MOST, 1, "ratio", direction, words)
    return told._replace(text=words.percent(share, 0, signed=True))


def _signed(text: str, gap: float) -> str:
    return f"+{text}" if gap > 0 else text
