"""Revenue month by month, beside the year before: the seasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date

from portfolio.present import style
from portfolio.present.charts.base import chart, message, reach, room, steps, widest
from portfolio.present.words import Words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@chart(height=230, needs=("revenue",))
def months(months: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the last twelve months as bars and the same months a year earlier as ticks."""
    days = [day.date() if hasattr(day, "date") else day for day in months["month"]]
    revenue = dict(zip(days, (float(value) for value in months["revenue"]), strict=True))
    shown = [(day, value) for day, value in sorted(revenue.items()) if value == value][-12:]
    earlier = [revenue.get(day.replace(year=day.year - 1), float("nan")) for day, _ in shown]
    low, high = reach([value for _, value in shown] + earlier)
    scale = steps(low, high)
    marks = [words.money(value, short=True, digits=0) for value in scale]
    room(ax, left=widest(marks) + 10, right=6, top=34, bottom=40)
    ax.bar(range(len(shown)), [value for _, value in shown], width=0.68, color=style.colour("accent"))
    known = [(place, value) for place, value in enumerate(earlier) if value == value]
    ax.hlines(
        [value for _, value in known],
        [place - 0.42 for place, _ in known],
        [place + 0.42 for place, _ in known],
        color=style.colour("ink"),
        linewidth=2.5,
    )
    ax.set_yticks(scale, marks)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlim(-0.6, len(shown) - 0.4)
    ax.set_ylim(low, high * 1.04)
    # Clear of the highest mark, whichever it is.
    above = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom", "xytext": (0, 12)}
    years = [day.year if place == 0 or day.month == 1 else "" for place, (day, _) in enumerate(shown)]
    initials = [format_date(day, "LLLLL", locale=words.locale) for day, _ in shown]
    ax.set_xticks(range(len(shown)), [f"{letter}\n{year}" for letter, year in zip(initials, years, strict=True)])
    if known:
        ax.annotate(words.say("▬ a year earlier"), (1, 1), ha="right", **above)
    ax.annotate(words.say("Revenue, {unit}", unit=words.currency_symbol()), (0, 1), **above)
    best, worst = max(shown, key=lambda pair: pair[1]), min(shown, key=lambda pair: pair[1])
    title = words.say(
        "The best month is {best}: {money}", best=words.month(best[0]), money=words.money(best[1], short=True)
    )
    alt = words.say(
        "The lowest is {worst}: {money}.", worst=words.month(worst[0]), money=words.money(worst[1], short=True)
    )
    figures = words.list(
        words.say("{attribute}: {value}", attribute=words.month(day), value=words.money(value, short=True))
        for day, value in shown
    )
    return message(ax, title, f"{alt} {figures}.")
