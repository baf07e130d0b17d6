"""The operator's words for a labelling."""

from pathlib import Path

import pytest

from app.labelling import words
from app.labelling.database import open_database, writing
from app.labelling.texts import BadTexts, translated

FILE = """
[texts]
title = "Wie sieht dieses Gesicht aus?"

[doubt]
shown = "Zweifel · 疑い"
means = "Glaubt nicht, was gesagt wird."
example = "Eine Braue oben"

[pain]
"""


def test_words_stand_apart_by_spaces():
    assert [word.word for word in words.parse("doubt  pain neutral").words] == ["doubt", "pain", "neutral"]


def test_a_words_file_shows_them_in_any_script_with_meaning_and_example(tmp_path):
    path = tmp_path / "words.toml"
    path.write_text(FILE, encoding="utf-8")
    found = words.parse(str(path))
    assert found.words[0] == words.Word("doubt", "Zweifel · 疑い", "Glaubt nicht, was gesagt wird.", "Eine Braue oben")
    assert found.words[1] == words.Word("pain", "pain")
    assert found.texts == {"title": "Wie sieht dieses Gesicht aus?"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "at least two words"),
        ("pain", "at least two words"),
        ("pain pain", "stands there 2 times"),
        ("pain Zweifel", "a label is a lower-case word"),
        ("pain cant_tell", "the name of another column"),
        ("pain raters", "the name of another column"),
        ("missing.toml", "cannot be read as a words file"),
    ],
)
def test_words_that_can_t_be_offered_are_refused_in_words(text, reason):
    with pytest.raises(words.BadWords, match=reason):
        words.parse(text)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[a", "cannot be read"),
        ("a = 1\nb = 2", "holds lines such as"),
        ("[a]\nmeans = 3\n[b]", "holds lines such as"),
        ("[a]\nmean = 'x'\n[b]", "holds mean; known are example, means, shown"),
    ],
)
def test_a_words_file_of_the_wrong_shape_is_refused_in_words(tmp_path, content, reason):
    path = tmp_path / "words.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(words.BadWords, match=reason):
        words.parse(str(path))


def test_the_words_file_of_the_documentation_is_one(tmp_path):
    page = (Path(__file__).resolve().parents[2] / "docs" / "labels.md").read_text(encoding="utf-8")
    path = tmp_path / "words.toml"
    path.write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    vocabulary = words.parse(str(path))
    assert [word.shown for word in vocabulary.words] == ["Zweifel", "Schmerz", "Neutral"]
    assert translated(vocabulary.texts)["cant_tell"] == "Weiß nicht"


def test_a_text_that_no_page_has_is_refused_by_name():
    with pytest.raises(BadTexts, match="holds tittle; known are language, direction, title"):
        translated({"tittle": "x"})


def test_words_of_another_day_are_kept_but_offered_no_more(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/words.sqlite")
    with writing(engine) as connection:
        words.store(connection, words.parse("doubt pain"))
        words.store(connection, words.parse("neutral doubt"))
        assert [word.word for word in words.offered(connection)] == ["neutral", "doubt"]
        assert [word.word for word in words.known(connection)] == ["neutral", "doubt", "pain"]
    engine.dispose()
