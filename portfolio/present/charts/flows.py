"""What came in and what went out, period by period: customers, then revenue; and who moved between segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.bars import bars
from portfolio.present.charts.base import chart, message, reach, room, wide
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Blocks that touch are told apart by a line, not by their colours alone.
EDGE = {"edgecolor": style.colour("paper"), "linewidth": 1}
# Moves shown between segments, the most frequent first.
MOST = 10


def _flows(
    ax: Axes, periods: Sequence[str], flows: Mapping[str, Sequence[float]], write: Callable[[float], str], words: Words
) -> str:
    """Draw each period's gains above the line and losses below it, and return the figures as sentences."""
    values = {name: [0.0 if missing(value) else float(value) for value in each] for name, each in flows.items()}
    ups = [sum(max(each[n], 0) for each in values.values()) for n in range(len(periods))]
    downs = [sum(min(each[n], 0) for each in values.values()) for n in range(len(periods))]
    low, high = reach(ups + downs)
    room(ax, left=4, right=4, top=52, bottom=26)
    for n in range(len(periods)):
        above = below = 0.0
        for name, each in values.items():
            base = above if each[n] >= 0 else below
            ax.bar(n, each[n], min(0.62, 0.2 * len(periods)), bottom=base, color=style.colour(name), **EDGE)
            above, below = above + max(each[n], 0), below + min(each[n], 0)
        side = {"ha": "center", "textcoords": "offset points", "annotation_clip": False}
        ax.annotate(write(ups[n]), (n, above), xytext=(0, 3), va="bottom", **side)
        if below:
            ax.annotate(write(below), (n, below), xytext=(0, -3), va="top", **side)
    ax.axhline(0, color=style.colour("accent-soft"), linewidth=1)
    margin = 0.12 * (high - low)
    ax.set_xlim(-0.5, len(periods) - 0.5)
    ax.set_ylim(low - margin * (low < 0), high + margin)
    ax.set_xticks(range(len(periods)), [words.period(period) for period in periods])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    _key(ax, list(flows), words)
    told = []
    for n, period in enumerate(periods):
        pairs = [
            words.say("{attribute}: {value}", attribute=words.label(name), value=write(each[n]))
            for name, each in values.items()
        ]
        told.append(words.say("{attribute}: {value}", attribute=words.period(period), value=words.list(pairs)) + ".")
    return " ".join(told)


def _key(ax: Axes, names: Sequence[str], words: Words) -> None:
    """Write the names, each after a square of its colour, on as many lines as they need."""
    left, line = 0.0, 0
    for name in names:
        label = words.label(name)
        if left and left + wide(label) + 18 > style.WIDTH - 12:
            left, line = 0.0, line + 1
        place = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom", "annotation_clip": False}
        ax.annotate("■", (0, 1), xytext=(left, 30 - 17 * line), color=style.colour(name), **place)
        ax.annotate(label, (0, 1), xytext=(left + 14, 30 - 17 * line), **place)
        left += wide(label) + 32


@chart(height=280, needs=("new",))
def movements(movements: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw, for each period, the new and reactivated customers above the line and the lapsed below it."""

    def write(value: float) -> str:
        return f"{'+' if value > 0 else ''}{words.number(value)}"

    flows = {
        "new": list(movements["new"]),
        "reactivated": list(movements["reactivated"]),
        "lapsed": [-value for value in movements["lapsed"]],
    }
    told = _flows(ax, list(movements["period"]), flows, write, words)
    last = movements.iloc[-1]
    title = words.say(
        "In {period}: {came} customers came or came back, {left} left",
        period=words.period(last["period"]),
        came=words.number(last["new"] + last["reactivated"]),
        left=words.number(last["lapsed"]),
    )
    return message(ax, title, told)


@chart(height=310, needs=("revenue",))
def revenue_bridges(bridges: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw, for each period, the revenue won above the line and lost below it, by who made it."""
    steps = ("new", "reactivated", "increased", "decreased", "lapsed")
    table = bridges.pivot(index="period", columns="step", values="revenue")
    periods = list(dict.fromkeys(bridges["period"]))
    flows = {step: list(table[step].reindex(periods)) for step in steps if step in table}
    told = _flows(ax, periods, flows, lambda value: words.money(value, short=True, signed=True), words)
    change = sum(float(values[-1]) for values in flows.values() if not missing(values[-1]))
    title = words.say(
        "In {period}, revenue changed by {change}",
        period=words.period(periods[-1]),
        change=words.money(change, short=True, signed=True),
    )
    return message(ax, title, told)


@chart(
    height=lambda frame: 28 * min(MOST, len(_moves(frame))) + 12,
    needs=("customers",),
    when=lambda frame: len(_moves(frame)) > 0,
)
def rfm_migration(migration: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the most frequent moves from an RFM segment to another."""
    moved = _moves(migration)
    shown = moved.head(MOST)
    labels = [
        words.say("{before} → {now}", before=words.label(row.rfm_before), now=words.label(row.rfm_now))
        for row in shown.itertuples()
    ]
    spoken = bars(
        ax,
        words,
        labels=labels,
        values=shown["customers"],
        figures=[words.number(value) for value in shown["customers"]],
        colours=[style.colour(name) for name in shown["rfm_now"]],
        widest_label=280,
    )
    title = words.plural(
        "{n} customer changed RFM segment", "{n} customers changed RFM segment", moved["customers"].sum()
    )
    return message(ax, title, spoken)


def _moves(migration: pd.DataFrame) -> pd.DataFrame:
    moved = migration[migration["rfm_before"] != migration["rfm_now"]]
    return moved.sort_values("customers", ascending=False, kind="stable")
