"""A change from one figure to another: its sign, its size, and whether that is good, each said without colour."""

from __future__ import annotations

from typing import NamedTuple

from portfolio.show.words import Words, missing

# Past ten times the figure before, a share says less than the difference.
MOST = 10
# A change smaller than this share of the figure before is none to the reader; between rates, than so many points.
STABLE, STABLE_RATE, STABLE_POINTS = 0.005, 0.0005, 0.5


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
        text = words.points(gap)
    elif unit == "points":
        text = words.scored(gap, 0)
    elif before > 0 and abs(gap) < MOST * before:
        text = words.percent(gap / before, signed=True)
    else:
        text = _signed(words.value(gap, unit, short=True), gap)
    if is_stable(now, before, unit):
        return Change("=", words.say("stable"), "", "")
    good = (gap > 0) == (direction == "up") if direction in ("up", "down") else None
    tone = {True: "good", False: "bad", None: ""}[good]
    spoken = {True: words.say("better"), False: words.say("worse"), None: ""}[good]
    return Change("▲" if gap > 0 else "▼", text, tone, spoken)


def is_stable(now: float, before: float, unit: str) -> bool:
    """Whether the change from ``before`` to ``now`` is none to the reader: every sentence and sign says so alike."""
    return abs(now - before) <= {"rate": STABLE_RATE, "points": STABLE_POINTS}.get(unit, STABLE * max(before, 0.0))


def share_change(share: float, direction: str, words: Words) -> Change | None:
    """Return a change already given as a share of the figure before."""
    if missing(share) or abs(share) < MOST:
        return None if missing(share) else change(1 + share, 1, "ratio", direction, words)
    told = change(MOST, 1, "ratio", direction, words)
    return told._replace(text=words.percent(share, 0, signed=True))


def _signed(text: str, gap: float) -> str:
    return f"+{text}" if gap > 0 else text
