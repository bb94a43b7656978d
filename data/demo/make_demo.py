"""Make the demo portfolio: `python data/demo/make_demo.py [FOLDER]`.

Atelier Numérique is an invented French company that sells web sites, hosting and the like. The same bytes come out
each time: every table draws from a random generator of its own, seeded by `SEED`. What there is to find is in
`stories.py`.
"""

import sys
from pathlib import Path

import numpy as np
from dirt import soil_customers, soil_orders
from files import (
    day_text,
    decimal_text,
    money_text,
    write_csv,
    write_excel,
    write_parquet,
)
from goals import make_products, make_scorecard, make_spend, make_targets
from headers import HEADERS
from people import EXISTING, add_dates, make_people
from relations import (
    make_contracts,
    make_experiments,
    make_interactions,
    make_opportunities,
    make_surveys,
)
from sales import make_sales

SEED = 2024
TESTED = 450  # customers in each arm of the test of September 2025


def source(table):
    """The random generator of one table."""
    return np.random.default_rng([SEED, *table.encode()])


def french(table, headers):
    """The columns in the order of `headers`, under their French names."""
    return table[list(headers)].rename(columns=headers)


def main(folder):
    """Make every table, then write every file."""
    people = make_people(source("people"))
    tested = source("tested").choice(EXISTING, 2 * TESTED, replace=False)
    reminded, unreminded = np.sort(tested[:TESTED]), np.sort(tested[TESTED:])
    sales = make_sales(source("sales"), people, reminded)
    days = sales[sales.amount > 0].groupby("customer_id").order_date
    add_dates(source("dates"), people, days.min(), days.max())

    write_orders(folder / "commandes.csv", sales)
    customers = soil_customers(source("dirt"), people)
    write_excel(french(customers, HEADERS["customers"]), folder / "clients.xlsx", "Clients")
    products = make_products()
    products = products.assign(
        list_price=decimal_text(products.list_price), launched_date=day_text(products.launched_date)
    )
    write_csv(french(products, HEADERS["products"]), folder / "produits.csv", "cp1252")
    write_excel(
        french(make_contracts(source("contracts"), sales), HEADERS["contracts"]), folder / "contrats.xlsx", "Contrats"
    )
    write_parquet(make_interactions(source("interactions"), people, sales), folder / "interactions.parquet")
    surveys = make_surveys(source("surveys"), sales)
    surveys = surveys.assign(date=day_text(surveys.date, "%Y-%m-%d"))
    write_csv(french(surveys, HEADERS["surveys"]), folder / "enquetes.csv", "utf-8", ",", "\n")
    deals = make_opportunities(source("opportunities"), people)
    write_excel(french(deals, HEADERS["opportunities"]), folder / "opportunites.xlsx", "Affaires")
    spend = make_spend(source("spend"))
    spend = spend.assign(date=day_text(spend.date), amount=decimal_text(spend.amount))
    write_csv(french(spend, HEADERS["spend"]), folder / "depenses.csv", "cp1252")
    targets = make_targets()
    write_csv(
        french(targets.assign(target=decimal_text(targets.target)), HEADERS["targets"]),
        folder / "objectifs.csv",
        "cp1252",
    )
    experiments = make_experiments(source("experiments"), people, reminded, unreminded)
    experiments = experiments.assign(assigned_date=day_text(experiments.assigned_date, "%Y-%m-%d"))
    write_csv(experiments, folder / "experiences.csv", "utf-8", ",", "\n")
    scorecard = make_scorecard()
    scorecard = scorecard.assign(value=decimal_text(scorecard.value), target=decimal_text(scorecard.target))
    write_csv(french(scorecard, HEADERS["scorecard"]), folder / "tableau_de_bord.csv", "cp1252")


def write_orders(path, sales):
    """The order lines as text, with their faults."""
    rng = source("text")
    amount, cost = money_text(rng, sales.amount), decimal_text(sales.cost)
    text = sales.assign(order_date=day_text(sales.order_date), amount=amount, cost=cost)
    write_csv(french(soil_orders(source("faults"), text), HEADERS["orders"]), path, "cp1252")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    target.mkdir(parents=True, exist_ok=True)
    main(target)
