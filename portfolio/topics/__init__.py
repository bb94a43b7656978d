"""The topics of a portfolio, in the order of the story. One folder each, declared once; nothing else names them."""

from portfolio.topics import (
    account_managers,
    activity,
    bridge,
    concentration,
    contracts,
    lifecycle,
    lifetime,
    lines,
    movement,
    offer,
    places,
    prediction,
    revenue_tree,
    rfm,
    sizes,
    voice,
)

TOPICS = (
    activity.TOPIC,
    movement.TOPIC,
    revenue_tree.TOPIC,
    bridge.TOPIC,
    lifecycle.TOPIC,
    rfm.TOPIC,
    concentration.TOPIC,
    sizes.TOPIC,
    places.TOPIC,
    offer.TOPIC,
    lifetime.TOPIC,
    voice.TOPIC,
    contracts.TOPIC,
    account_managers.TOPIC,
    prediction.TOPIC,
    lines.TOPIC,
)
