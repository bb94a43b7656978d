"""The headers of the raw files: table, then design name -> name in the file. The params file maps them back."""

HEADERS = {
    "orders": {
        "customer_id": "Code client", "order_date": "Date facture", "order_id": "N° facture", "product": "Article",
        "category": "Famille", "quantity": "Quantité", "amount": "Montant HT", "cost": "Coût", "channel": "Canal",
        "promotion": "Promotion", "origin": "Facture d'origine",
    },
    "customers": {
        "customer_id": "Code client", "name": "Raison sociale", "created_date": "Date de création",
        "account_manager": "Chargé de clientèle", "country": "Pays", "region": "Région", "city": "Ville",
        "postcode": "Code postal", "sector": "Code NAF", "activity": "Activité", "headcount": "Effectif",
        "company_revenue": "Chiffre d'affaires", "birth_year": "Année de naissance", "gender": "Sexe",
        "profession": "Profession", "household": "Foyer", "lifestyle": "Mode de vie", "need": "Besoin",
        "contact_name": "Contact", "contact_role": "Fonction", "email": "E-mail", "phone": "Téléphone",
        "preferred_channel": "Canal préféré", "consent": "Accord de contact", "verified_date": "Date de vérification",
        "closed_date": "Date de clôture",
    },
    "products": {
        "product": "Article", "category": "Famille", "list_price": "Prix catalogue", "launched_date": "Date de lancement",
    },
    "contracts": {
        "customer_id": "Code client", "product": "Article", "start_date": "Début", "end_date": "Fin",
        "annual_amount": "Montant annuel",
    },
    "surveys": {
        "customer_id": "Code client", "date": "Date", "nps": "Recommandation", "csat": "Satisfaction", "topic": "Sujet",
        "comment": "Commentaire",
    },
    "opportunities": {
        "opportunity_id": "N° affaire", "created_date": "Date d'ouverture", "customer_id": "Code client", "stage": "Étape",
        "amount": "Montant", "closed_date": "Date de clôture", "source": "Origine", "product": "Article",
        "account_manager": "Chargé de clientèle", "last_activity_date": "Dernière activité",
    },
    "spend": {
        "date": "Date", "amount": "Montant", "purpose": "Objet", "channel": "Canal", "campaign": "Campagne", "segment": "Segment",
    },
    "targets": {"measure": "Mesure", "target": "Objectif", "period": "Période", "segment": "Segment"},
    "scorecard": {
        "facet": "Facette", "measure": "Mesure", "period": "Période", "value": "Valeur", "target": "Objectif",
    },
    "interactions": {name: name for name in ["customer_id", "date", "channel", "kind", "campaign", "response", "resolved_date"]},
    "experiments": {name: name for name in ["experiment", "customer_id", "variant", "assigned_date"]},
}
