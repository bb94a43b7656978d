"""The vocabulary of the invented company: its offer, its regions, its people, and the words names are made of."""

# category: (share of customers who may buy it, weight among their purchases, cost / list price, articles)
# article: (list price in EUR, launch date)
OFFER = {
    "Hébergement": (
        0.85,
        3.0,
        0.42,
        {
            "Hébergement mutualisé": (190, "2012-03-01"),
            "Serveur dédié": (890, "2014-09-15"),
            "Sauvegarde hors site": (240, "2019-01-10"),
            "Nom de domaine": (35, "2012-03-01"),
        },
    ),
    "Maintenance": (
        0.70,
        2.5,
        0.55,
        {
            "Maintenance essentielle": (150, "2013-01-01"),
            "Maintenance évolutive": (420, "2015-06-01"),
            "Astreinte 24 h / 24": (980, "2021-02-01"),
        },
    ),
    "Messagerie et licences": (
        0.50,
        1.8,
        0.70,
        {
            "Boîte de messagerie": (60, "2012-03-01"),
            "Suite bureautique": (140, "2016-10-01"),
            "Licence d'édition": (310, "2018-04-01"),
        },
    ),
    "Référencement": (
        0.40,
        1.3,
        0.50,
        {
            "Audit de référencement": (690, "2014-01-15"),
            "Référencement mensuel": (380, "2014-01-15"),
            "Campagne de mots-clés": (750, "2017-05-01"),
        },
    ),
    "Sites web": (
        0.45,
        0.9,
        0.60,
        {
            "Site vitrine": (1900, "2012-03-01"),
            "Site sur mesure": (4800, "2013-09-01"),
            "Refonte de site": (3200, "2016-01-01"),
            "Page d'atterrissage": (450, "2020-06-01"),
        },
    ),
    "Design graphique": (
        0.35,
        0.9,
        0.48,
        {
            "Logo et charte": (950, "2012-03-01"),
            "Bannière et visuels": (280, "2013-01-01"),
            "Maquette d'écran": (620, "2018-11-01"),
        },
    ),
    "Formation": (
        0.30,
        0.7,
        0.45,
        {
            "Prise en main de site": (390, "2015-01-01"),
            "Formation rédaction web": (690, "2017-09-01"),
            "Formation données personnelles": (790, "2018-05-25"),
        },
    ),
    "E-commerce": (
        0.20,
        0.8,
        0.62,
        {
            "Boutique clé en main": (3900, "2016-03-01"),
            "Module de paiement": (640, "2016-03-01"),
            "Connecteur de stock": (1250, "2022-09-01"),
        },
    ),
    "Conseil": (
        0.18,
        0.5,
        0.40,
        {
            "Journée de conseil": (850, "2014-01-01"),
            "Audit d'accessibilité": (1450, "2023-01-15"),
        },
    ),
    "Cybersécurité": (
        0.025,
        2.0,
        0.38,
        {
            "Audit de sécurité": (2900, "2023-10-01"),
            "Supervision de sécurité": (1600, "2024-02-01"),
            "Test d'intrusion": (4200, "2024-03-01"),
        },
    ),
}
CONTRACT_CATEGORIES = ["Hébergement", "Maintenance", "Messagerie et licences", "Cybersécurité"]
CYBER_SECTORS = {"86.21Z", "69.20Z", "25.62B"}  # health, accountants, industry: more of them buy security

# region: (weight, towns with their postcodes)
REGIONS = {
    "Île-de-France": (
        0.22,
        [("Paris", "75011"), ("Montreuil", "93100"), ("Versailles", "78000"), ("Créteil", "94000")],
    ),
    "Bretagne": (0.16, [("Rennes", "35000"), ("Brest", "29200"), ("Vannes", "56000"), ("Saint-Brieuc", "22000")]),
    "Auvergne-Rhône-Alpes": (
        0.14,
        [("Lyon", "69003"), ("Grenoble", "38000"), ("Bourg-en-Bresse", "01000"), ("Moulins", "03000")],
    ),
    "Hauts-de-France": (0.13, [("Lille", "59000"), ("Amiens", "80000"), ("Laon", "02000"), ("Arras", "62000")]),
    "Occitanie": (0.11, [("Toulouse", "31000"), ("Montpellier", "34000"), ("Foix", "09000"), ("Nîmes", "30000")]),
    "Nouvelle-Aquitaine": (0.09, [("Bordeaux", "33000"), ("Limoges", "87000"), ("La Rochelle", "17000")]),
    "Pays de la Loire": (0.08, [("Nantes", "44000"), ("Angers", "49000"), ("Le Mans", "72000")]),
    "Grand Est": (0.07, [("Strasbourg", "67000"), ("Nancy", "54000"), ("Charleville-Mézières", "08000")]),
}

# NAF code: (activity, trade words that start a company name)
SECTORS = {
    "47.19B": ("Commerce de détail", ["Boutique", "Comptoir", "Maison", "Épicerie"]),
    "10.71C": ("Boulangerie", ["Boulangerie", "Pâtisserie", "Fournil"]),
    "43.32A": ("Bâtiment", ["Menuiserie", "Charpentes", "Couverture", "Plomberie"]),
    "45.20A": ("Automobile", ["Garage", "Carrosserie"]),
    "55.10Z": ("Hôtellerie", ["Hôtel", "Auberge", "Gîtes"]),
    "69.20Z": ("Expertise comptable", ["Cabinet", "Fiduciaire"]),
    "70.22Z": ("Conseil", ["Conseil", "Bureau d'études", "Agence"]),
    "86.21Z": ("Santé", ["Clinique", "Centre médical", "Laboratoire"]),
    "25.62B": ("Industrie", ["Mécanique", "Ateliers", "Usinage", "Fonderie"]),
    "01.21Z": ("Viticulture", ["Domaine", "Château", "Clos"]),
    "85.59A": ("Enseignement", ["Institut", "École"]),
    "94.99Z": ("Association", ["Association", "Les Amis de"]),
    "49.41A": ("Transport", ["Transports", "Messageries"]),
}
SURNAMES = [
    "Le Goff",
    "Dupré",
    "Lefèvre",
    "Morvan",
    "Garnier",
    "Chevalier",
    "Marchand",
    "Perrin",
    "Rousseau",
    "Blanchet",
    "Guégan",
    "Kerbiriou",
    "Tanguy",
    "Le Bihan",
    "Cœurdoux",
    "Ménard",
    "Besnard",
    "Fournier",
    "Gauthier",
    "Pélissier",
    "Delattre",
    "Vandamme",
    "Carpentier",
    "Lemaire",
    "D'Hondt",
    "Schmitt",
    "Muller",
    "Klein",
    "Weber",
    "Noël",
    "Fabre",
    "Roux",
    "Vidal",
    "Cazenave",
    "Etchegaray",
    "Lafitte",
    "Bonnet",
    "Chapuis",
    "Berthet",
    "Favre",
    "Oliveira",
    "Benali",
    "Nguyen",
    "Diallo",
    "Rossi",
    "Haddad",
    "Kowalski",
    "Traoré",
    "Lopès",
    "Martinet",
]
SUFFIXES = ["", "", "", " & Fils", " et Associés", " SARL", " SAS", " & Cie", " de l'Étoile"]
FIRST_NAMES = {
    "F": ["Claire", "Élodie", "Nadia", "Sophie", "Anaïs", "Françoise", "Maëlle", "Inès", "Zoé", "Hélène"],
    "M": ["Thomas", "Hugo", "Karim", "Loïc", "François", "Jérôme", "Mathéo", "Yann", "Rémi", "Benoît"],
}
MANAGERS = {
    "Julien Lambert": 0.37,
    "Sofia Marques": 0.11,
    "Thomas Girard": 0.11,
    "Élodie Texier": 0.11,
    "Hugo Fontaine": 0.10,
    "Nadia Caron": 0.10,
    "Gaëlle Prigent": 0.10,
}
OVERLOADED = "Julien Lambert"
CHANNELS = ["Commercial", "Téléphone", "Partenaire", "Boutique en ligne"]
NEEDS = ["Vendre en ligne", "Être visible", "Protéger ses données", "Gagner du temps", "Former son équipe"]
ROLES = ["Gérance", "Direction", "Communication", "Informatique", "Comptabilité"]
PROFESSIONS = ["Artisan", "Profession libérale", "Artiste", "Retraité", "Photographe", "Enseignant"]
HOUSEHOLDS = ["Seul", "Couple", "Couple avec enfants", "Famille monoparentale"]
LIFESTYLES = ["Urbain", "Périurbain", "Rural", "Littoral"]
PHONE_PREFIXES = ["01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98"]  # kept for fiction by Arcep
CAMPAIGNS = {  # campaign: sending day
    "Vœux 2024": "2024-01-15",
    "Printemps 2024": "2024-04-09",
    "Rentrée 2024": "2024-09-10",
    "Fêtes 2024": "2024-11-19",
    "Vœux 2025": "2025-01-14",
    "Printemps 2025": "2025-04-08",
    "Rentrée 2025": "2025-09-09",
    "Fêtes 2025": "2025-11-18",
    "Vœux 2026": "2026-01-13",
    "Printemps 2026": "2026-04-07",
}
COMMENTS = {
    "good": ["Équipe à l'écoute", "Très bon suivi", "Rapide et soigné", "Rien à redire"],
    "fair": ["Correct", "Délais un peu longs", "Facture peu claire", ""],
    "bad": ["Panne trop longue", "Pas de réponse du support", "Trop cher", "Interlocuteur débordé"],
}
