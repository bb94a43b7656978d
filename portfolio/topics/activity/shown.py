"""What was sold, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date

from portfolio.show import style
from portfolio.show.changes import verdict
from portfolio.show.charts.bars import draw_bars
from portfolio.show.charts.kit import (
    chart,
    message,
    reach,
    room,
    scale,
    widest,
)
from portfolio.show.periods import periods_of
from portfolio.show.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@chart(height=230, needs=("revenue",))
def months_chart(months: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the last twelve months as bars and the same months a year earlier as ticks."""
    days = [day.date() if hasattr(day, "date") else day for day in months["month"]]
    revenue = dict(zip(days, (float(value) for value in months["revenue"]), strict=True))
    shown = [(day, value) for day, value in sorted(revenue.items()) if value == value][-12:]
    earlier = [revenue.get(day.replace(year=day.year - 1), float("nan")) for day, _ in shown]
    low, high = reach([value for _, value in shown] + earlier)
    levels = scale(low, high)
    marks = [words.money(value, short=True, digits=0) for value in levels]
    room(ax, left=widest(marks) + 10, right=6, top=34, bottom=40)
    draw_bars(ax, [value for _, value in shown], style.colour("accent"), width=0.68)
    known = [(place, value) for place, value in enumerate(earlier) if value == value]
    ax.hlines(
        [value for _, value in known],
        [place - 0.42 for place, _ in known],
        [place + 0.42 for place, _ in known],
        color=style.colour("ink"),
        linewidth=2.5,
    )
    ax.set_yticks(levels, marks)
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


def months_sentence(months: pd.DataFrame, *, words: Words) -> str:
    """Say the best and the lowest month of the last twelve."""
    shown = months[months["revenue"].notna()].tail(12)
    if not len(shown):
        return words.say("No figures for {period}.", period=words.now)
    best, worst = (shown.loc[shown["revenue"].agg(which)] for which in ("idxmax", "idxmin"))
    return words.say(
        "Over the last {n} months, the best is {best} ({high}), the lowest {worst} ({low}).",
        n=words.number(len(shown)),
        best=words.month(best["month"]),
        high=words.money(best["revenue"], short=True),
        worst=words.month(worst["month"]),
        low=words.money(worst["revenue"], short=True),
    )


def lead(metrics: pd.DataFrame, *, words: Words) -> str:
    """Say the revenue and its change, the active customers, and how many of those before came back."""
    rows = metrics.set_index("name")

    def get(name: str, what: str = "value") -> float:
        return rows[what].get(name, float("nan"))

    revenue, before = get("revenue"), get("revenue", "previous")
    if missing(revenue) or not get("active_customers") > 0:
        return words.say("No orders in {period}.", period=words.now)
    places = {"money": words.money(revenue, short=True), "period": words.now, "before": words.before}
    if missing(before) or not before > 0:
        first = words.say("Revenue is {money} in {period}", **places)
    else:
        places["change"] = words.percent(abs(revenue / before - 1))
        if verdict(revenue, before, "up", get("revenue", "sure_previous")) == "same":
            first = words.say("Revenue is {money} in {period}, about the same as in {before}", **places)
        elif revenue > before:
            first = words.say("Revenue is {money} in {period}, up {change} on {before}", **places)
        else:
            first = words.say("Revenue is {money} in {period}, down {change} on {before}", **places)
    active = get("active_customers")
    if missing(get("retention_rate")):
        return words.plural(
            "{first}, with {n} active customer.", "{first}, with {n} active customers.", active, first=first
        )
    return words.plural(
        "{first}, with {n} active customer; {rate} of the customers of {before} ordered again.",
        "{first}, with {n} active customers; {rate} of the customers of {before} ordered again.",
        active,
        first=first,
        rate=words.percent(get("retention_rate"), 0),
        before=words.before,
    )


def lead_over(history: pd.DataFrame, *, words: Words) -> str:
    """Say how revenue and active customers went from the first period to the last."""
    periods, rows = periods_of(history), history.set_index("name")
    known = {
        name: rows.loc[name, periods].astype(float).dropna()
        for name in ("revenue", "active_customers")
        if name in rows.index
    }
    if len(periods) < 2 or not all(len(known.get(name, ())) for name in ("revenue", "active_customers")):
        return words.say("There is only one period: nothing to compare yet.")
    told = {
        "first": words.period(periods[0]),
        "last": words.period(periods[-1]),
        "revenue": _from_to(known["revenue"], "money", words),
        "customers": _from_to(known["active_customers"], "count", words),
    }
    return words.say("From {first} to {last}, revenue went {revenue}, and active customers {customers}.", **told)


def _from_to(values: pd.Series, unit: str, words: Words) -> str:
    first, last = (words.value(values.iloc[place], unit, short=True) for place in (0, -1))
    if values.iloc[0] > 0:
        change = words.percent(values.iloc[-1] / values.iloc[0] - 1, signed=True)
        return words.say("from {first} to {last} ({change})", first=first, last=last, change=change)
    return words.say("from {first} to {last}", first=first, last=last)


# Figures restated that are shown at once; those that changed less are folded under them.
