"""How a model thinks, and how far to trust it."""
