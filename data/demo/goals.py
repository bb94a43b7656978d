"""What the company itself writes down: its offer, what it spends, its targets, its scorecard."""

import numpy as np
import pandas as pd
from sales import MONTHS
from words import CAMPAIGNS, OFFER

ACQUISITION = {
    "Commercial": 7200,
    "Téléphone": 1900,
    "Partenaire": 2100,
    "Boutique en ligne": 1500,
}  # EUR a month, 2024
ONLINE_RISE = 1.022  # the shop's budget, month after month
SALONS = {
    "2024-03": "region=Bretagne",
    "2024-10": "",
    "2025-03": "region=Bretagne",
    "2025-10": "",
    "2026-03": "region=Bretagne",
}

# measure, segment, target of 2025-H1, 2025-H2, 2026-H1
TARGETS = [
    ("retention_rate", "", 0.70, 0.72, 0.72),
    ("revenue", "", 5_600_000, 5_900_000, 6_100_000),
    ("new_customers", "", 130, 150, 170),
    ("average_basket", "", 2_150, 2_200, 2_250),
    ("margin_rate", "", 0.38, 0.38, 0.39),
    ("nps", "", 40, 42, 40),
    ("top_20_percent_share", "", 0.68, 0.67, 0.66),
    ("return_rate", "", 0.02, 0.02, 0.02),
    ("retention_rate", "region=Hauts-de-France", 0.68, 0.70, 0.70),
    ("retention_rate", "region=Bretagne", 0.72, 0.74, 0.74),
    ("revenue", "region=Bretagne", 1_000_000, 1_050_000, 1_150_000),
    ("new_customers", "region=Bretagne", 20, 22, 24),
    ("retention_rate", "account_manager=Julien Lambert", 0.70, 0.70, 0.70),
]
TARGET_PERIODS = ["2025-H1", "2025-H2", "2026-H1"]

# facet, measure, target, values of 2024-H1 .. 2026-H1
SCORECARD = [
    ("stakeholder_satisfaction", "Délai de réponse du support (heures)", 8, 7.5, 7.8, 8.2, 14.6, 10.1),
    ("stakeholder_satisfaction", "Satisfaction des salariés (sur 10)", 7.5, 7.4, 7.5, 7.3, 6.8, 7.0),
    ("strategies", "Part du chiffre d'affaires des offres de moins de 3 ans (%)", 12, 5.5, 6.9, 8.1, 8.8, 9.6),
    ("processes", "Projets livrés à la date promise (%)", 90, 86.0, 87.5, 88.0, 82.5, 86.5),
    ("processes", "Disponibilité de l'hébergement (%)", 99.9, 99.95, 99.93, 99.96, 98.71, 99.92),
    ("capabilities", "Heures de formation par salarié", 14, 9.0, 12.5, 11.0, 8.0, 13.0),
    ("capabilities", "Salariés certifiés en cybersécurité", 10, 1, 2, 3, 4, 6),
    ("stakeholder_contribution", "Clients parrains", 40, 22, 25, 27, 18, 24),
    ("stakeholder_contribution", "Clients membres du comité d'usagers", 20, 12, 12, 14, 15, 15),
]
PERIODS = ["2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1"]


def make_products():
    """One row per article."""
    rows = [
        (name, category, price, pd.Timestamp(launched))
        for category, (*_, articles) in OFFER.items()
        for name, (price, launched) in articles.items()
    ]
    return pd.DataFrame(rows, columns=["product", "category", "list_price", "launched_date"])


def make_spend(rng):
    """Monthly budgets by channel, campaigns, fairs and loyalty actions."""
    rows = []
    for step, month in enumerate(MONTHS):
        for channel, budget in ACQUISITION.items():
            rise = ONLINE_RISE**step if channel == "Boutique en ligne" else 1.0
            rows.append(
                (month.end_time.normalize(), budget * rise * rng.uniform(0.85, 1.15), "acquisition", channel, "", "")
            )
        rows.append((month.end_time.normalize(), 5200 * rng.uniform(0.9, 1.1), "retention", "Commercial", "", ""))
        if str(month) in SALONS:
            rows.append((month.start_time, 9500.0, "acquisition", "Salon", f"Salon {month.year}", SALONS[str(month)]))
    rows += [
        (pd.Timestamp(day), rng.uniform(1800, 3200), "retention", "E-mail", name, "") for name, day in CAMPAIGNS.items()
    ]
    table = pd.DataFrame(rows, columns=["date", "amount", "purpose", "channel", "campaign", "segment"])
    table["amount"] = np.round(table.amount, 2)
    return table.sort_values("date", kind="stable", ignore_index=True)


def make_targets():
    """One row per goal."""
    rows = [
        (measure, target, period, segment)
        for measure, segment, *targets in TARGETS
        for period, target in zip(TARGET_PERIODS, targets, strict=True)
    ]
    return pd.DataFrame(rows, columns=["measure", "target", "period", "segment"])


def make_scorecard():
    """One row per figure and semester."""
    rows = [
        (facet, measure, period, value, target)
        for facet, measure, target, *values in SCORECARD
        for period, value in zip(PERIODS, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["facet", "measure", "period", "value", "target"])
