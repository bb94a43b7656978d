"""Sentences on what customers are likely to bring, and on how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.predicted_labels import NOTES
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd

# Notes that stand beside the first figures; the others wait for the section on the model.
FIRST = ("no_repeat_purchases", "few_repeat_buyers", "not_converged", "no_value_model", "orders_stop")


def nothing(words: Words) -> str:
    """Say that there is no prediction."""
    return words.say("No prediction for {period}: the section on the model says why.", period=words.now)


def headline(metrics: pd.DataFrame, *, words: Words) -> str:
    """Say what the customers of today will bring, beside what was said a period ago."""
    shown = metrics[metrics["name"].str.startswith("capital_") & metrics["value"].notna()]
    if not len(shown):
        return nothing(words)
    row = shown.iloc[0]
    told = words.plural(
        "The customers of today will bring {money} within {n} month",
        "The customers of today will bring {money} within {n} months",
        int(row["name"].split("_")[1]),
        money=words.money(row["value"], short=True),
    )
    if missing(row["previous"]) or not row["previous"] > 0:
        return f"{told}."
    gap = row["value"] / row["previous"] - 1
    places = {"first": told, "change": words.percent(abs(gap)), "before": words.before}
    if gap >= 0:
        return words.say("{first}, {change} more than those of {before} were to bring.", **places)
    return words.say("{first}, {change} less than those of {before} were to bring.", **places)


def capital(frame: pd.DataFrame, *, words: Words) -> str:
    """Say what the values are made of, what a customer is worth, and how well the model knows it."""
    if not len(frame):
        return ""
    row = frame.iloc[-1]
    made = words.say("in margin") if row["basis"] == "margin" else words.say("in revenue, for the orders have no cost")
    value = words.money(row["value"], short=True)
    if missing(row["low"]):
        return words.say("A customer is worth {value} on average, {made}.", value=value, made=made)
    return words.say(
        "A customer is worth {value} on average (95% interval: {low} to {high}), {made}.",
        value=value,
        low=words.money(row["value_low"], short=True),
        high=words.money(row["value_high"], short=True),
        made=made,
    )


def caution(total: pd.DataFrame, *, words: Words) -> str:
    """Say so when the last forecast missed by more than its interval: the intervals of values hold less than "
    "they say."""
    if not len(total) or not total["missed"].iloc[0]:
        return ""
    return words.say(
        "Take care: the last forecast of purchases missed by {error}, more than its interval. The intervals here "
        "suppose that customers go on as the model has seen them do.",
        error=words.percent(total["error"].iloc[0], signed=True),
    )


def one_time_buyers(frame: pd.DataFrame, *, words: Words) -> str:
    """Say what the chosen model holds of customers who bought once only, and why BG/NBD holds all for still there."""
    chosen = frame[frame["chosen"].astype(bool)] if len(frame) else frame
    if not len(chosen):
        return ""
    return words.plural(
        "{n} customer has bought once only; {model} holds {share} for still there. BG/NBD holds all of them, since it "
        "lets no one leave before a second purchase.",
        "{n} customers have bought once only; {model} holds {share} for still there. BG/NBD holds all of them, "
        "since it lets no one leave before a second purchase.",
        chosen["customers"].iloc[0],
        model=words.label(chosen["model"].iloc[0]),
        share=words.percent(chosen["probability_alive"].iloc[0], 0),
    )


def capital_bridge(frame: pd.DataFrame, *, words: Words) -> str:
    """Say what took value away since the period before, and what brought some."""
    if not len(frame):
        return words.say("There is no earlier prediction to compare with.")
    money = frame.set_index("step")["capital"]
    told = words.say(
        "Customers probably gone take {gone} away; new customers bring {new}; the others changed by {others}.",
        gone=words.money(abs(money["gone"]), short=True),
        new=words.money(money["new"], short=True),
        others=words.money(money["worth_less"] + money["worth_more"], short=True, signed=True),
    )
    model = words.say(
        "What the model has learnt counts for {model}.", model=words.money(money["model"], short=True, signed=True)
    )
    return f"{told} {model}"


def capital_by(frame: pd.DataFrame, *, attribute: str, words: Words) -> str:
    """Say which value of an attribute has the customers worth most each."""
    sure = frame[~frame["few"].astype(bool) & (frame["value_of"] != "")] if len(frame) else frame
    if len(sure) < 2:
        return ""
    best, least = (sure.loc[sure["value"].agg(which)] for which in ("idxmax", "idxmin"))
    return words.say(
        "{attribute}: a customer is worth most for {best} ({high}) and least for {least} ({low}).",
        attribute=words.label(attribute),
        best=words.value_of(attribute, best["value_of"]),
        high=words.money(best["value"], short=True),
        least=words.value_of(attribute, least["value_of"]),
        low=words.money(least["value"], short=True),
    )


def distribution(frame: pd.DataFrame, *, words: Words) -> str:
    """Say how much the first tenth holds, and the last half."""
    if not len(frame):
        return nothing(words)
    return words.say(
        "The first tenth of customers holds {first} of the value to come, the second half {last}.",
        first=words.percent(frame["share"].iloc[0], 0),
        last=words.percent(frame.loc[frame["decile"] > 5, "share"].sum(), 0),
    )


def at_risk(frame: pd.DataFrame, *, words: Words) -> str:
    """Say how much value may be leaving with customers who may be gone."""
    if not len(frame) or missing(frame["share"].iloc[0]):
        return nothing(words)
    row = frame.iloc[0]
    return words.say(
        "{money} may be leaving with customers of the last twelve months who may be gone: {share} of what they would "
        "bring if all were still there.",
        money=words.money(row["at_risk"], short=True),
        share=words.percent(row["share"], 0),
    )


def validation(total: pd.DataFrame, top: pd.DataFrame, *, words: Words) -> str:
    """Say whether the model missed the last period by more than its interval, and how many of the best it had found."""
    if not len(total):
        return words.say("There is no earlier period to test the model on.")
    row = total.iloc[0]
    places = {
        "expected": words.number(row["expected"]),
        "low": words.number(row["low"]),
        "high": words.number(row["high"]),
        "actual": words.number(row["actual"]),
        "period": words.now,
        "error": words.percent(row["error"], signed=True),
    }
    if row["missed"]:
        told = words.say(
            "The model missed: it forecast {expected} purchases for {period} (95% interval: {low} to {high}), {actual} "
            "came ({error}).",
            **places,
        )
    else:
        told = words.say(
            "The model held: it forecast {expected} purchases for {period} (95% interval: {low} to {high}), {actual} "
            "came ({error}).",
            **places,
        )
    if not len(top) or missing(top["share"].iloc[0]):
        return told
    best = words.plural(
        "Of the {n} customer who then brought most, it had {share} in its first fifth; a draw would find {chance}.",
        "Of the {n} customers who then brought most, it had {share} in its first fifth; a draw would find {chance}.",
        top["customers"].iloc[0],
        share=words.percent(top["share"].iloc[0], 0),
        chance=words.percent(top["by_chance"].iloc[0], 0),
    )
    return f"{told} {best}"


def forecasts(frame: pd.DataFrame, *, words: Words) -> str:
    """Say how the last forecast turned out, and in which direction forecasts err."""
    if not len(frame):
        return words.say("No period could be forecast yet: it takes two with repeat purchases.")
    last = frame.iloc[-1]
    places = {
        "period": words.period(last["period"]),
        "expected": words.number(last["expected"]),
        "actual": words.number(last["actual"]),
    }
    told = (
        words.say("For {period} we forecast {expected} purchases, and {actual} came: a miss.", **places)
        if last["missed"]
        else words.say(
            "For {period} we forecast {expected} purchases, and {actual} came: within the interval.", **places
        )
    )
    missed = frame[frame["missed"].astype(bool)]
    if len(frame) < 2 or len(missed) < 2:
        return told
    if (missed["error"] > 0).all():
        return told + " " + words.say("Misses are all on the high side: take the next forecast as a ceiling.")
    if (missed["error"] < 0).all():
        return told + " " + words.say("Misses are all on the low side: take the next forecast as a floor.")
    return told


def reconciliation(frame: pd.DataFrame, *, words: Words) -> str:
    """Say how far the simple formula is from the prediction, and which difference weighs most."""
    if not len(frame):
        return words.say("The simple formula needs two years of orders.")
    names = {
        "horizon": words.say("the horizon"),
        "discount": words.say("the discount"),
        "rates": words.say("each customer's own rates"),
        "gone": words.say("customers who may be gone"),
    }
    weights = frame["customers"] / frame["customers"].sum()
    means = {name: float((frame[name] * weights).sum()) for name in ("simple", *names, "predicted")}
    most = max(names, key=lambda name: abs(means[name]))
    return words.say(
        "The simple formula says {simple} a customer, the prediction {predicted}; what weighs most between them is "
        "{reason} ({money}).",
        simple=words.money(means["simple"], short=True),
        predicted=words.money(means["predicted"], short=True),
        reason=names[most],
        money=words.money(means[most], short=True, signed=True),
    )


def trust_short(notes: pd.DataFrame, *, words: Words) -> str:
    """Say what a reader of the first figures must know: nothing most of the time."""
    return " ".join(_notes(notes[notes["status"].isin(FIRST)], words))


def trust(notes: pd.DataFrame, selection: pd.DataFrame, *, words: Words) -> str:
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
