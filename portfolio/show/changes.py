"""A change from one figure to another: its sign, its size, and whether that is good, each said without colour."""

from __future__ import annotations

from typing import NamedTuple

from portfolio.show.words import Words, missing

# Past ten times the figure before, a share says less than the difference.
MOST = 10


class Change(NamedTuple):
    """A change: arrow, text, ``good``, ``bad`` or empty, and that in words."""

    arrow: str
    text: str
    tone: str
    spoken: str

    def __str__(self) -> str:
        said = f"{self.arrow} {self.text}".strip()
        return f"{said} ({self.spoken})" if self.spoken else said


def verdict(now: float, before: float, direction: str, sure: bool | None) -> str:
    """Return ``better`` or ``worse`` where the change is more than chance, ``same`` where it is not; else nothing.

    Nothing is said where nobody can tell (``sure`` is None), nor of what has no good direction.
    """
    if missing(sure) or missing(now) or missing(before) or direction not in ("up", "down"):
        return ""
    if not sure:
        return "same"
    return "better" if (now > before) == (direction == "up") else "worse"


def change(
    now: float, before: float, unit: str, direction: str, words: Words, sure: bool | None = None
) -> Change | None:
    """Return the change: points between rates, else a share of the figure before; None when one is unknown.

    ``sure`` is whether it is more than chance, as numbers found it; None where nobody can tell.
    """
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
    return _judged(gap, text, verdict(now, before, direction, sure), words)


def _judged(gap: float, text: str, found: str, words: Words) -> Change:
    spoken = {"better": words.say("better"), "worse": words.say("worse"), "same": words.say("about the same")}
    arrow = "≈" if found == "same" else "▲" if gap > 0 else "▼" if gap < 0 else "="
    return Change(arrow, text, {"better": "good", "worse": "bad"}.get(found, ""), spoken.get(found, ""))


def share_change(share: float, direction: str, words: Words, sure: bool | None = None) -> Change | None:
    """Return a change already given as a share of the figure before."""
    if missing(share) or abs(share) < MOST:
        return None if missing(share) else change(1 + share, 1, "ratio", direction, words, sure)
    told = change(MOST, 1, "ratio", direction, words, sure)
    return told._replace(text=words.percent(share, 0, signed=True))


def _signed(text: str, gap: float) -> str:
    return f"+{text}" if gap > 0 else text
