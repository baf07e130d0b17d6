"""Reading on the visitor's own device: the same faces and words, and nothing sent."""

import os
import shutil
import subprocess
import sys

import pytest
import stage
from playwright.sync_api import expect

DEVICE = "On this device"
SENT_NOWHERE = "Pictures are read in this browser and sent nowhere."
LOAD_MS = 60_000


@pytest.fixture(scope="module")
def site(ferplus):
    """The address of the site with the networks that it ships."""
    with stage.serve(MODEL=ferplus.name) as address:
        yield address


@pytest.fixture(scope="session")
def ferplus():
    """The folder of the model that answers."""
    folder = stage.ROOT / "models" / "ferplus"
    if not (folder / "card.json").is_file():
        pytest.skip("models/ferplus is not there: python -m training train ferplus makes it")
    return folder


def choose_device(page):
    """Picks "On this device" and waits until it reads there."""
    page.get_by_label(DEVICE).check()
    expect(page.locator("#place-words")).to_have_text(SENT_NOWHERE, timeout=LOAD_MS)
    expect(page.locator("#place-progress")).to_be_hidden()


def start(page):
    """Starts the camera and waits for a face."""
    page.get_by_role("button", name="Start camera").click()
    expect(page.locator("#faces li[data-emotion]").first).to_be_visible(timeout=LOAD_MS)


def pictures_in(sent):
    """Of what a page sent, the bodies and messages that are longer than words and numbers."""
    return [body for body in sent if len(body or b"") > 2000]


def test_a_face_is_read_on_this_device_and_no_picture_is_sent(page, site):
    sent = []
    page.on("request", lambda request: sent.append(request.post_data_buffer))
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    page.goto(site)
    choose_device(page)
    start(page)
    expect(page.locator("#faces li[data-emotion]").first).to_contain_text("happy")
    expect(page.locator("#link")).to_have_text("on this device")
    assert pictures_in(sent) == []
    assert not page.evaluate("performance.getEntriesByType('resource').some(({ name }) => name.includes('socket.io/'))")


def test_the_choice_is_remembered(page, site):
    page.goto(site)
    choose_device(page)
    page.reload()
    expect(page.get_by_label(DEVICE)).to_be_checked()
    start(page)
    expect(page.locator("#link")).to_have_text("on this device")


def test_the_page_opens_and_reads_with_the_server_gone(page, ferplus, photo_file):
    with stage.serve(MODEL=ferplus.name) as address:
        page.goto(address)
        choose_device(page)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    start(page)
    page.get_by_role("button", name="Record", exact=True).click()
    stage.wait_until(page, "document.querySelector('[data-do=record]').ariaPressed === 'true'")
    page.wait_for_timeout(2000)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#session")).to_be_visible()
    page.get_by_role("link", name="Photo", exact=True).click()
    page.locator("#photo-input").set_input_files(photo_file)
    expect(page.locator(".result")).to_contain_text("happy", timeout=LOAD_MS)


@pytest.fixture(scope="module")
def frozen(tmp_path_factory, ferplus):
    """The address of the frozen site, below a path of a host that compresses nothing and sets no header."""
    home = tmp_path_factory.mktemp("host")
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(ferplus, models / ferplus.name)
    out = home / "below" / "faceit"
    command = [sys.executable, "-m", "flask", "freeze", str(out)]
    subprocess.run(command, cwd=stage.ROOT, env=os.environ | {"FACEIT_MODELS": str(models)}, check=True)
    port = stage.free_port()
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(home), str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as host:
        stage.wait_for_port(port)
        yield f"http://127.0.0.1:{port}/below/faceit/"
        host.terminate()


def test_the_frozen_site_reads_a_face_and_a_photo(page, frozen, photo_file):
    missing = []
    page.on("response", lambda response: response.status >= 400 and missing.append(response.url))
    page.goto(frozen)
    expect(page.locator("#place-words")).to_have_text(SENT_NOWHERE, timeout=LOAD_MS)
    start(page)
    expect(page.locator("#faces li[data-emotion]").first).to_contain_text("happy")
    page.get_by_role("link", name="Photo", exact=True).click()
    page.locator("#photo-input").set_input_files(photo_file)
    expect(page.locator(".result")).to_contain_text("happy", timeout=LOAD_MS)
    for name in ("Models", "Privacy", "Live"):
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(page.locator("h1")).to_be_visible()
    assert missing == []
