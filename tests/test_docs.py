"""The files that the documentation links to and the tests that SECURITY.md names exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_project_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inner = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in inner if not (page.parent / link).exists()] == []


def test_every_test_that_security_names_is_there():
    named, file = [], None
    for found in re.finditer(r"`(?:(?P<file>[\w/]*test_\w+\.py))?(?:::(?P<name>test_\w+))?`", _text("SECURITY.md")):
        file = found["file"] or file
        if found["file"] or found["name"]:
            named.append((file, found["name"]))
    assert len(named) > 10
    assert [each for each in named if not _is_there(*each)] == []


def _is_there(file, name):
    paths = [path for path in (ROOT / "tests").rglob("test_*.py") if path.as_posix().endswith("/" + file)]
    return any(name is None or f"def {name}(" in path.read_text(encoding="utf-8") for path in paths)


def _text(name):
    return (ROOT / name).read_text(encoding="utf-8")
