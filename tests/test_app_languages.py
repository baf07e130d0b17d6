"""The pages' languages: one catalogue for templates and scripts."""

import re

import pseudo
import pytest
from babel.messages.pofile import read_po
from fakes import FakeAnalyser

from app import create_app

PAGES = ("", "photo", "models", "privacy")
SPOKEN_AS_IT_IS = re.compile(r"Let’s Face It|English|sha256|^F1|^k?B$|^ms$|^[AB]$|^[\W\d_]*$")
"""Names and units, which are the same in each language."""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = pseudo.write(tmp_path_factory.mktemp("translations"))
    return create_app({"TRANSLATIONS": str(folder)}, FakeAnalyser()).test_client()


def test_the_list_of_texts_is_that_of_the_pages_and_scripts(tmp_path):
    with (pseudo.ROOT / "translations" / "messages.pot").open("rb") as file:
        listed = {message.id for message in read_po(file)}
    assert listed == {message.id for message in pseudo.extract(tmp_path / "messages.pot")}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_address_says_its_language(client, page):
    html = client.get(f"/{pseudo.LANGUAGE}/{page}").text
    assert '<html lang="ar" dir="rtl"' in html
    assert '<html lang="en" dir="ltr"' in client.get(f"/en/{page}", headers={"Accept-Language": "ar"}).text


def test_a_page_without_a_language_in_its_address_takes_the_browser_s(client):
    for asked, language in (("ar, en;q=0.5", "ar"), ("en-GB, ar;q=0.5", "en"), ("xx", "en"), ("", "en")):
        answer = client.get("/photo", headers={"Accept-Language": asked})
        assert f'<html lang="{language}"' in answer.text, asked
        assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("page", PAGES)
def test_links_stay_in_the_language_of_the_address(client, page):
    links = re.findall(r'<a [^>]*href="([^"#]*)"(?![^>]*hreflang)', client.get(f"/ar/{page}").text)
    inside = [link for link in links if link.startswith("/")]
    assert len(inside) > 3
    assert [link for link in inside if not link.startswith("/ar/")] == []


@pytest.mark.parametrize("page", [*PAGES, "nowhere"])
def test_no_text_of_a_page_stands_outside_the_catalogue(client, page):
    html = client.get(f"/ar/{page}", headers={"Accept-Language": "ar"}).text
    assert outside(html) == []


def test_the_scripts_get_their_texts_and_their_plural_forms(client):
    address = re.search(r'data-words="([^"]+)"', client.get("/ar/").text)[1]
    answer = client.get(address)
    assert answer.json["Start camera"] == "⟦Start camera⟧"
    assert answer.json["One face"] == {
        "one": "⟦One face⟧",
        **dict.fromkeys(("zero", "two", "few", "many", "other"), "⟦{count} faces⟧"),
    }
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert client.get("/words/en.json").status_code == 404
    assert client.get("/words/xx.json").status_code == 404


def outside(html):
    """A page's visible texts and screen readers' texts that are not in brackets."""
    html = re.sub(r"<(script|style|code|svg|select)\b.*?</\1>", " ", html, flags=re.DOTALL)
    shown = re.findall(r'(?:aria-label|title|alt)="([^"]*)"', html)
    html = re.sub(r"<head>.*?</head>", " ", html, flags=re.DOTALL)
    html = re.sub(r"⟦[^⟦⟧]*⟧", " ", html)
    shown = [re.sub(r"⟦[^⟦⟧]*⟧", " ", text) for text in shown] + re.sub(r"<[^>]*>", "\n", html).split("\n")
    return [text.strip() for text in shown if not SPOKEN_AS_IT_IS.search(text.strip())]
