"""How a model thinks: whom it holds for still there, which one is chosen, and how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.errors import N_
from portfolio.show import style
from portfolio.show.charts.heat import draw_heat, name_cells
from portfolio.show.charts.kit import (
    chart,
    key,
    message,
    room,
)
from portfolio.show.table import Column, Table, build
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# What a report must say of its models; {n} is the figure that goes with it.
NOTES = {
    "no_repeat_purchases": N_(
        "No customer has bought on a second day yet: there is nothing to learn a model from, and this report has no "
        "prediction. Take a longer period."
    ),
    "no_holdout": N_("There is no earlier period to test the model on: it has been chosen by how well it fits."),
    "few_repeat_buyers": N_("Too few customers have bought again ({n}): take every figure here with great care."),
    "not_converged": N_("The fit of the model did not converge: do not rely on its figures."),
    "all_alive": N_(
        "The chosen model, BG/NBD, counts every customer who bought once only as still active, however long ago that "
        "was ({n} customers here): no one can leave before a second purchase. The other two models stand beside it."
    ),
    "coarse_time": N_("There are so many different histories that their times are gathered in steps of {n} days."),
    "coarse_money": N_("There are so many different values that they are gathered in steps of {n}."),
    "no_value_model": N_(
        "A few purchases are so large beside the others that their mean cannot be told: purchases are predicted, money "
        "is not."
    ),
    "values_left_out": N_(
        "Customers who bought again and bring 0 or less on average: {n}. They are left out of the model of values, and "
        "count with the mean of all customers."
    ),
    "dependence": N_(
        "Customers who buy more often also spend differently: the correlation of frequency and value is {n}, past 0.3. "
        "The model of values supposes none, so read values of single customers with care."
    ),
    "independence": N_(
        "The correlation of frequency and value is {n}, within 0.3: the model of values, which supposes none, "
        "can be used."
    ),
    "orders_stop": N_(
        "The orders stop {n} days before the end of the period: the models take those days for silence, and hold "
        "customers for less alive than they are."
    ),
}


@chart(height=lambda frame: 34 * frame["frequency"].nunique() + 74, needs=("probability_alive",))
def alive_matrix_chart(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the chance of still being a customer, by repeat purchases (down) and weeks of silence (across)."""
    across, down = list(frame["silent_weeks"].unique()), list(frame["frequency"].unique())
    room(ax, left=48, right=2, top=26, bottom=44)
    chances = frame.pivot(index="frequency", columns="silent_weeks", values="probability_alive").loc[down, across]
    draw_heat(ax, chances, chances.map(lambda chance: words.number(100 * chance)), most=1)
    name_cells(ax, [words.number(times) for times in down], [words.number(weeks) for weeks in across])
    ax.set_xlabel(words.say("Weeks since the last purchase"))
    ax.set_ylabel(words.say("Repeat purchases"))
    ax.text(0, 1.02, words.say("Chance of still being a customer, %"), transform=ax.transAxes, va="bottom")
    told = []
    for times, cells in frame.groupby("frequency"):
        pairs = [
            words.plural("{chance} after {n} week", "{chance} after {n} weeks", cell.silent_weeks,
                         chance=words.percent(cell.probability_alive, 0))
            for cell in cells.itertuples()
        ]  # fmt: skip
        head = words.plural("{n} repeat purchase", "{n} repeat purchases", times)
        told.append(words.say("{attribute}: {value}", attribute=head, value=words.list(pairs)) + ".")
    title = words.say("The more often they bought, the sooner silence means that they are gone")
    return message(ax, title, " ".join(told))


@chart(height=lambda frame, customer_id: 200, needs=("probability_alive",), rows=2)
def alive_history_chart(frame: pd.DataFrame, customer_id: str, *, ax: Axes, words: Words) -> Axes:
    """Draw the chance that one customer is still there, week by week, with a mark at each purchase."""
    import seaborn as sns

    room(ax, left=48, right=14, top=34, bottom=28)
    days = frame["day"]
    start, span = days.iloc[0], max((days.iloc[-1] - days.iloc[0]).days, 1)
    places = [(day - start).days / span for day in days]
    chances = list(frame["probability_alive"])
    sns.lineplot(x=places, y=chances, estimator=None, color=style.colour("accent"), legend=False, ax=ax)
    bought = [place for place, mark in zip(places, frame["bought"], strict=True) if mark]
    ax.vlines(bought, 0, 0.06, color=style.colour("ink"), linewidth=1.5)
    ax.set_yticks([0, 0.5, 1], [words.percent(value, 0) for value in (0, 0.5, 1)])
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    ax.set_xticks([0, 1], [words.month(day, short=True) for day in (days.iloc[0], days.iloc[-1])])
    for label, side in zip(ax.get_xticklabels(), ("left", "right"), strict=True):
        label.set_ha(side)
    key(ax, [("━", "accent", words.say("Chance of still being a customer")), ("❘", "ink", words.say("Purchase"))])
    last = frame["probability_alive"].iloc[-1]
    title = words.say(
        "Chance of still being a customer on {day}: {chance}",
        day=words.date(days.iloc[-1].date()),
        chance=words.percent(last, 0),
    )
    alt = words.plural(
        "{n} day of purchase, the last on {day}.",
        "{n} days of purchase, the last on {day}.",
        len(bought),
        day=words.date(days[frame["bought"].astype(bool)].iloc[-1].date()),
    )
    return message(ax, title, alt)


def selection_table(frame: pd.DataFrame, notes: pd.DataFrame, *, words: Words) -> Table:
    """Show how well each model foretold the last period, and which one is chosen."""
    makers = [
        (Column(words.say("Model")), lambda row: words.label(row.model), ""),
        (Column(words.say("Log-likelihood before")), lambda row: words.number(row.log_likelihood, 1), ""),
        (Column(words.say("Log-likelihood of what came")), lambda row: words.number(row.holdout_log_likelihood, 1), ""),
        (
            Column(words.say("Fit"), False),
            lambda row: words.say("converged") if row.converged else words.say("did not converge"),
            "",
        ),
        (Column(words.say("Choice"), False), lambda row: words.say("chosen") if row.chosen else NOTHING, ""),
    ]
    return build(words.say("The models, and which one is chosen"), frame.itertuples(), makers, words)


def one_time_buyers_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show what each model says of the customers who bought once only."""
    makers = [
        (Column(words.say("Model")), lambda row: words.label(row.model), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.label("probability_alive")), lambda row: words.percent(row.probability_alive, 0), ""),
        (
            Column(words.label("expected_purchases_next_period")),
            lambda row: words.number(row.expected_purchases),
            "",
        ),
        (Column(words.say("Choice"), False), lambda row: words.say("chosen") if row.chosen else NOTHING, ""),
    ]
    return build(words.say("Customers who bought once only, by model"), frame.itertuples(), makers, words)


def parameters_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the parameters of the chosen models with their errors and intervals."""
    shown = frame[frame["chosen"].astype(bool)]

    def number(value: float) -> str:
        return NOTHING if missing(value) else words.number(value, 3 if abs(value) < 1000 else 0)

    def reach(row: object) -> str:
        if missing(row.low):
            return NOTHING
        return words.say("{low} to {high}", low=number(row.low), high=number(row.high))

    makers = [
        (Column(words.say("Model")), lambda row: words.label(row.model), ""),
        (Column(words.say("Parameter"), False), lambda row: row.parameter, ""),
        (Column(words.say("Estimate")), lambda row: number(row.estimate), ""),
        (Column(words.say("Standard error")), lambda row: number(row.standard_error), ""),
        (Column(words.say("95% interval")), reach, ""),
    ]
    notes = []
    if shown["standard_error"].isna().any():
        notes.append(
            words.say("Parameters without an error cannot be told apart by these data; what they predict together can.")
        )
    caption = words.say("Parameters of the chosen models, time in weeks")
    return build(caption, shown.itertuples(), makers, words, notes=notes)


# Notes that stand beside the first figures; the others wait for the section on the model.
FIRST = ("no_repeat_purchases", "few_repeat_buyers", "not_converged", "no_value_model", "orders_stop")


def one_time_buyers_sentence(frame: pd.DataFrame, *, words: Words) -> str:
    """Say what the chosen model holds of customers who bought once only, and why BG/NBD holds all for still there."""
    chosen = frame[frame["chosen"].astype(bool)] if len(frame) else frame
    if not len(chosen):
        return ""
    return words.plural(
        "{n} customer has bought once only; {model} estimates {share} still active. BG/NBD counts all of them as "
        "active, since it lets no one leave before a second purchase.",
        "{n} customers have bought once only; {model} estimates {share} still active. BG/NBD counts all of them as "
        "active, since it lets no one leave before a second purchase.",
        chosen["customers"].iloc[0],
        model=words.label(chosen["model"].iloc[0]),
        share=words.percent(chosen["probability_alive"].iloc[0], 0),
    )


def trust_short(notes: pd.DataFrame, *, words: Words) -> str:
    """Say what a reader of the first figures must know: nothing most of the time."""
    return " ".join(_notes(notes[notes["status"].isin(FIRST)], words))


def trust(selection: pd.DataFrame, notes: pd.DataFrame, *, words: Words) -> str:
    """Say which model is chosen, and everything that a reader must know of it."""
    told = []
    if len(selection):
        name = selection.loc[selection["chosen"].astype(bool), "model"].iloc[0]
        told.append(words.say("The model chosen is {model}.", model=words.label(name)))
    return " ".join([*told, *_notes(notes, words)])


def _notes(notes: pd.DataFrame, words: Words) -> list[str]:
    told = []
    for row in notes.itertuples():
        match row.status:
            case "dependence" | "independence":
                figure = words.number(row.value, 2)
            case "coarse_money":
                figure = words.percent(row.value, 0)
            case _:
                figure = words.number(row.value)
        told.append(words.say(NOTES[row.status], n=figure))
    return told
