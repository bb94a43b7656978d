"""pyproject.toml, environment.yml and requirements.lock ask for the same."""

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = Path(__file__).parents[1]


def name_of(requirement):
    return re.sub(r"[-_.]+", "-", requirement.name).lower()


def declared():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = project["dependencies"] + project["optional-dependencies"]["test"]
    return {name_of(requirement): requirement for requirement in map(Requirement, texts)}


def locked():
    """Every pinned version of each package; several where they depend on the Python version."""
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    found = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, flags=re.MULTILINE):
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), set()).add(Version(version))
    return found


def test_the_lock_meets_what_pyproject_asks():
    versions = locked()
    for name, requirement in declared().items():
        assert name in versions, name
        assert all(requirement.specifier.contains(version) for version in versions[name]), name


def test_every_locked_package_has_hashes_and_no_registry_is_named():
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)
    assert "://" not in text
    assert "--index-url" not in text


def test_environment_lists_the_same_requirements():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(part["pip"] for part in environment["dependencies"] if isinstance(part, dict))
    given = {name_of(r): r for r in (Requirement(text) for text in pip if not text.startswith("-e"))}
    asked = declared()
    assert given.keys() == asked.keys()
    assert {name: (r.specifier, r.extras) for name, r in given.items()} == {
        name: (r.specifier, r.extras) for name, r in asked.items()
    }
    assert "-e ." in pip
