"""Colours: told apart by their contrast, computed."""

from __future__ import annotations

import itertools
import re

import pytest

from portfolio.show import style

TEXT = ("ink", "muted", "link", "good", "bad")


@pytest.mark.parametrize("side", ["light", "dark"])
def test_contrast(side):
    paper, panel = (getattr(style.BASE[name], side) for name in ("paper", "panel"))
    for name in TEXT:
        for ground in (paper, panel):
            assert style.contrast(getattr(style.BASE[name], side), ground) >= 4.5, name
    marks = {**style.SEGMENTS, "accent": style.BASE["accent"], "accent-soft": style.BASE["accent-soft"]}
    for name, colour in marks.items():
        assert style.contrast(getattr(colour, side), paper) >= 3, name


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("name", style.RAMPS)
def test_ink_reads_on_every_step_of_a_ramp(name, side):
    """Cells of the heat maps carry their figures; each step is further from the paper than the one before."""
    steps = [getattr(style.COLOURS[f"{name}-{step}"], side) for step in range(1, style.STEPS + 1)]
    ink, paper = (getattr(style.BASE[each], side) for each in ("ink", "paper"))
    assert all(style.contrast(step, ink) >= 4.5 for step in steps)
    strengths = [style.contrast(step, paper) for step in steps]
    assert strengths == sorted(strengths)
    assert strengths[-1] > 2 * strengths[0]


def test_a_ramp_is_registered():
    values = style.variables_by_value()
    assert [values[step] for step in style.ramp("better")] == [f"var(--better-{n})" for n in range(1, 8)]
    assert style.ramp("worse")[0] == style.RAMPS["worse"][0].light
    assert style.ramp("worse")[-1] == style.RAMPS["worse"][1].light


def test_the_theme_draws_with_registered_colours_only():
    """Whatever seaborn picks by itself is recoloured in dark mode too."""
    values = style.variables_by_value()
    theme = style.theme()
    assert all(colour["color"] in values for colour in theme["axes.prop_cycle"])
    for name in ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color", "grid.color"):
        assert theme[name] in values, name
    assert theme["font.size"] == theme["xtick.labelsize"] == theme["axes.labelsize"] == style.TEXT


def test_contrast_of_known_colours():
    # WCAG 2: black on white is 21:1, #767676 on white the least grey at 4.5:1.
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert 4.5 <= style.contrast("#767676", "#ffffff") < 4.6


def test_no_two_names_share_a_value():
    lights = [colour.light for colour in style.COLOURS.values()]
    assert len(set(lights)) == len(lights)
    for one, other in itertools.combinations(style.SEGMENTS.values(), 2):
        assert one.dark != other.dark


def test_a_name_without_a_colour_has_the_accent():
    assert style.variable("no such segment") == "var(--accent)"
    assert style.colour("no such segment") == style.BASE["accent"].light
    assert style.variable("bad") == "var(--bad)"
    assert style.variable("cannot_lose") == "var(--seg-cannot-lose)"


def test_names_that_mean_the_same_share_a_colour():
    for name, other in style.SAME.items():
        assert style.variable(name) == style.variable(other) == f"var(--seg-{other})"
        assert style.colour(name) == style.colour(other)


def test_style_sheet_is_self_contained():
    css = style.css()
    assert len(css) < 10_000
    assert "url(" not in css
    assert "@import" not in css
    declared = set(re.findall(r"(--[a-z-]+):", css))
    assert set(re.findall(r"var\((--[a-z-]+)\)", css)) <= declared
    assert css.count("prefers-color-scheme:dark") == 1
