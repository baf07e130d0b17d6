"""Reading on the visitor's device: it gives the server's faces and words, and sends nothing."""

import os
import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest
import stage
from playwright.sync_api import expect

from app.vision import faces
from app.vision.detection import Detection
from app.vision.emotions import Models

DEVICE = "On this device"
SENT_NOWHERE = "Pictures are read in this browser and sent nowhere."
LOAD_MS = 60_000
WATCH_S = int(os.environ.get("WATCH_S", 60))
"""For how long every request is watched while the device reads: `WATCH_S=600 ./run test …` for ten minutes."""

ASK_CROPS = """async (crops) => {
    const [entry] = document.querySelectorAll('script[src$="js/main.js"]');
    const { link } = await import(entry.src.replace("main.js", "device/link.js"));
    return Promise.all(crops.map((crop) => link.ask("crop", { crop, model: "" })));
}"""
"""What the device's network says of 48×48 grey levels."""

KEPT = (
    "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))"
)
KEPT = f"{KEPT}.then((all) => all.flat().map(({{ url }}) => new URL(url).pathname))"
"""The paths of all that the browser keeps for the site."""


@pytest.fixture(scope="module")
def site(ferplus):
    """The address of the site with the shipped networks."""
    with stage.serve(MODEL=ferplus.name) as address:
        yield address


@pytest.fixture(scope="session")
def ferplus():
    """The folder of the answering model."""
    folder = stage.ROOT / "models" / "ferplus"
    if not (folder / "card.json").is_file():
        pytest.skip("models/ferplus is not there: python -m training train ferplus makes it")
    return folder


def choose_device(page):
    """Chooses "On this device" and waits until the device reads."""
    page.get_by_label(DEVICE).check()
    expect(page.locator("#place-words")).to_have_text(SENT_NOWHERE, timeout=LOAD_MS)
    expect(page.locator("#place-progress")).to_be_hidden()


def start(page):
    """Starts the camera and waits for a face."""
    page.get_by_role("button", name="Start camera").click()
    expect(page.locator("#faces li[data-emotion]").first).to_be_visible(timeout=LOAD_MS)


def test_while_the_device_reads_no_request_and_no_message_carries_a_picture(page, site, photo_file):
    sent = []
    page.context.on("request", lambda request: sent.append(request.post_data_buffer))
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    page.goto(site)
    choose_device(page)
    start(page)
    expect(page.locator("#faces li[data-emotion]").first).to_contain_text("happy")
    expect(page.locator("#link")).to_have_text("on this device")
    page.wait_for_timeout(WATCH_S * 1000)
    expect(page.locator("#faces li[data-emotion]").first).to_contain_text("happy")
    page.get_by_role("link", name="Photo", exact=True).click()
    page.locator("#photo-input").set_input_files(photo_file)
    expect(page.locator(".result")).to_contain_text("happy", timeout=LOAD_MS)
    assert [body for body in sent if body] == []
    kept = page.evaluate(KEPT)
    pages = {"/", "/photo", "/models", "/privacy"}
    assert all(path in pages or path.startswith(("/static-", "/device/")) for path in kept)


def test_the_device_reads_crops_as_the_server_does(page, site, ferplus, astronaut):
    crops = varied(cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY))
    told = Models(ferplus.parent, ferplus.name).get().open().classify(crops)
    page.goto(site)
    choose_device(page)
    read = np.array(page.evaluate(ASK_CROPS, crops.reshape(len(crops), -1).tolist()))
    assert np.abs(read - told).max() <= 0.02
    first, second = np.sort(told)[:, -1], np.sort(told)[:, -2]
    same = read.argmax(1) == told.argmax(1)
    assert same[first - second > 0.02].all()
    assert len(set(told.argmax(1))) > 1  # agreement on a single word would prove little


def varied(grey, number=64):
    """Crops, uint8 (64, 48, 48), of a face in many places, leans, lights and disguises."""
    chance = np.random.default_rng(7)
    crops = []
    for _ in range(number):
        place = Detection(222 + chance.normal(0, 14), 115 + chance.normal(0, 14), chance.uniform(60, 180), 0.9)
        crop = faces.crop(grey, place.square, chance.uniform(-40, 40)).astype(float)
        top, left = chance.integers(0, 40, 2)
        crop[top : top + chance.integers(1, 24), left : left + chance.integers(1, 24)] = chance.uniform(0, 255)
        crops.append(np.clip(crop * chance.uniform(0.4, 1.5) + chance.normal(0, 12, crop.shape), 0, 255))
    return np.array(crops).astype(np.uint8)


def test_who_saves_data_is_asked_before_anything_is_loaded(page, site):
    page.add_init_script("Object.defineProperty(navigator, 'connection', { get: () => ({ saveData: true }) })")
    loaded = []
    page.context.on("request", lambda request: loaded.append(request.url))
    page.goto(site)
    page.get_by_label(DEVICE).check()
    expect(page.locator("#place-words")).to_contain_text("about 6 MB")
    assert not any(url.endswith((".tflite", ".wasm.gz")) for url in loaded)
    page.get_by_role("button", name="Load it now").click()
    expect(page.locator("#place-words")).to_have_text(SENT_NOWHERE, timeout=LOAD_MS)


def test_a_browser_that_cannot_is_told_and_the_server_goes_on(page, site):
    page.add_init_script("WebAssembly.validate = () => false")
    page.goto(site)
    page.get_by_label(DEVICE).click()
    expect(page.locator("#place-words")).to_contain_text("no SIMD")
    expect(page.locator("#place-words")).to_contain_text("The server goes on reading.")
    expect(page.get_by_label("On the server")).to_be_checked()
    start(page)
    expect(page.locator("#link")).to_have_text("websocket")


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


def test_a_new_release_is_taken_at_the_next_visit_and_a_switched_off_one_leaves_nothing(page, ferplus):
    port = stage.free_port()
    register = "navigator.serviceWorker.ready.then(() => true)"
    with stage.serve(port, MODEL=ferplus.name, NOTICE="First release.") as address:
        page.goto(address)
        page.evaluate(register)
        [first] = page.evaluate("caches.keys()")
    with stage.serve(port, MODEL=ferplus.name, NOTICE="Second release."):
        page.goto(address)
        expect(page.locator(".notice")).to_contain_text("Second release.")
        stage.wait_until(page, "navigator.serviceWorker.getRegistration().then(({ waiting }) => waiting !== null)", 60)
        page.goto("about:blank")  # the last page of the first release is gone
        page.goto(address)
        stage.wait_until(page, f"caches.keys().then((names) => !names.includes({first!r}) && names.length === 1)", 60)
    page.reload()
    expect(page.locator(".notice")).to_contain_text("Second release.")
    with stage.serve(port, MODEL=ferplus.name, OFFLINE="false"):
        page.goto(address)
        stage.wait_until(page, "navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)", 60)
        stage.wait_until(page, "caches.keys().then((names) => names.length === 0)", 60)


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
