"""Who the customers are: one row per customer or prospect, with the hidden traits that drive what they buy."""

import unicodedata

import numpy as np
import pandas as pd
from words import (
    CHANNELS,
    FIRST_NAMES,
    HOUSEHOLDS,
    LIFESTYLES,
    MANAGERS,
    NEEDS,
    PHONE_PREFIXES,
    PROFESSIONS,
    REGIONS,
    ROLES,
    SECTORS,
    SUFFIXES,
    SURNAMES,
)

EXISTING = 900  # customers already there on 2024-01-01
ACQUIRED = [75, 115, 130, 150, 180]  # customers won in each semester
PROSPECTS = 400
CUSTOMERS = EXISTING + sum(ACQUIRED)
ONLINE_SHARE = [0.15, 0.18, 0.28, 0.42, 0.55]  # of the customers won in each semester
INDIVIDUALS = 0.12
GONE_SILENT = [6, 41, 77]  # rows of first-rank customers who order until 2025-12, then no more


def make_people(rng):
    """One row per customer and prospect: the customers table but for its dates, and the hidden traits."""
    n = CUSTOMERS + PROSPECTS
    people = pd.DataFrame({"customer_id": [f"C{i:05d}" for i in range(1, n + 1)]})
    people["individual"] = rng.random(n) < INDIVIDUALS
    people.loc[GONE_SILENT, "individual"] = False
    add_names(rng, people)
    add_places(rng, people)
    add_traits(rng, people)
    add_contacts(rng, people)
    return people


def add_names(rng, people):
    """Company names made of a trade, a surname and a suffix, no two alike; individuals have their own name."""
    n = len(people)
    trades = [(code, word) for code, (_, words) in SECTORS.items() for word in words]
    pairs = rng.permutation(len(trades) * len(SURNAMES))
    pairs = np.concatenate([pairs, pairs])[:n]  # the second round takes another suffix, so names stay unique
    suffix = rng.integers(0, 3, n) + 3 * (rng.random(n) < 0.4)
    suffix = np.where(np.arange(n) >= len(trades) * len(SURNAMES), 6 + suffix % 3, suffix)
    people["sector"] = [trades[p // len(SURNAMES)][0] for p in pairs]
    people["activity"] = [SECTORS[code][0] for code in people.sector]
    people["gender"] = rng.choice(["F", "M"], n)
    people["first_name"] = [rng.choice(FIRST_NAMES[g]) for g in people.gender]
    people["surname"] = rng.choice(SURNAMES, n)
    company = [
        f"{trades[p // len(SURNAMES)][1]} {SURNAMES[p % len(SURNAMES)]}{SUFFIXES[s]}"
        for p, s in zip(pairs, suffix, strict=True)
    ]
    people["name"] = np.where(people.individual, people.first_name + " " + people.surname, company)
    people.loc[GONE_SILENT, "name"] = ["Groupe Kerbiriou & Fils", "L'Œuvre d'Armor", "Fonderie D'Hondt SAS"]
    people.loc[people.individual, ["sector", "activity"]] = None


def add_places(rng, people):
    """Region, town and postcode (text: some start with 0)."""
    weights = [weight for weight, _ in REGIONS.values()]
    people["region"] = rng.choice(list(REGIONS), len(people), p=weights)
    towns = [REGIONS[region][1][rng.integers(len(REGIONS[region][1]))] for region in people.region]
    people["city"], people["postcode"] = zip(*towns, strict=False)
    people["country"] = "France"


def add_traits(rng, people):
    """The hidden traits: size (lognormal), orders per month (gamma), semester won; and what shows of them."""
    n = len(people)
    people["account_manager"] = rng.choice(list(MANAGERS), n, p=list(MANAGERS.values()))
    people["size"] = rng.lognormal(0.0, 1.4, n)
    people["rate"] = (rng.gamma(0.9, 0.55, n) + 0.06) * people["size"].clip(0.2, 8) ** 0.27
    people.loc[GONE_SILENT, "size"] = 16.0
    won = np.repeat(np.arange(-1, len(ACQUIRED)), [EXISTING, *ACQUIRED])
    people["semester_won"] = np.concatenate([won, np.full(PROSPECTS, -9)])
    online = np.array([*ONLINE_SHARE, 0, 0.15])[people.semester_won.clip(-1)]
    online = np.where(people.semester_won == -1, 0.15, online)
    other = rng.choice(CHANNELS[:3], n, p=[0.55, 0.25, 0.20])
    people["preferred_channel"] = np.where(rng.random(n) < online, CHANNELS[3], other)
    people["headcount"] = np.where(people.individual, np.nan, np.ceil(people["size"] * rng.lognormal(2.0, 0.5, n)))
    people["company_revenue"] = np.round(people.headcount * rng.lognormal(11.6, 0.35, n), -3)


def add_contacts(rng, people):
    """Contact, e-mail and phone (reserved domains and numbers), and what is known of individuals."""
    n = len(people)
    people["need"] = rng.choice(NEEDS, n)
    people["contact_name"] = people.first_name + " " + people.surname
    people["contact_role"] = np.where(people.individual, None, rng.choice(ROLES, n))
    house = np.where(people.individual, people.customer_id.str.lower(), people.name.map(slug))
    people["email"] = [f"{slug(c)}@{h}.example.com" for c, h in zip(people.contact_name, house, strict=False)]
    people["phone"] = [f"{rng.choice(PHONE_PREFIXES)} {a:02d} {b:02d}" for a, b in rng.integers(0, 100, (n, 2))]
    people["consent"] = rng.random(n) < 0.7
    for column, choices in [("profession", PROFESSIONS), ("household", HOUSEHOLDS), ("lifestyle", LIFESTYLES)]:
        people[column] = np.where(people.individual, rng.choice(choices, n), None)
    people["birth_year"] = np.where(people.individual, rng.integers(1948, 2004, n), np.nan)
    people.loc[~people.individual, "gender"] = None


def add_dates(rng, people, first_orders, last_orders):
    """When each was created, last verified and closed, given the days of their first and last orders."""
    n = len(people)
    first = people.customer_id.map(first_orders)
    before = pd.Timestamp("2011-01-03") + pd.to_timedelta(rng.integers(0, 4740, n), "D")
    lead = first - pd.to_timedelta(rng.integers(0, 90, n), "D")
    prospect = pd.Timestamp("2022-01-03") + pd.to_timedelta(rng.integers(0, 1630, n), "D")
    people["created_date"] = np.where(
        people.semester_won == -1, before, np.where(people.semester_won >= 0, lead, prospect)
    )
    age = (pd.Timestamp("2026-06-30") - people.created_date).dt.days
    verified = people.created_date + pd.to_timedelta((age * rng.beta(3, 1, n)).round(), "D")
    people["verified_date"] = verified.where(rng.random(n) < 0.9)
    last = people.customer_id.map(last_orders)
    closed = last + pd.to_timedelta(rng.integers(20, 60, n), "D")
    people["closed_date"] = closed.where((last < "2025-06-30") & (rng.random(n) < 0.15))


def slug(text):
    """Plain lower-case letters joined by hyphens: `L'Œuvre d'Armor` -> `l-oeuvre-d-armor`."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("&", "et")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in text).split())
