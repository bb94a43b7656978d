"""What a company has of its own: topics in files beside its params, and what the params change of rules and lists.

TOPICS + params -> the topics of the portfolio, declared anew where the params say so; or every problem, with its line
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from portfolio.errors import N_, ParamsError, PortfolioError, Problems, nearest
from portfolio.params import Params
from portfolio.params.checks import with_nearest
from portfolio.params.yaml_lines import KeyPath
from portfolio.topics.contract import NONE, PREVIOUS, ActionList, ClassValue, Found, Gap, Stock, Topic, Topics

Problem = tuple[KeyPath, PortfolioError]


def own_topics(params: Params, topics: tuple[Topic, ...]) -> Topics:
    """Return the topics of a portfolio: those given, those of its own files, and what its params change of them.

    Raises
    ------
    Problems
        A file without TOPIC, that cannot be imported, or that takes a name twice; an unknown rule, list, figure,
        attribute or segment: each with its line in the params file.
    """
    problems: list[Problem] = []
    found = [*topics]
    for place, path in enumerate(params.topic_files):
        here = ("portfolio", "topics", place)
        try:
            topic = _load(path)
            _check_names(topic, Topics(tuple(found), params.portfolio.thresholds))
            found.append(topic)
        except PortfolioError as problem:
            problems.append((here, problem))
    every = Topics(tuple(found), params.portfolio.thresholds)
    problems += [
        *_rule_problems(params, every),
        *_unknown(params.portfolio.lists.named, _lists(every), ("portfolio", "lists")),
        *_unknown(params.portfolio.actions, every.vocabulary.actions, ("portfolio", "actions")),
        *_grid_problems(params, every),
    ]
    if problems:
        raise Problems(params.located(where, problem) for where, problem in problems)
    return Topics(tuple(_changed(topic, params, every) for topic in found), params.portfolio.thresholds)


def _load(path: Path) -> Topic:
    """Return the topic of a file, which is run as a module of its own."""
    name = f"portfolio_topic_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    content = path.read_bytes()
    module: Any = sys.modules.get(name)
    if getattr(module, "content", None) != content:
        module = _run(path, name)
        module.content = content
    if not isinstance(getattr(module, "TOPIC", None), Topic):
        raise ParamsError(N_("{file} has no TOPIC: it must end with TOPIC = Topic(...)."), file=path)
    return module.TOPIC


def _run(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        lines = [one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == str(path)]
        line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(path) else (lines or [1])[-1]
        raise ParamsError(
            N_("{file}, line {line}: {kind}: {why}"), file=path, line=line, kind=type(error).__name__, why=error
        ) from None
    return module


def _check_names(topic: Topic, others: Topics) -> None:
    """Check that a topic takes no name that another has."""
    thresholds = others.thresholds
    taken = [
        ({each.name for each in others}, [topic.name]),
        (others.figures, [figure.name for figure in topic.figures_of(thresholds)]),
        (others.classes, [each.name for each in topic.classes]),
        (others.rules, [rule.rule for rule in topic.findings]),
        (_lists(others), [each.name for each in topic.lists]),
    ]
    for known, names in taken:
        twice = [name for n, name in enumerate(names) if name in known or name in names[:n]]
        if twice:
            raise ParamsError(
                N_('The topic "{topic}" takes a name that is there already: {name}.'), topic=topic.name, name=twice[0]
            )


def _lists(topics: Topics) -> dict[str, ActionList]:
    return {each.name: each for topic in topics for each in topic.lists}


def _unknown(given: Iterable[str], known: Iterable[str], here: KeyPath) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            yield (*here, name), _no_such(name, known)


def _no_such(name: str, known: Iterable[str]) -> PortfolioError:
    problem = ParamsError(
        N_('"{given}" is not known here. Allowed: {allowed}.'), given=name, allowed=", ".join(sorted(known))
    )
    return with_nearest(problem, nearest(name, known))


def _rule_problems(params: Params, topics: Topics) -> Iterator[Problem]:
    attributes = {*topics.classes, *params.portfolio.attributes}
    for name, given in params.portfolio.findings.items():
        here, rule = ("portfolio", "findings", name), topics.rules.get(name)
        if given.figure is not None and given.figure not in topics.figures:
            yield (*here, "figure"), _no_such(given.figure, topics.figures)
        elif given.figure is not None and topics.figures[given.figure].direction == NONE:
            problem = N_("{figure} is neither good nor bad by itself: it can be no strength or weakness.")
            yield (*here, "figure"), ParamsError(problem, figure=given.figure)
        if rule is None and given.figure is None:
            yield here, _no_such(name, topics.rules)
        elif rule is not None and given.figure is not None:
            yield (*here, "figure"), ParamsError(N_("The rule {rule} is there already: its figure stays."), rule=name)
        elif rule is not None and not isinstance(rule, Gap) and (given.against or given.by):
            yield here, ParamsError(N_("Of the rule {rule} only least can be changed, or it can be false."), rule=name)
        for place, attribute in enumerate(given.by or ()):
            if attribute not in attributes:
                yield (*here, "by", place), _no_such(attribute, attributes)


def _grid_problems(params: Params, topics: Topics) -> Iterator[Problem]:
    """Yield the names of the RFM grid that are no segment: it stands in the thresholds, before topics are known."""
    grid = params.portfolio.thresholds.rfm_grid
    if grid is not None:
        known = [value.name for each in topics.classes.values() if each.name == "rfm_segment" for value in each.values]
        yield from _unknown(grid, known, ("portfolio", "thresholds", "rfm_grid"))


def _changed(topic: Topic, params: Params, topics: Topics) -> Topic:
    """Return a topic declared anew with what the params change of it."""
    portfolio = params.portfolio
    rules = [_rule(rule, portfolio.findings.get(rule.rule)) for rule in topic.findings]
    added = [
        Gap(name, given.figure, given.against or PREVIOUS, given.least or 0.0, given.by or ())
        for name, given in portfolio.findings.items()
        if given.figure and not given.off and topics.topic_of(given.figure).name == topic.name
    ]
    lists = [_list(each, portfolio) for each in topic.lists]
    classes = [replace(each, values=tuple(_value(value, portfolio) for value in each.values)) for each in topic.classes]
    return replace(
        topic,
        findings=(*(rule for rule in rules if rule), *added),
        lists=tuple(each for each in lists if each),
        classes=tuple(classes),
    )


def _rule(rule: Gap | Stock | Found, given: Any) -> Gap | Stock | Found | None:
    if given is None:
        return rule
    if given.off:
        return None
    changes = {name: getattr(given, name) for name in ("least", "against", "by") if getattr(given, name) is not None}
    return replace(rule, **changes)


def _value(value: ClassValue, portfolio: Any) -> ClassValue:
    return replace(value, do=portfolio.actions.get(value.name, value.do))


def _list(each: ActionList, portfolio: Any) -> ActionList | None:
    given = portfolio.lists.named.get(each.name)
    if given and given.off:
        return None
    words = {name: getattr(given, name) for name in ("title", "why") if getattr(given, name, None)}
    return replace(each, do=portfolio.actions.get(each.name, each.do), **words)
