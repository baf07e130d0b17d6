"""The scripts' texts in another language, from right to left."""

import pseudo
import pytest
import stage
from playwright.sync_api import expect
from test_access import faults

SHOWN = """
() => {
    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const parent = node.parentElement;
        if (parent.closest('script, style, select, code, noscript, #model-about')) continue;
        if (!parent.checkVisibility()) continue;
        texts.push(node.textContent.trim());
    }
    for (const each of document.querySelectorAll('[aria-label], [title]')) {
        if (each.checkVisibility()) texts.push(each.getAttribute('aria-label') ?? each.title);
    }
    const inner = /⟦[^⟦⟧]*⟧/g;
    const bare = (text) => (text.search(inner) < 0 ? text : bare(text.replaceAll(inner, '')));
    return texts.filter((text) => /\\p{L}/u.test(bare(text)));
}
"""
"""What is shown, or told to those who listen, with letters outside of brackets."""

NAMES = {"Let’s Face It", "English", "ms", "websocket", "polling", "A", "B", "cnn", "face.jpg", "text.jpg"}


@pytest.fixture(scope="module")
def site(cnn):
    """The address of the site's pages in that language."""
    with stage.serve(app="tests/browser/pseudo_site.py:make_app", MODEL=cnn.name) as address:
        yield f"{address}/{pseudo.LANGUAGE}"


def strangers(page):
    return set(page.evaluate(SHOWN)) - NAMES


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_text_of_the_live_page_stands_outside_the_catalogue(page, site):
    page.goto(f"{site}/")
    assert strangers(page) == set()
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)
    page.click("#all-words")
    page.click("[data-do=crops]")
    page.click("[data-do=record]")
    expect(page.locator(".face-crop")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("0:01")
    assert strangers(page) == set()
    page.click("[data-do=record]")
    page.click("[data-do=freeze]")
    page.click(".face-why")
    expect(page.locator(".face-because")).to_contain_text(pseudo.OPEN)
    assert strangers(page) == set()
    page.click("[data-do=freeze]")
    page.click("[data-do=play]")
    expect(page.locator("#play")).to_be_visible()
    assert strangers(page) == set()
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)


def test_no_text_of_the_photo_page_stands_outside_the_catalogue(page, site, photo_file, tmp_path):
    (tmp_path / "text.jpg").write_text("not a picture")
    page.goto(f"{site}/photo")
    page.set_input_files("#photo-input", [photo_file, tmp_path / "text.jpg"])
    expect(page.locator(".result[data-state=done]")).to_have_count(1)
    expect(page.locator(".result[data-state=error]")).to_have_count(1)
    expect(page.locator("#all-tools")).to_be_visible()
    assert strangers(page) == set()
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
