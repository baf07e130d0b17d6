"""The site below a path of its host, behind a proxy."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from serving import serve


@pytest.fixture(scope="module")
def site(cnn):
    """The address of the site below /faceit."""
    settings = {"SCRIPT_NAME": "/faceit", "FACEIT_MODEL": cnn.name}
    with serve("wsgi:app", ready="/faceit/readyz", **settings) as (_, url):
        yield f"{url}/faceit/"


def test_live_picture_and_photo_are_read_and_nothing_is_asked_beside_the_path(page, site, photo_file):
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url)))
    page.on("websocket", lambda socket: asked.append(urlsplit(socket.url)))
    page.goto(site)
    page.click("#start")
    expect(page.locator(".face").first).to_contain_text("looks happy")
    page.goto(f"{site}photo")
    page.set_input_files("input[type=file]", photo_file)
    expect(page.locator("main")).to_contain_text("looks happy")
    host = urlsplit(site).netloc
    assert any("/socket.io" in url.path for url in asked)
    assert any("/api/v1/analyse" in url.path for url in asked)
    assert [url.path for url in asked if url.netloc == host and not url.path.startswith("/faceit/")] == []
