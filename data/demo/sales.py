"""What the customers buy: order lines, month by month, with credit notes."""

import numpy as np
import pandas as pd
from people import CUSTOMERS, GONE_SILENT
from words import CYBER_SECTORS, OFFER, OVERLOADED

MONTHS = pd.period_range("2024-01", "2026-06", freq="M")
LAST_DAY = pd.Timestamp("2026-06-30")
SEASON = np.array([0.95, 0.95, 1.05, 1.0, 0.9, 1.35, 0.85, 0.45, 1.05, 1.1, 1.1, 1.45])  # January .. December
DROP_OUT = 0.016  # chance to leave in a month
PROMOTIONS = {
    "2024-09": "RENTREE24",
    "2024-12": "FETES24",
    "2025-09": "RENTREE25",
    "2025-12": "FETES25",
    "2026-03": "PRINTEMPS26",
}
CREDITED = 0.022  # share of the lines that get a credit note
LATE_CREDITS = 40  # of which, issued more than a semester after the order
LARGE_CREDITS = 4  # credited in full, among the largest lines of all


def make_sales(rng, people, reminded):
    """Order lines, credit notes included, sorted by day and numbered as invoices are.

    `reminded` holds the rows of the customers who got the reminder of September 2025; they order more for 3 months.
    """
    customers = people.iloc[:CUSTOMERS]
    orders = make_orders(rng, customers, reminded)
    lines = make_lines(rng, customers, orders)
    return number(pd.concat([lines, make_credit_notes(rng, lines)], ignore_index=True))


def monthly_rates(customers, reminded):
    """Two arrays, customers x months: the orders expected, and the chance to leave."""
    season = SEASON[MONTHS.month - 1]
    expected = customers.rate.to_numpy()[:, None] * season[None, :]
    leave = np.full(expected.shape, DROP_OUT)
    late = np.asarray(pd.Period("2025-07") <= MONTHS)
    losing = (customers.region == "Hauts-de-France").to_numpy()
    leave[np.ix_(losing, late)] *= 5
    expected[np.ix_(losing, late)] *= 0.7
    overloaded = (customers.account_manager == OVERLOADED).to_numpy()
    leave[overloaded] *= 2.3
    expected[overloaded] *= 0.7
    autumn = np.asarray((pd.Period("2025-09") <= MONTHS) & (pd.Period("2025-11") >= MONTHS))
    expected[np.ix_(reminded, autumn)] += 0.2
    expected[GONE_SILENT] = 2.6 * season
    leave[GONE_SILENT] = (pd.Period("2025-12") == MONTHS).astype(float)
    return expected, leave


def make_orders(rng, customers, reminded):
    """One row per order: the customer's row, the day, the channel."""
    expected, leave = monthly_rates(customers, reminded)
    won = customers.semester_won.to_numpy()
    start = np.where(won < 0, 0, won * 6 + rng.integers(0, 6, len(won)))
    month = np.arange(len(MONTHS))[None, :]
    left = np.cumsum((rng.random(leave.shape) < leave) & (month >= start[:, None]), axis=1)
    here = (month >= start[:, None]) & (np.hstack([np.zeros((len(won), 1)), left[:, :-1]]) == 0)
    count = rng.poisson(expected) * here
    first = np.where(won < 0, rng.integers(0, 6, len(won)), start)
    surely = (won >= 0) | (rng.random(len(won)) < 0.93)
    rows = np.flatnonzero(surely)
    count[rows, first[rows]] = np.maximum(count[rows, first[rows]], 1)
    count[GONE_SILENT, 23] = 2
    who, when = np.nonzero(count)
    repeats = count[who, when]
    who, when = np.repeat(who, repeats), np.repeat(when, repeats)
    days = [pd.bdate_range(m.start_time, m.end_time.normalize()) for m in MONTHS]
    date = [days[m][rng.integers(len(days[m]))] for m in when]
    orders = pd.DataFrame({"who": who, "order_date": date})
    orders = orders.sort_values(["order_date", "who"], ignore_index=True)
    orders.loc[len(orders) - 1, "order_date"] = LAST_DAY
    orders["order"] = orders.index
    usual = customers.preferred_channel.to_numpy()[orders.who]
    first_ever = ~orders.duplicated("who")
    other = rng.choice(["Commercial", "Téléphone", "Partenaire"], len(orders), p=[0.5, 0.35, 0.15])
    orders["channel"] = np.where(first_ever | (rng.random(len(orders)) < 0.75), usual, other)
    return orders


def make_lines(rng, customers, orders):
    """One row per order line: article, quantity, amount, cost."""
    lines = orders.loc[orders.index.repeat(1 + np.minimum(rng.poisson(1.05, len(orders)), 6))].reset_index(drop=True)
    lines["category"] = draw_categories(rng, customers, lines.who.to_numpy())
    draw = rng.random(len(lines))
    names = {category: list(articles) for category, (*_, articles) in OFFER.items()}
    lines["product"] = [names[c][int(d * len(names[c]))] for c, d in zip(lines.category, draw, strict=False)]
    lines = lines.drop_duplicates(["order", "product"], ignore_index=True)
    price = np.array([OFFER[c][3][p][0] for c, p in zip(lines.category, lines["product"], strict=False)], dtype=float)
    ratio = np.array([OFFER[c][2] for c in lines.category])
    size = customers["size"].to_numpy()[lines.who]
    n = len(lines)
    lines["quantity"] = np.maximum(1, np.round(size * (105 / price) ** 0.5 * rng.lognormal(0.0, 0.35, n))).astype(int)
    lines["promotion"] = lines.order_date.dt.strftime("%Y-%m").map(PROMOTIONS).where(rng.random(n) < 0.35).fillna("")
    discount = np.clip(0.07 * np.log2(size), 0, 0.30) + 0.08 * (lines.promotion != "")
    rise = 1 + 0.005 * ((lines.order_date.dt.year - 2024) * 12 + lines.order_date.dt.month - 1)
    full = price * rise * lines.quantity
    lines["amount"] = np.round(full * (1 - discount) * rng.lognormal(0.0, 0.08, n), 2)
    lines["cost"] = np.round(full * ratio * rng.lognormal(0.0, 0.10, n), 2)
    lines["customer_id"] = customers.customer_id.to_numpy()[lines.who]
    return lines


def draw_categories(rng, customers, who):
    """A category for each line, out of those its customer has taken up."""
    reach = np.array([reach for reach, *_ in OFFER.values()])
    chance = np.tile(reach, (len(customers), 1))
    chance[:, list(OFFER).index("Cybersécurité")] *= np.where(customers.sector.isin(CYBER_SECTORS), 4, 1)
    weight = np.array([weight for _, weight, *_ in OFFER.values()]) * (rng.random(chance.shape) < chance)
    weight[weight.sum(axis=1) == 0, 0] = 1.0
    steps = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    choice = (rng.random(len(who))[:, None] > steps[who]).sum(axis=1)
    return np.array(list(OFFER))[choice]


def make_credit_notes(rng, lines):
    """Negative lines, each for one invoiced earlier: in full or in part, most within weeks, some a semester later."""
    outage = (lines.category == "Hébergement") & lines.order_date.between("2025-08-01", "2025-10-14")
    large = lines.index.isin(lines.amount.nlargest(10 * LARGE_CREDITS).index[5::10])
    notes = lines[(rng.random(len(lines)) < np.where(outage, 0.15, CREDITED)) | large].copy()
    early = notes.index[notes.order_date < "2025-11-30"]
    late = notes.index.isin(rng.choice(early, LATE_CREDITS, replace=False))
    delay = np.where(late, rng.integers(184, 210, len(notes)), rng.integers(4, 70, len(notes)))
    notes["of_order"] = notes.order
    notes["order_date"] = notes.order_date + pd.to_timedelta(delay, "D")
    notes["order_date"] -= pd.to_timedelta((notes.order_date.dt.dayofweek - 4).clip(0), "D")
    part = np.where((rng.random(len(notes)) < 0.5) | large[notes.index], 1.0, rng.uniform(0.2, 0.8, len(notes)))
    for column in ["amount", "cost"]:
        notes[column] = -np.round(notes[column] * part, 2)
    notes["quantity"] = -np.maximum(1, np.round(notes.quantity * part)).astype(int)
    return notes[notes.order_date <= LAST_DAY]


def number(lines):
    """Invoice numbers (seven figures, leading zeros) and credit note numbers, in the order of the days."""
    credit = lines.amount < 0
    lines["order_id"] = [f"{order + 1:07d}" for order in lines.order]
    lines["origin"] = lines.order_id.where(credit, "")
    lines = lines.sort_values(["order_date", "order", "product"], kind="stable", ignore_index=True)
    credit = lines.amount < 0
    lines.loc[credit, "order_id"] = [f"AV{i:05d}" for i in range(1, credit.sum() + 1)]
    return lines
