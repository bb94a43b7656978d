"""Forecasts against what came."""
