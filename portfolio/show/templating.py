"""The templates of the fragments: Jinja2, everything escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """Return the one environment; a missing value is an error, not a blank."""
    return Environment(
        loader=PackageLoader("portfolio.show"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: object) -> str:
    """Return a fragment of ``show/templates``."""
    return environment().get_template(f"{template}.j2").render(**values).strip()
