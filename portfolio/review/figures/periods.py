"""Each figure across the periods: small pictures, and the table of all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio.review.figures.shown import changes
from portfolio.show import style
from portfolio.show.changes import change
from portfolio.show.charts.kit import chart, message, own_reach, pixels, shorten, widest
from portfolio.show.charts.multiples import cells, draw_line
from portfolio.show.charts.sparkline import sparkline
from portfolio.show.periods import periods_of
from portfolio.show.table import Column, Group, Maker, Table, build
from portfolio.show.words import Words, missing
from portfolio.topics.contract import FILE, GROUPS, Topics

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# A cell: its line, what is written above and under it, and the room beside it.
LINE, ABOVE, UNDER, BESIDE, ACROSS = 44, 28, 46, 30, 2


def _known(history: pd.DataFrame, topics: Topics) -> pd.DataFrame:
    """Return the figures that most read, in their order, that have a value in some period."""
    rows = history.set_index("name").reindex(ranked(topics)).reset_index()
    return rows[rows["unit"].notna() & rows[periods_of(history)].notna().any(axis=1)]


def ranked(topics: Topics) -> list[str]:
    """Return the names of the figures that most read, the first first."""
    figures = sorted((figure for figure in topics.figures.values() if figure.rank), key=lambda figure: figure.rank)
    return [figure.name for figure in figures]


def _height(history: pd.DataFrame, metrics: pd.DataFrame, topics: Topics) -> float:
    return (ABOVE + LINE + UNDER) * math.ceil(len(_known(history, topics)) / ACROSS)


@chart(height=_height, needs=("name",), when=lambda history, metrics, topics: len(_known(history, topics)) > 0)
def multiples(history: pd.DataFrame, metrics: pd.DataFrame, topics: Topics, *, ax: Axes, words: Words) -> Axes:
    """Draw one line a measure, two abreast, each on a scale of its own, first and last figure written."""
    import pandas as pd

    history, periods = _known(history, topics), periods_of(history)
    rows = math.ceil(len(history) / ACROSS)
    grid = cells(ax, rows, ACROSS, top=ABOVE, bottom=UNDER, side=4, between=(BESIDE, ABOVE + UNDER))
    told = []
    for cell, row in zip(grid.flat, history.to_dict("records"), strict=False):
        values = pd.Series([row[period] for period in periods], index=periods, dtype="float64")
        label = words.label(row["name"])
        name = shorten(label, 0.82 * pixels(cell))
        cell.annotate(name, (0, 1), xytext=(-4, 11), va="bottom", weight="bold", xycoords="axes fraction", **OFF)
        draw_line(cell, values, style.colour("accent"))
        cell.set_ylim(*own_reach(values))
        _ends(cell, values, row["unit"], words)
        figures = [
            words.say(
                "{attribute}: {value}",
                attribute=words.period(period),
                value=words.value(value, row["unit"], short=True),
            )
            for period, value in values.items()
        ]
        told.append(words.say("{attribute}: {value}", attribute=label, value=words.list(figures)) + ".")
    return message(ax, _title(history, metrics, periods, words), " ".join(told))


OFF = {"textcoords": "offset points", "annotation_clip": False}


def _ends(ax: Axes, values: pd.Series, unit: str, words: Words) -> None:
    """Write the first and last figure under the line with their periods, or the last alone where both have no room."""
    known = [place for place, value in enumerate(values) if not missing(value)]
    told = {place: (words.value(values.iloc[place], unit, short=True), words.period(values.index[place]))
            for place in (known[0], known[-1])}  # fmt: skip
    step = pixels(ax) / max(len(values) - 1, 1)
    if len(told) > 1 and sum(widest(texts) for texts in told.values()) + 8 > step * (known[-1] - known[0]):
        told.pop(known[0])
    for place, (figure, period) in told.items():
        side = "center" if len(values) == 1 else "left" if place == known[0] != len(values) - 1 else "right"
        where = {"xy": (place, 0), "xycoords": ax.get_xaxis_transform(), "ha": side, "va": "top"} | OFF
        ax.annotate(figure, xytext=(0, -8), **where)
        ax.annotate(period, xytext=(0, -23), color=style.colour("muted"), **where)


def _title(history: pd.DataFrame, metrics: pd.DataFrame, periods: list[str], words: Words) -> str:
    """Say how many measures with a good direction went that way."""
    if len(periods) < 2:
        return words.plural("{n} measure in {period}", "{n} measures in {period}", len(history), period=words.now)
    shown = metrics[metrics["name"].isin(history["name"])].to_dict("records")
    tones = [
        change(row["value"], row["previous"], row["unit"], row["direction"], words, row["sure_previous"])
        for row in shown
    ]
    tones = [each.tone for each in tones if each]
    return words.plural(
        "{n} measure better than in {period}, {worse} worse",
        "{n} measures better than in {period}, {worse} worse",
        tones.count("good"),
        period=words.period(periods[-2]),
        worse=words.number(tones.count("bad")),
    )


def table(frame: pd.DataFrame, metrics: pd.DataFrame, topics: Topics, *, words: Words) -> Table:
    """Show one row a figure, one column a period, then the last change, the target and the trend.

    The figures that most read stand first, by what they tell; the others are folded under them. What no period measures
    is named in a note.
    """
    periods = periods_of(frame)
    groups = {name: topics.figures[name].group for name in frame["name"]}
    shown = frame[~frame["name"].isin([name for name, group in groups.items() if group is FILE])]
    known = shown[periods].notna().any(axis=1) if periods else shown["name"].isna()
    last = {row["name"]: row for row in metrics.to_dict("records")}
    makers = _history_columns(periods, {name: last.get(name, {}) for name in shown["name"]}, words)
    unknown = [name for name in shown["name"][~known] if not groups[name].folded]
    notes = [words.say("Not measured: {measures}.", measures=words.list(map(words.inline, unknown)))] if unknown else []
    rows = shown[known].to_dict("records")
    order = sorted({groups[row["name"]] for row in rows}, key=list(GROUPS).index)
    found = {group: [row for row in rows if groups[row["name"]] == group] for group in order}
    first = {group: members for group, members in found.items() if not group.folded}
    others = {group: members for group, members in found.items() if group.folded}
    folded = _of_groups(words.say("All figures"), others, makers, words) if others else None
    return replace(_of_groups(words.say("Measures from period to period"), first, makers, words, notes), more=folded)


def _of_groups(caption: str, groups: dict, makers: Sequence[Maker], words: Words, notes: Sequence[str] = ()) -> Table:
    table = build(caption, [row for rows in groups.values() for row in rows], makers, words, notes=notes)
    titles = tuple(Group(words.say(group.title), len(rows)) for group, rows in groups.items())
    return replace(table, groups=titles)


def _history_columns(periods: Sequence[str], metrics: dict[str, dict], words: Words) -> list[Maker]:
    def maker(period: str) -> Maker:
        return (Column(words.period(period)), lambda row: words.value(row[period], row["unit"], short=True), "")

    def since(then: str) -> Maker:
        def write(row: dict) -> object:
            last = metrics[row["name"]]
            return next((each for each, period in changes(last, words) if period == then), None) if last else None

        return (Column(words.say("Change on {period}", period=then), optional=True), write, "")

    def goal(row: dict) -> str:
        return words.value(metrics[row["name"]].get("target"), row["unit"], short=True)

    def trend(row: dict) -> object:
        return sparkline([row[period] for period in periods], periods, row["unit"], words=words)

    makers = [(Column(words.label("measure")), lambda row: words.label(row["name"]), ""), *map(maker, periods)]
    makers += [since(then) for then in dict.fromkeys([words.before, words.year_before]) if then]
    if any(not missing(row.get("target")) for row in metrics.values()):
        makers.append((Column(words.label("target"), optional=True), goal, ""))
    if len(periods) > 1:
        makers.append((Column(words.say("Trend"), False, optional=True), trend, ""))
    return makers
