"""What else is known of the dealings with customers: contracts, contacts, answers, deals, tests."""

import numpy as np
import pandas as pd
from sales import LAST_DAY
from words import CAMPAIGNS, CHANNELS, COMMENTS, CONTRACT_CATEGORIES, OFFER

OUTAGE = pd.Timestamp("2025-10-14")  # the hosting is down for two days
SURVEY_MEAN = {"2024-H1": 8.35, "2024-H2": 8.4, "2025-H1": 8.45, "2025-H2": 7.55, "2026-H1": 8.0}
ANSWERS = 340  # survey answers in a semester
TOPICS = ["Projet", "Support", "Formation"]
MAILED = 650  # customers reached by each campaign
DEALS = 900


def semester(days):
    """`2025-H2` for each day."""
    return days.dt.year.astype(str) + "-H" + ((days.dt.month + 5) // 6).astype(str)


def make_contracts(rng, sales):
    """Contracts on articles of a running service, until the first anniversary after the customer's last order."""
    last = sales.groupby("customer_id").order_date.max()
    bought = sales[sales.category.isin(CONTRACT_CATEGORIES) & (sales.amount > 0)]
    contracts = bought.drop_duplicates(["customer_id", "product"])
    contracts = contracts[rng.random(len(contracts)) < 0.45]
    back = np.where(contracts.order_date < "2024-07-01", rng.integers(0, 1500, len(contracts)), 0)
    start = contracts.order_date - pd.to_timedelta(back, "D")
    years = (contracts.customer_id.map(last) - start).dt.days // 365 + 1
    end = start + pd.to_timedelta(years * 365 - 1, "D")
    return pd.DataFrame(
        {
            "customer_id": contracts.customer_id,
            "product": contracts["product"],
            "start_date": start,
            "end_date": end.where(rng.random(len(contracts)) > 0.08),
            "annual_amount": np.round(contracts.amount * rng.choice([1.0, 2.0, 4.0], len(contracts)), 2),
        }
    )


def make_interactions(rng, people, sales):
    """Campaign e-mails with the furthest response to each, and the visits, calls, requests and complaints."""
    weight = people.customer_id.map(sales.groupby("customer_id").size()).fillna(0) + 4
    chance = (weight / weight.sum()).to_numpy()
    parts = [mailing(rng, people, chance, name, pd.Timestamp(day)) for name, day in CAMPAIGNS.items()]
    kinds = {"visit": 900, "call": 1500, "web": 1600, "event": 300, "support": 1500, "complaint": 260}
    parts += [contacts(rng, people, chance, kind, count) for kind, count in kinds.items()]
    hosted = sales[(sales.category == "Hébergement") & (sales.order_date < OUTAGE)].customer_id.unique()
    parts.append(
        pd.DataFrame(
            {
                "customer_id": rng.choice(hosted, 180),
                "channel": "phone",
                "kind": "complaint",
                "date": OUTAGE + pd.to_timedelta(rng.integers(0, 16, 180), "D"),
            }
        )
    )
    table = pd.concat(parts, ignore_index=True)
    asks = table.kind.isin(["support", "complaint"])
    wait = pd.to_timedelta(np.ceil(rng.gamma(1.2, 4.0, len(table))), "D")
    resolved = (table.date + wait).where(asks & (rng.random(len(table)) < 0.93))
    table["resolved_date"] = resolved.where(resolved <= LAST_DAY)
    columns = ["customer_id", "date", "channel", "kind", "campaign", "response", "resolved_date"]
    return table[columns].sort_values(["date", "customer_id", "kind"], kind="stable", ignore_index=True)


def mailing(rng, people, chance, campaign, day):
    """One row per customer reached by a campaign."""
    who = rng.choice(len(people), MAILED, replace=False, p=chance)
    keen = np.clip(0.5 + 0.25 * np.log2(people.rate.to_numpy()[who] + 0.5), 0.1, 1.5)
    draw = rng.random(MAILED) / keen
    steps = [draw < 0.02, draw < 0.05, draw < 0.16, draw < 0.48]
    response = np.select(steps, ["converted", "replied", "clicked", "opened"], "sent")
    return pd.DataFrame(
        {
            "customer_id": people.customer_id.to_numpy()[who],
            "date": day,
            "channel": "email",
            "kind": "email",
            "campaign": campaign,
            "response": response,
        }
    )


def contacts(rng, people, chance, kind, count):
    """`count` contacts of one kind, spread over the working days."""
    days = pd.bdate_range("2024-01-02", LAST_DAY)
    channel = {"visit": "visit", "call": "phone", "web": "web", "event": "event"}.get(kind)
    return pd.DataFrame(
        {
            "customer_id": rng.choice(people.customer_id, count, p=chance),
            "date": days[rng.integers(0, len(days), count)],
            "channel": channel or rng.choice(["phone", "email", "web"], count),
            "kind": kind,
        }
    )


def make_surveys(rng, sales):
    """Answers of active customers; less happy after the outage, most of all those who are hosted."""
    parts = []
    for name, mean in SURVEY_MEAN.items():
        active = sales[(semester(sales.order_date) == name) & (sales.amount > 0)]
        who = rng.choice(active.customer_id.unique(), ANSWERS, replace=False)
        start = pd.Timestamp(f"{name[:4]}-{'01' if name[-1] == '1' else '10'}-20")
        score = np.clip(np.round(rng.normal(mean, 1.7, ANSWERS)), 0, 10).astype(int)
        mood = np.select([score >= 9, score >= 7], ["good", "fair"], "bad")
        unhappy_topic = ["Hébergement"] if name == "2025-H2" else ["Support", "Tarifs", "Délais"]
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": who,
                    "date": start + pd.to_timedelta(rng.integers(0, 70, ANSWERS), "D"),
                    "nps": score,
                    "csat": np.clip(np.round(score / 2 + rng.normal(0.1, 0.5, ANSWERS)), 1, 5).astype(int),
                    "topic": np.where(mood == "bad", rng.choice(unhappy_topic, ANSWERS), rng.choice(TOPICS, ANSWERS)),
                    "comment": [rng.choice(COMMENTS[m]) for m in mood],
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    table["csat"] = table.csat.astype("Int64").where(rng.random(len(table)) < 0.95)
    return table.sort_values(["date", "customer_id"], ignore_index=True)


def make_opportunities(rng, people):
    """Leads and deals: the older ones are settled, the recent ones open, some of them asleep."""
    row = rng.integers(0, len(people), DEALS)
    created = pd.Series(pd.Timestamp("2024-01-02") + pd.to_timedelta(np.sort(rng.integers(0, 909, DEALS)), "D"))
    closed = created + pd.to_timedelta(np.ceil(rng.gamma(2.0, 35.0, DEALS)), "D")
    settled = (closed <= LAST_DAY) & (rng.random(DEALS) < 0.93)
    stage = np.where(
        settled,
        rng.choice(["won", "lost", "abandoned"], DEALS, p=[0.36, 0.44, 0.20]),
        rng.choice(["lead", "qualified", "proposal"], DEALS, p=[0.4, 0.35, 0.25]),
    )
    activity = created + pd.to_timedelta(((LAST_DAY - created).dt.days * rng.random(DEALS)).round(), "D")
    categories = rng.choice(list(OFFER), DEALS)
    known = rng.random(DEALS) < 0.94
    return pd.DataFrame(
        {
            "opportunity_id": [f"OP-{i:04d}" for i in range(1, DEALS + 1)],
            "created_date": created,
            "customer_id": np.where(known, people.customer_id.to_numpy()[row], None),
            "stage": stage,
            "amount": np.round(rng.lognormal(8.1, 0.8, DEALS), -1),
            "closed_date": closed.where(settled),
            "source": rng.choice([*CHANNELS, "Salon", "E-mail"], DEALS, p=[0.3, 0.1, 0.15, 0.25, 0.1, 0.1]),
            "product": [rng.choice(list(OFFER[c][3])) for c in categories],
            "account_manager": people.account_manager.to_numpy()[row],
            "last_activity_date": activity.where(~settled, closed),
        }
    )


def make_experiments(rng, people, reminded, unreminded):
    """Two A/B tests: the reminder of September 2025, which worked, and a subject line, which changed nothing."""
    code = people.customer_id.to_numpy()
    mailed = rng.choice(len(people), 500, replace=False)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "experiment": "Relance de rentrée 2025",
                    "customer_id": code[np.r_[reminded, unreminded]],
                    "variant": np.repeat(["relance", "témoin"], [len(reminded), len(unreminded)]),
                    "assigned_date": pd.Timestamp("2025-09-01"),
                }
            ).sort_values("customer_id"),
            pd.DataFrame(
                {
                    "experiment": "Objet du courriel, printemps 2026",
                    "customer_id": np.sort(code[mailed]),
                    "variant": rng.choice(["question", "affirmation"], 500),
                    "assigned_date": pd.Timestamp("2026-04-07"),
                }
            ),
        ],
        ignore_index=True,
    )
