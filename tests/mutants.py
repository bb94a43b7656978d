"""``make mutants``: change the rules of the review and of the topics' numbers one by one, and say what no test notices.

The changes are Cosmic Ray's and two of ours, a sample of them for each module, the same ones each time; they are made
in a copy of the project. A module is held by the test files that import it or bear the name of its folder, or else by
those that import what imports it, the nearest. Files about the whole house, such as the properties, are left out: they
hold everything, and slowly.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

PROJECT = Path(__file__).parents[1]
MUTATED = ("portfolio/review/**/*.py", "portfolio/topics/*/numbers.py")
# A test file that imports more topics and parts of the review than that is about the whole house.
MUCH = 3
# Neighbours are swapped: `<` for `<=`, where a test at the limit is wanting, and not for `>`, which any test notices.
WANTED = re.compile(
    r"ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul|BitAnd_BitOr|BitOr_BitAnd)"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Is_IsNot|IsNot_Is)"
    r"|ReplaceUnaryOperator_Delete_\w+|Replace(True|False|And|Or|Break|Continue)With\w+"
    r"|AddNot|ExceptionReplacer|NumberReplacer|ZeroIterationForLoop"
)
SWAPS = {"sum": "max", "max": "min", "min": "max", "mean": "max", "median": "max", "nunique": "count", "lead": "lag"}
SWAPS |= {"lag": "lead", "desc": "asc", "ceil": "floor", "semi_join": "anti_join", "left_join": "inner_join"}
CUTS = {"filter", "fill_null", "fillna", "abs", "round", "distinct", "dropna", "order_by", "sort_values", "strip"}
CUTS |= {"nullif", "clip", "drop", "head"}
# The number or the word after these changes nothing: frames of one row, lists of one length, an index nobody reads.
IDLE = re.compile(r"(\biloc\[|\bstrict=|\bignore_index=)$")


class Swap:
    """Swap a method for another: ``.sum()`` for ``.max()``."""

    def mutation_positions(self, node):
        if node.type == "trailer" and node.children[0].value == "." and node.children[1].value in SWAPS:
            yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        node.children[1].value = SWAPS[node.children[1].value]
        return node


class Cut:
    """Cut a call out of a chain: ``.filter(...)``."""

    def _places(self, node) -> list[int]:
        code = [child.get_code().strip() for child in getattr(node, "children", ())]
        chain = node.type in ("atom_expr", "power")
        return [at for at, text in enumerate(code[:-1]) if chain and text[:1] == "." and text[1:] in CUTS]

    def mutation_positions(self, node):
        return [(node.children[at].start_pos, node.children[at + 1].end_pos) for at in self._places(node)]

    def mutate(self, node, index):
        at = self._places(node)[index]
        del node.children[at : at + 2]
        return node


OPERATORS = [get_operator(name)() for name in operator_names() if WANTED.fullmatch(name.split("/")[1])]
OPERATORS += [Swap(), Cut()]


def sample(path: Path, most: int) -> list[str]:
    """At most so many changed sources of a module, each changed at another place. Annotations stay."""
    source, chance, changes = path.read_text(encoding="utf-8"), random.Random(path.as_posix()), {}
    lines = source.splitlines()
    hints = [getattr(node, name, None) for node in ast.walk(ast.parse(source)) for name in ("annotation", "returns")]
    hints = [((h.lineno, h.col_offset), (h.end_lineno, h.end_col_offset)) for h in hints if isinstance(h, ast.AST)]
    for operator in OPERATORS:
        places = (place for node in ast_nodes(get_ast(source)) for place, _ in operator.mutation_positions(node))
        for occurrence, place in enumerate(places):
            line = lines[place[0] - 1]
            idle = IDLE.search(line[: place[1]]) or "TYPE_CHECKING" in line
            if not idle and not any(first <= place < last for first, last in hints):
                changes.setdefault(place, []).append((operator, occurrence))
    places = sorted(chance.sample(sorted(changes), min(most, len(changes))))
    return [mutate_code(source, *chance.choice(changes[place])) for place in places]


@cache
def imported(path: Path) -> frozenset[Path]:
    """The modules of ours that a file imports from."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    names = {name for node in nodes for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))}
    stems = [Path(*name.split(".")) for name in names if name and name.startswith("portfolio.")]
    return frozenset(file for s in stems for file in (s.with_suffix(".py"), s / "__init__.py") if file.is_file())


def holders(module: Path) -> list[Path]:
    """The nearest test files to a module, those that import least first."""
    files = Path("tests").rglob("test_*.py")
    parts = {path: {file.parts[:3] for file in imported(path) if len(file.parts) > 3} for path in files}
    tests = sorted((path for path in parts if len(parts[path]) <= MUCH), key=lambda path: (len(imported(path)), path))
    ring = seen = {module}
    while ring:
        if found := [path for path in tests if imported(path) & ring or path.stem == f"test_{module.parent.name}"]:
            return found
        ring = {path for path in Path("portfolio").rglob("*.py") if imported(path) & ring} - seen
        seen = seen | ring
    return []


def passes(python: Path, tests: list[Path], seconds: float | None = None) -> bool:
    """Run tests on the copy as it stands. What takes too long is noticed, too."""
    command = [python, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", *tests]
    variables = os.environ | {"PYTHONPATH": str(Path.cwd()), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return not subprocess.run(command, env=variables, capture_output=True, timeout=seconds, check=False).returncode
    except subprocess.TimeoutExpired:
        return False


def missed(python: Path, module: Path, changed: list[str]) -> int:
    """Print the changes of a module that no test notices, and return how many there are."""
    source, tests, start, count = module.read_text(encoding="utf-8"), holders(module), time.monotonic(), 0
    print(f"\n{module}: {len(changed)} changes, held by {', '.join(map(str, tests))}", flush=True)
    if not passes(python, tests):
        raise SystemExit("These tests fail before anything is changed.")
    seconds = 30 + 5 * (time.monotonic() - start)
    for text in changed:
        module.write_text(text, encoding="utf-8")
        if passes(python, tests, seconds):
            count += 1
            pairs = zip(source.splitlines(), text.splitlines(), strict=False)
            number, old, new = next((n, a.strip(), b.strip()) for n, (a, b) in enumerate(pairs, 1) if a != b)
            print(f"  line {number}\n    {old}\n    {new}", flush=True)
    module.write_text(source, encoding="utf-8")
    return count


def copy_project(python: Path) -> None:
    """Copy what the project holds into the working folder, and compile it."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listing, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\0")
    for file in (file for file in files if (PROJECT / file).is_file()):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / file, file)
    # By their content: a module that changes within the second, by no byte, would pass for the one compiled before.
    compiling = [python, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "portfolio"]
    subprocess.run(compiling, check=True)


def main() -> None:
    """Try every module, or those whose path holds one of the words."""
    parser = argparse.ArgumentParser(description="Say which changes of the rules no test notices.")
    parser.add_argument("python", type=Path, help="the Python that runs the tests")
    parser.add_argument("words", nargs="*", help="only modules whose path holds one of these words")
    parser.add_argument("--each", type=int, default=8, help="changes of a module at most (8)")
    given = parser.parse_args()
    python, counts = given.python.absolute(), []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        copy_project(python)
        for path in sorted({path for pattern in MUTATED for path in Path().glob(pattern)}):
            wanted = not given.words or any(word in str(path) for word in given.words)
            if wanted and (changed := sample(path, given.each)):
                counts.append((path, len(changed), missed(python, path, changed)))
    print("\n| module | changes | missed |\n|---|---|---|")
    for row in [*counts, ("all", sum(row[1] for row in counts), sum(row[2] for row in counts))]:
        print("| {} | {} | {} |".format(*row))


if __name__ == "__main__":
    main()
