"""The catalogues in `translations/`: each is complete and keeps all placeholders and tags."""

import re

import pseudo
import pytest
from babel.messages.pofile import read_po

CATALOGUES = sorted(pseudo.ROOT.glob("translations/*/LC_MESSAGES/messages.po"))
FILLED_IN = re.compile(r"%\(\w+\)s|%%|\$?\{[^{}]*\}|</?\w[^>]*>")
"""What a translation must keep to the letter: placeholders, the doubled percent sign, and tags."""


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    return [message for message in pseudo.extract(tmp_path_factory.mktemp("texts") / "messages.pot") if message.id]


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parent.parent.name)
def catalogue(request):
    with request.param.open("rb") as file:
        return read_po(file, locale=request.param.parent.parent.name)


def test_every_text_is_translated_and_none_is_fuzzy(catalogue, texts):
    assert [text.id for text in texts if not (found := catalogue.get(text.id)) or not all(forms(found))] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    plural = [message for message in catalogue if message.id and message.pluralizable]
    assert {len(message.string) for message in plural} == {catalogue.num_plurals}


def test_placeholders_and_tags_are_kept(catalogue, texts):
    assert [text.id for text in texts if not keeps(text, catalogue.get(text.id))] == []


def test_the_texts_of_the_scripts_say_so(catalogue, texts):
    said = [text for text in texts if is_of_scripts(text)]
    assert [text.id for text in said if not is_of_scripts(catalogue.get(text.id))] == []


def forms(message):
    """The translations of a text: one for each plural form."""
    return message.string if message.pluralizable else (message.string,)


def filled_in(text):
    """The placeholders and tags of a text, sorted."""
    return sorted(FILLED_IN.findall(text))


def keeps(text, translated):
    """Whether the last form has all of the English placeholders; forms for small numbers may write the number out."""
    english = filled_in(text.id[1] if text.pluralizable else text.id)
    *small, last = map(filled_in, forms(translated))
    return last == english and all(set(form) <= set(english) for form in small)


def is_of_scripts(message):
    """Whether a text occurs in a script; only such texts are delivered to the scripts."""
    return any(path.startswith("static/js/") for path, _line in message.locations)
