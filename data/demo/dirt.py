"""The faults a real export has, put in on purpose, in the numbers that `stories.DIRT` announces."""

import numpy as np
import pandas as pd
from people import CUSTOMERS, GONE_SILENT
from sales import LAST_DAY
from stories import DIRT

UNKNOWN = ["C90001", "C90002", "C90003"]


def soil_customers(rng, people):
    """Customers entered twice under two spellings, e-mails missing or malformed."""
    people = people.copy()
    company = (people.index < CUSTOMERS) & ~people.individual & ~people.index.isin(GONE_SILENT)
    joined = people.name.str.contains("&| et ")
    twins = rng.choice(np.flatnonzero(company & joined), DIRT["customers_entered_twice"], replace=False)
    doubles = rng.choice(np.flatnonzero(company & ~joined), len(twins), replace=False)
    same = [
        "region",
        "city",
        "postcode",
        "country",
        "sector",
        "activity",
        "phone",
        "email",
        "headcount",
        "company_revenue",
    ]
    people.loc[doubles, same] = people.loc[twins, same].to_numpy()
    people.loc[doubles, "name"] = [respelt(name) for name in people.name[twins]]
    others = np.setdiff1d(np.arange(len(people)), [*twins, *doubles])
    missing, malformed = np.split(
        rng.choice(others, DIRT["emails_missing"] + DIRT["emails_malformed"], replace=False), [DIRT["emails_missing"]]
    )
    people.loc[missing, "email"] = None
    people.loc[malformed, "email"] = people.email[malformed].str.replace("@", " ")
    return people


def respelt(name):
    """The same company as another clerk would type it: `Garage Dupré & Fils` -> `GARAGE DUPRE ET FILS`."""
    plain = name.translate(str.maketrans("éèêôÉÈ", "eeeoEE")).replace("œ", "oe").replace("&", "et")
    return plain.upper()


def soil_orders(rng, text):
    """Faults in the order lines, already written as text; no line has two of them."""
    text = text.copy()
    single = ~text.duplicated("order_id", keep=False) & ~text.order_id.isin(text.origin)
    single &= (text.origin == "") & (text.order_date != LAST_DAY.strftime("%d/%m/%Y"))
    alone = rng.permutation(np.flatnonzero(single))
    takes = [
        "orders_without_customer",
        "orders_of_unknown_customers",
        "orders_without_date",
        "orders_with_impossible_date",
        "orders_with_unusable_amount",
    ]
    ends = np.cumsum([DIRT[name] for name in takes])
    nobody, unknown, undated, impossible, unpriced = np.split(alone[: ends[-1]], ends[:-1])
    text.loc[nobody, "customer_id"] = ""
    text.loc[unknown, "customer_id"] = np.resize(UNKNOWN, len(unknown))
    text.loc[undated, "order_date"] = ""
    text.loc[impossible, "order_date"] = "30/02/2025"
    text.loc[unpriced, "amount"] = "à définir"
    together = rng.permutation(np.flatnonzero((text.origin == "") & ~single & ~text.order_id.isin(text.origin)))
    zero, twice = np.split(
        together[: DIRT["orders_of_nothing"] + DIRT["order_lines_twice"]], [DIRT["orders_of_nothing"]]
    )
    text.loc[zero, "amount"] = "0,00"
    return pd.concat([text, text.loc[twice]]).sort_index(kind="stable").reset_index(drop=True)
