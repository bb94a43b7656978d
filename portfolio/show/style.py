"""Colours and formats: the only place they are chosen.

A colour is a name with a light and a dark value. Charts draw with the light values; ``svg.py`` writes
``var(--name)`` in their place, so that a page in dark mode recolours its charts without redrawing them.
That is why no two names may share a light value. The hues follow Okabe and Ito's palette, told apart by
people with any colour vision, moved until each is at least 3:1 on its own background, 4.5:1 for text.
A figure told by the strength of a colour takes a ramp of steps, each a name like the others, on which ink reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Colour(NamedTuple):
    """A colour on a light page and the same one on a dark page."""

    light: str
    dark: str


BASE = {
    "paper": Colour("#ffffff", "#14181d"),
    "panel": Colour("#f4f6f8", "#1d232a"),
    "line": Colour("#d5dae0", "#39424c"),
    "ink": Colour("#1b2026", "#e9edf1"),
    "muted": Colour("#56606b", "#a9b3be"),
    "link": Colour("#0a58a6", "#82bdf7"),
    "good": Colour("#006a55", "#5fd0b2"),
    "bad": Colour("#a83210", "#ff9d7a"),
    "accent": Colour("#0b62ae", "#6bb1f1"),
    "accent-soft": Colour("#77828e", "#8793a0"),
}

# One colour a lifecycle state, RFM segment, size or movement, the same in every chart and report.
# A state and a segment of the same name are the same idea, and share it.
SEGMENTS = {
    "champions": Colour("#005c4b", "#2fd3ac"),
    "loyal": Colour("#00846b", "#58bfa5"),
    "potential_loyalists": Colour("#3c8f34", "#8fce7f"),
    "new": Colour("#2a8bc2", "#7cc8f0"),
    "promising": Colour("#5c77c9", "#9db2f5"),
    "regular": Colour("#0f529c", "#5b9fe6"),
    "need_attention": Colour("#87509c", "#cd9ce0"),
    "about_to_sleep": Colour("#8f7200", "#d8bd4a"),
    "at_risk": Colour("#b96a00", "#f2a740"),
    "cannot_lose": Colour("#c2185b", "#ff86b0"),
    "inactive": Colour("#c2431b", "#ff8c65"),
    "hibernating": Colour("#85583f", "#c9a187"),
    "lost": Colour("#59626d", "#929da9"),
    "prospect": Colour("#74799a", "#a8adcb"),
    "large": Colour("#1f3f7a", "#7f9fe0"),
    "medium": Colour("#197d9e", "#56bcdc"),
    "small": Colour("#a05a2c", "#e0a070"),
    "level": Colour("#4a5866", "#a1aebb"),
    "reactivated": Colour("#006b5f", "#27958a"),
    "lapsed": Colour("#8a2c08", "#d2542c"),
    "increased": Colour("#4a8a1f", "#9ccf6c"),
    "decreased": Colour("#b07a10", "#f3d58f"),
    "credited": Colour("#7a5c8e", "#bda2d4"),
}

# Names that mean the same thing to a reader as one above.
SAME = {
    "new_customers": "new",
    "new_customer": "new",
    "prospects": "prospect",
    "absent": "lost",
    "before": "level",
    "now": "level",
    "retained": "loyal",
    "tree_customers": "new",
    "tree_frequency": "small",
    "tree_basket": "loyal",
    "tree_restated": "lost",
    "tree_credited": "credited",
}

# The faintest and the strongest step of each ramp: a quantity, a move for the better, a move for the worse.
STEPS = 7
RAMPS = {
    "ramp": (Colour("#eaf1f9", "#1b2633"), Colour("#6ea4de", "#2a66a8")),
    "better": (Colour("#e6f3ef", "#17282a"), Colour("#57b398", "#1c7460")),
    "worse": (Colour("#fbede7", "#2c211f"), Colour("#e4875e", "#a34a2a")),
}


def _between(first: str, last: str, share: float) -> str:
    pairs = ((int(first[place : place + 2], 16), int(last[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def _ramp(faint: Colour, strong: Colour) -> list[Colour]:
    shares = [step / (STEPS - 1) for step in range(STEPS)]
    return [
        Colour(_between(faint.light, strong.light, share), _between(faint.dark, strong.dark, share)) for share in shares
    ]


COLOURS = (
    BASE
    | {f"seg-{name.replace('_', '-')}": colour for name, colour in SEGMENTS.items()}
    | {f"{name}-{step}": colour for name, ends in RAMPS.items() for step, colour in enumerate(_ramp(*ends), start=1)}
)

# What seaborn takes for groups that have no colour of their own, in an analyst's chart.
PALETTE = ("accent", "at_risk", "loyal", "need_attention", "lapsed", "new", "about_to_sleep", "hibernating")

# A picture is drawn at this width in CSS pixels, with text of this size: readable at 358 px on a phone
# and at 600 px on a desk. On a phone page.css makes text larger: room is left for that.
WIDTH = 440
TEXT, ON_PHONE = 12, 13

# What the theme has of its own, over seaborn's style and context.
RC = {
    "svg.fonttype": "none",
    "svg.hashsalt": "portfolio",
    "text.parse_math": False,  # a customer called "$a_b$" is not a formula
    "text.usetex": False,
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "axes.titlesize": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "axes.unicode_minus": False,
    "axes.edgecolor": BASE["accent-soft"].light,
    "axes.labelcolor": BASE["muted"].light,
    "axes.facecolor": "none",
    "axes.linewidth": 1,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "grid.color": BASE["line"].light,
    "grid.linewidth": 1,
    "text.color": BASE["ink"].light,
    "xtick.color": BASE["muted"].light,
    "ytick.color": BASE["ink"].light,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.linewidth": 2,
    "lines.solid_capstyle": "butt",
    "patch.edgecolor": BASE["paper"].light,
    "patch.force_edgecolor": False,
    "patch.linewidth": 0,
    "path.simplify": False,
}


_themed: ContextVar[bool] = ContextVar("themed", default=False)


@contextmanager
def themed() -> Iterator[None]:
    """Draw in our theme. Within itself it does nothing: setting every parameter of matplotlib takes time."""
    import matplotlib as mpl

    if _themed.get():
        yield
        return
    token = _themed.set(True)
    try:
        with mpl.rc_context(theme()):
            yield
    finally:
        _themed.reset(token)


@cache
def theme() -> dict[str, Any]:
    """Return the settings of every drawing: seaborn's style and context, in our sizes and colours."""
    import seaborn as sns
    from matplotlib import cycler

    palette = cycler(color=[colour(name) for name in PALETTE])
    return {**sns.axes_style("ticks"), **sns.plotting_context("notebook"), **RC, "axes.prop_cycle": palette}


def ramp(name: str = "ramp") -> list[str]:
    """Return the light values of a ramp, the faintest first: a colour map for seaborn."""
    return [COLOURS[f"{name}-{step}"].light for step in range(1, STEPS + 1)]


def colour(name: str) -> str:
    """Return the light value of a base colour, segment, state, size or movement."""
    if name in BASE:
        return BASE[name].light
    return SEGMENTS.get(SAME.get(name, name), BASE["accent"]).light


def variable(name: str) -> str:
    """Return the CSS variable of the same names."""
    if name in BASE:
        return f"var(--{name})"
    name = SAME.get(name, name)
    return f"var(--seg-{name.replace('_', '-')})" if name in SEGMENTS else "var(--accent)"


@cache
def variables_by_value() -> dict[str, str]:
    """Return light value -> CSS variable, for the colours of a drawn picture."""
    found = {colour.light: f"var(--{name})" for name, colour in COLOURS.items()}
    return found | {"#000000": "var(--ink)"}


def luminance(value: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2)."""
    channels = (int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _declare(side: str) -> str:
    return ":root{" + "".join(f"--{name}:{getattr(value, side)};" for name, value in COLOURS.items()) + "}"


@cache
def css() -> str:
    """Return the variables and the rules of every fragment of ``show``, as one small style sheet.

    Dark values follow the reader's system, on screens only: paper is white.
    """
    rules = files("portfolio.show").joinpath("page.css").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    rules = re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", rules))
    dark = _declare("dark")
    return f"{_declare('light')}@media screen and (prefers-color-scheme:dark){{{dark}}}{rules.strip()}"
