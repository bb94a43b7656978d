import pickle

import pytest

from portfolio.errors import ParamsError
from portfolio.params.yaml_lines import read_yaml


def read(tmp_path, text: str | bytes):
    file = tmp_path / "a.yml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(file)


def error_of(tmp_path, text: str | bytes) -> str:
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "NO",
        "yes",
        "on",
        "off",
        "y",
        "0012",
        "1_000",
        "12:30",
        "0x1F",
        "0b11",
        "2025-01-01",
        "2025-07",
        ".inf",
        ".nan",
        "-",
        "+",
        ".",
        "1e",
        "=",
        "1.2.3",
        "007",
    ],
)
def test_what_other_readers_would_turn_into_something_stays_text(tmp_path, text):
    value = read(tmp_path, f"a: [{text}, x]").value["a"][0]
    assert (value, value.value) == (text, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025", 2025),
        ("-3", -3),
        ("0", 0),
        ("0.35", 0.35),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
    ],
)
def test_plain_numbers_and_true_and_false_are_read_and_keep_their_text(tmp_path, text, value):
    found = read(tmp_path, f"a: {text}").value["a"]
    assert found == text
    assert (found.value, type(found.value)) == (value, type(value))


def test_what_is_quoted_is_text(tmp_path):
    assert read(tmp_path, 'a: "2025"').value["a"].value == "2025"
    assert read(tmp_path, "a: !!str 2025").value["a"].value == "2025"


@pytest.mark.parametrize("text", ["~", "null", ""])
def test_nothing_is_none(tmp_path, text):
    assert read(tmp_path, f"a: {text}").value == {"a": None}


def test_lines_are_those_of_the_keys_and_items(tmp_path):
    document = read(tmp_path, "# title\na:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n")
    assert document.line_of(("a",)) == 2
    assert document.line_of(("a", "b")) == 3
    assert document.line_of(("a", "c", 1, "d")) == 6
    assert document.line_of(("a", "c", 0)) == 5


def test_the_line_of_a_key_that_is_not_there_is_that_of_the_nearest_above(tmp_path):
    document = read(tmp_path, "# title\na:\n  b: 1\n")
    assert document.line_of(("a", "missing", "deeper")) == 2
    assert document.line_of(("missing",)) == 2  # the top mapping starts there


def test_aliases_and_merges_are_followed(tmp_path):
    text = "french: &f {decimal: ',', date: x}\na: *f\nb:\n  <<: *f\n  date: y\nc: {<<: [*f, {date: z, more: 1}]}\n"
    value = read(tmp_path, text).value
    assert value["a"] == {"decimal": ",", "date": "x"}
    assert value["b"] == {"decimal": ",", "date": "y"}
    assert value["c"] == {"decimal": ",", "date": "x", "more": "1"}


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: &a {<<: *a}"])
def test_an_alias_that_holds_itself_is_a_problem(tmp_path, text):
    assert [path[0] for path, _problem in read(tmp_path, text).problems] == ["a"]


def test_a_key_given_twice_names_both_lines(tmp_path):
    [(path, problem)] = read(tmp_path, "a:\n  b: 1\n  c: 2\n  b: 3\n").problems
    assert path == ("a", "b")
    assert "given twice, here and on line 2" in str(problem)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!env", "!!timestamp"])
def test_tags_are_refused_and_nothing_is_run(tmp_path, tag):
    [(path, problem)] = read(tmp_path, f"a: {tag} 'touch here'").problems
    assert path == ("a",)
    assert f'The YAML tag "{tag}" is not allowed' in str(problem)


def test_a_tag_that_does_not_fit_its_value_is_refused(tmp_path):
    assert read(tmp_path, "a: !!int abc").problems
    assert read(tmp_path, "a: !!set {x, y}").problems


def test_a_key_that_is_a_list_is_a_problem(tmp_path):
    [(_path, problem)] = read(tmp_path, "? [a, b]\n: 1").problems
    assert "A key must be a word" in str(problem)


def test_what_is_not_yaml_names_line_and_column(tmp_path):
    message = error_of(tmp_path, "a: 1\nb: [1, 2\nc: 3\n")
    assert "a.yml, line 3, column " in message
    assert "this is not YAML" in message


def test_an_unknown_alias_is_not_yaml(tmp_path):
    assert "line 1, column 4: this is not YAML (found undefined alias 'x')" in error_of(tmp_path, "a: *x")


def test_two_documents_are_not_one(tmp_path):
    assert "this is not YAML" in error_of(tmp_path, "a: 1\n---\nb: 2\n")


def test_what_is_not_utf8_names_the_line(tmp_path):
    assert "line 2: this is not UTF-8 text" in error_of(tmp_path, "a: 1\nb: é\n".encode("cp1252"))


def test_a_control_character_names_the_line(tmp_path):
    assert "line 2: the character U+0007 is not allowed" in error_of(tmp_path, "a: 1\nb: \x07\n")


def test_a_folder_cannot_be_read(tmp_path):
    with pytest.raises(ParamsError, match="cannot be read"):
        read_yaml(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    assert read(tmp_path, "\ufeffa: 1").value == {"a": "1"}


def test_an_empty_file_holds_nothing(tmp_path):
    assert read(tmp_path, "# nothing yet\n").value is None


def test_lines_can_travel_to_another_process(tmp_path):
    lines = read(tmp_path, "a: 1").lines
    assert pickle.loads(pickle.dumps(lines)) == lines


LISTS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i}\n  <<: [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


@pytest.mark.parametrize("text", [LISTS, MERGES], ids=["lists", "merges"])
def test_aliases_that_stand_for_millions_of_values_are_given_up(tmp_path, text):
    (tmp_path / "a.yml").write_text(text)
    with pytest.raises(ParamsError, match="its aliases stand for more than 100,000 values"):
        read_yaml(tmp_path / "a.yml")


@pytest.mark.parametrize("text", ["a: " + "[" * 3000, "a: " + "{a: " * 3000, "[" * 60_000])
def test_lists_deep_within_each_other_are_given_up(tmp_path, text):
    (tmp_path / "a.yml").write_text(text)
    with pytest.raises(ParamsError, match=r"line 1, column .*more than 50 lists or mappings"):
        read_yaml(tmp_path / "a.yml")


def test_a_number_of_5000_digits_is_a_text(tmp_path):
    (tmp_path / "a.yml").write_text("a: " + "9" * 5000)
    assert read_yaml(tmp_path / "a.yml").value["a"].value == "9" * 5000
