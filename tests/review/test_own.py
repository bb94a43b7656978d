"""A company's own topics, and what its params change of rules and lists: what is refused, with its line."""

from __future__ import annotations

import pytest

from portfolio.errors import Problems
from portfolio.params import load_params
from portfolio.review.own import own_topics
from portfolio.topics import TOPICS

USING = "from portfolio.topics.contract import *\nfrom portfolio.topics.contract import COUNT, TARGET, UP\n"


def topic(name="renewals", declared=""):
    """The text of a file that declares a topic, on its third line."""
    return f'{USING}TOPIC = Topic("{name}", "Who renews?", {declared})\n'


@pytest.fixture
def opened(tmp_path):
    """Return a function that opens the topics of a params file with own files, named a.py, b.py ..., and more lines."""

    def opened(*files, more=""):
        (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\n", encoding="utf-8")
        names = [f"{letter}.py" for letter in "abc"[: len(files)]]
        for name, text in zip(names, files, strict=True):
            (tmp_path / name).write_text(text, encoding="utf-8")
        own = "".join(f"    - {name}\n" for name in names)
        # The first of the files stands on line 6; without a file, what is more stands on line 5.
        text = "portfolio:\n  name: Test\n  tables:\n    orders: {source: orders.csv}\n"
        text += (f"  topics:\n{own}" if own else "") + more
        (tmp_path / "params.yml").write_text(text, encoding="utf-8")
        return own_topics(load_params(tmp_path / "params.yml"), TOPICS)

    return opened


@pytest.fixture
def problems(opened, tmp_path):
    def problems(*files, more=""):
        with pytest.raises(Problems) as caught:
            opened(*files, more=more)
        return [
            str(problem).replace(f"{tmp_path.resolve()}/", "").removeprefix("params.yml, ")
            for problem in caught.value.problems
        ]

    return problems


# ---- files


def test_an_own_topic_comes_after_ours(opened):
    found = opened(topic(declared='figures=(Figure("renewed", COUNT, UP, "Renewed"),)'))
    assert [each.name for each in found] == [*(each.name for each in TOPICS), "renewals"]
    assert found.figures["renewed"].label == "Renewed"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "a.py has no TOPIC: it must end with TOPIC = Topic(...)."),
        ("TOPIC = 'renewals'\n", "a.py has no TOPIC: it must end with TOPIC = Topic(...)."),
        ("x = 1\nimport not_there\n", "a.py, line 2: ModuleNotFoundError: No module named 'not_there'"),
        (f"{USING}TOPIC = Topic(\n", "a.py, line 3: SyntaxError: '(' was never closed (a.py, line 3)"),
        # The line is the last one of the file itself: the one that asked for what cannot be.
        ("def f():\n    return 1 / 0\n\n\nf()\n", "a.py, line 2: ZeroDivisionError: division by zero"),
        ("import json\n\njson.loads('')\n", "a.py, line 3: JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
        (
            topic(declared="figure=()"),
            "a.py, line 3: TypeError: Topic.__init__() got an unexpected keyword argument 'figure'",
        ),
    ],
)
def test_a_file_that_is_no_topic_is_told_with_both_lines(problems, text, said):
    [problem] = problems(text)
    assert problem.startswith(f"line 6, portfolio.topics[0]: {said}")


@pytest.mark.parametrize(
    ("declared", "taken"),
    [
        ("", "activity"),
        ('figures=(Figure("gini", COUNT, UP, "Mine"),)', "gini"),
        ('figures=(Figure("mine", COUNT, UP, "Mine"), Figure("mine", COUNT, UP, "Mine"))', "mine"),
        ('classes=(Class("size", None),)', "size"),
        ('findings=(Gap("revenue_vs_target", "revenue", TARGET, 0.1),)', "revenue_vs_target"),
        ('lists=(ActionList("win_back", {}, "", "", "", 99),)', "win_back"),
    ],
)
def test_a_name_that_is_there_already(problems, declared, taken):
    name = "renewals" if declared else "activity"
    assert problems(topic(name, declared)) == [
        f'line 6, portfolio.topics[0]: The topic "{name}" takes a name that is there already: {taken}.'
    ]


def test_every_problem_at_once_each_with_its_line(problems):
    found = problems(topic(), topic(), "x = 1\n", more="  lists: {winback: false}\n")
    assert [problem.split(":")[0] for problem in found] == [
        "line 7, portfolio.topics[1]", "line 8, portfolio.topics[2]", "line 9, portfolio.lists.winback"
    ]  # fmt: skip
    assert found[0].endswith('The topic "renewals" takes a name that is there already: renewals.')


def test_a_file_mended_is_read_anew(opened, problems):
    problems("x = 1\n")
    assert "renewals" in {each.name for each in opened(topic())}
    assert "contracts_renewed" in {each.name for each in opened(topic("contracts_renewed"))}


# ---- what the params change


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ("findings: {revenue_vs_targt: false}", "findings.revenue_vs_targt", "Did you mean revenue_vs_target?"),
        ("findings: {mine: {figure: ginni}}", "findings.mine.figure", "Did you mean gini?"),
        ("findings: {mine: {figure: gini, by: [regoin]}}", "findings.mine.by[0]", "Did you mean region?"),
        (
            "findings: {mine: {figure: rfm_lost}}",
            "findings.mine.figure",
            "rfm_lost is neither good nor bad by itself: it can be no strength or weakness.",
        ),
        (
            "findings: {revenue_vs_target: {figure: orders}}",
            "findings.revenue_vs_target.figure",
            "The rule revenue_vs_target is there already: its figure stays.",
        ),
        (
            "findings: {inactive_money: {by: [region]}}",
            "findings.inactive_money",
            "Of the rule inactive_money only least can be changed, or it can be false.",
        ),
        ("lists: {winback: false}", "lists.winback", "Did you mean win_back?"),
        ("actions: {champion: Call them}", "actions.champion", "Did you mean champions?"),
    ],
)
def test_what_is_not_known_is_told_with_its_line_and_the_nearest_name(problems, more, place, said):
    [problem] = problems(more=f"  {more}\n")
    assert problem.startswith(f"line 5, portfolio.{place}: ")
    assert problem.endswith(said)
    assert "Allowed: " in problem or "Did you mean" not in said


def test_rules_lists_and_actions_are_those_of_the_params(opened):
    found = opened(
        more="  findings:\n"
        "    inactive_money: {least: 3}\n"
        "    revenue_vs_previous: {least: 0.1, against: target}\n"
        "    retention_vs_others: {by: [sector]}\n"
        "    detractors: false\n"
        "    mine: {figure: gini, against: target, least: 0.2}\n"
        "    mine_too: {figure: orders}\n"
        "  lists:\n"
        "    win_back: {title: Come back}\n"
        "    inactive: false\n"
        "  actions: {champions: Thank them}\n"
    )
    rules, given = found.rules, {rule.rule for each in TOPICS for rule in each.findings}
    assert set(rules) == {*given, "mine", "mine_too"} - {"detractors"}
    assert rules["inactive_money"].least == 3
    assert (rules["revenue_vs_previous"].least, rules["revenue_vs_previous"].against) == (0.1, "target")
    assert rules["retention_vs_others"].by == ("sector",)
    assert (rules["mine"].figure, rules["mine"].against, rules["mine"].least) == ("gini", "target", 0.2)
    assert (rules["mine_too"].against, rules["mine_too"].least, rules["mine_too"].by) == ("previous", 0, ())
    lists = {each.name: each for topic in found for each in topic.lists}
    assert "inactive" not in lists
    assert (lists["win_back"].title, lists["champions"].do) == ("Come back", "Thank them")
    assert lists["win_back"].why == next(
        each.why for topic in TOPICS for each in topic.lists if each.name == "win_back"
    )


def test_the_cells_of_the_rfm_grid_are_of_our_segments(opened, problems):
    grid = "champions: {r: [1, 2, 3, 4, 5], f: [4, 5]}\n      hibernating: {r: [1, 2, 3, 4, 5], f: [1, 2, 3]}\n"
    more = f"  thresholds:\n    rfm_grid:\n      {grid}"
    opened(more=more)
    [problem] = problems(more=more.replace("hibernating", "hibernatin"))
    assert problem.startswith('line 8, portfolio.thresholds.rfm_grid.hibernatin: "hibernatin" is not known here.')
    assert problem.endswith("Did you mean hibernating?")
