"""Who came and who left, over one period and several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show.charts.bridge import ROW, Step, draw_bridge, say_steps
from portfolio.show.charts.flows import draw_flows
from portfolio.show.charts.kit import (
    chart,
    message,
)
from portfolio.show.table import Column, Table, build, head
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@chart(height=5 * ROW + 8, needs=("before", "now"), when=lambda frame: frame["before"].iloc[0] > 0)
def bridge_chart(movement: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw who left, who came and who came back: before, lapsed, new, reactivated, now."""
    row = movement.iloc[0]
    before, now = (float(row[name]) for name in ("before", "now"))
    moves = {"lapsed": -row["lapsed"], "new": row["new"], "reactivated": row["reactivated"]}
    steps, level = [Step("before", words.before, 0, before, words.number(before))], before
    for name, change in moves.items():
        change = 0.0 if missing(change) else float(change)
        figure = f"{'+' if change > 0 else ''}{words.number(change)}"
        steps.append(Step(name, words.label(name), level, level + change, figure))
        level += change
    steps.append(Step("now", words.now, 0, now, words.number(now)))
    draw_bridge(ax, steps)
    return message(ax, _movement_title(before, now, words), say_steps(steps, words))


def _movement_title(before: float, now: float, words: Words) -> str:
    places = {"now": words.number(now), "before": words.before}
    if now > before:
        return words.plural(
            "{now} active customers, {n} more than in {before}",
            "{now} active customers, {n} more than in {before}",
            now - before,
            **places,
        )
    if now < before:
        return words.plural(
            "{now} active customers, {n} fewer than in {before}",
            "{now} active customers, {n} fewer than in {before}",
            before - now,
            **places,
        )
    return words.say("{now} active customers, as many as in {before}", **places)


def table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show who left, came and came back, and the retention rate with its interval."""
    row = frame.iloc[0] if len(frame) else {}
    heads = {
        "before": words.say("Active in {period}", period=words.before),
        "now": words.say("Active in {period}", period=words.now),
    }
    signs = {"lapsed": -1, "new": 1, "reactivated": 1}

    def figure(name: str) -> str:
        if missing(row[name]):
            return NOTHING
        return words.signed(signs[name] * row[name]) if name in signs else words.number(row[name])

    makers = [
        (
            Column(words.say("Movement")),
            lambda name: head(name, words)._replace(text=heads.get(name) or words.label(name)),
            "",
        ),
        (Column(words.label("customers")), figure, ""),
    ]
    # In the first period nobody could leave: there is nothing to tell but who is there.
    known = len(row) and row["before"] > 0
    names = [name for name in ("before", "lapsed", "new", "reactivated", "now") if name in row and known]
    notes = []
    if len(row) and not missing(row["retention_rate"]):
        notes.append(
            words.say(
                "Retention rate: {rate} (95% interval: {low} to {high}).",
                rate=words.percent(row["retention_rate"]),
                low=words.percent(row["retention_low"]),
                high=words.percent(row["retention_high"]),
            )
        )
    if len(row) and row["may_be_older"]:
        notes.append(words.say("Some may be older customers: the orders do not go back far enough."))
    return build(
        words.say("Customers who left and came, {period}", period=words.now), names, makers, words, notes=notes
    )


def sentence(movement: pd.DataFrame, *, words: Words) -> str:
    """Say how many customers left, and how many came or came back."""
    if not len(movement) or missing(movement["before"].iloc[0]):
        return ""
    row = movement.iloc[0]
    if not row["before"] > 0:
        return words.plural(
            "{n} customer is active; there is no earlier period to compare with.",
            "{n} customers are active; there is no earlier period to compare with.",
            row["now"],
        )
    left = words.plural(
        "{n} customer of {before} did not order again ({rate})",
        "{n} customers of {before} did not order again ({rate})",
        row["lapsed"],
        before=words.before,
        rate=words.percent(row["churn_rate"], 0),
    )
    new = words.plural("{n} customer is new", "{n} customers are new", row["new"])
    back = words.plural("{n} came back", "{n} came back", row["reactivated"])
    return words.say("{left}; {new}, and {back}.", left=left, new=new, back=back)


@chart(height=280, needs=("new",), when=lambda movements: bool(movements["new"].notna().any()))
def flows_chart(movements: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw, for each period, the new and reactivated customers above the line and the lapsed below it."""

    movements = movements[movements["new"].notna()]

    def write(value: float) -> str:
        return f"{'+' if value > 0 else ''}{words.number(value)}"

    flows = {
        "new": list(movements["new"]),
        "reactivated": list(movements["reactivated"]),
        "lapsed": [-value for value in movements["lapsed"]],
    }
    told = draw_flows(ax, list(movements["period"]), flows, write, words)
    last = movements.iloc[-1]
    title = words.say(
        "In {period}: {came} customers joined or returned, {left} left",
        period=words.period(last["period"]),
        came=words.number(last["new"] + last["reactivated"]),
        left=words.number(last["lapsed"]),
    )
    return message(ax, title, told)


UNITS = {"before": "count", "lapsed": "count", "new": "count", "reactivated": "count", "now": "count"}


def periods_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show, for each period, who left, came and came back, and the retention rate."""
    heads = {"before": words.say("Active before"), "now": words.label("active_customers")}

    def maker(name: str) -> tuple:
        return (Column(heads.get(name) or words.label(name)), lambda row: words.number(row[name]), "")

    makers = [
        (Column(words.label("period")), lambda row: words.period(row["period"]), ""),
        *(maker(name) for name in UNITS if name in frame),
        (Column(words.label("retention_rate")), lambda row: words.percent(row["retention_rate"]), ""),
    ]
    doubtful = [words.period(row.period) for row in frame.itertuples() if row.may_be_older]
    notes = []
    if doubtful:
        notes.append(
            words.say(
                "{periods}: some new and reactivated customers may be older ones, since the orders do not go back far "
                "enough.",
                periods=words.list(doubtful),
            )
        )
    caption = words.say("Customers who left and came, period by period")
    return build(caption, frame.to_dict("records"), makers, words, notes=notes)


def periods_sentence(movements: pd.DataFrame, *, words: Words) -> str:
    """Say in which period customers stayed best, and in which least."""
    known = movements[movements["retention_rate"].notna()]
    if len(known) < 2:
        return words.say("There is only one period: nothing to compare yet.")
    best, worst = (known.loc[known["retention_rate"].agg(which)] for which in ("idxmax", "idxmin"))
    if best["retention_low"] <= worst["retention_high"]:
        return words.say(
            "Retention ranged from {low} to {high}: within chance.",
            low=words.percent(worst["retention_rate"], 0),
            high=words.percent(best["retention_rate"], 0),
        )
    return words.say(
        "Customers stayed best in {best} ({high} ordered again) and least in {worst} ({low}).",
        best=words.period(best["period"]),
        high=words.percent(best["retention_rate"], 0),
        worst=words.period(worst["period"]),
        low=words.percent(worst["retention_rate"], 0),
    )
