"""A real Chromium with a fake camera, against the real server in a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium():
    """The path of an installed Chromium or Chrome; skips in words where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no browser is installed; on Debian: apt install chromium")


@pytest.fixture(scope="session")
def server():
    """The address of the site, served as `flask run` serves it."""
    if not (ROOT / "models" / "cnn" / "card.json").is_file():
        pytest.skip("models/cnn is not there: python -m training train cnn makes it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "run", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"FACEIT_MODEL": "cnn"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def wait_until_ready(address, limit_s=30):
    """Returns when the server at an address answers that it is ready."""
    started = time.monotonic()
    while True:
        try:
            return urllib.request.urlopen(f"{address}/readyz", timeout=2).close()
        except OSError:
            assert time.monotonic() - started < limit_s, "the server did not become ready"
            time.sleep(0.1)


@pytest.fixture(scope="session")
def portrait(astronaut):
    """The astronaut's face in a 640×480 picture, uint8 (480, 640, 3)."""
    return cv2.resize(astronaut[:384], (640, 480), interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="session")
def camera(portrait, tmp_path_factory):
    """A film of that face, gently moving, as Chromium plays it for a camera."""
    path = tmp_path_factory.mktemp("camera") / "face.y4m"
    with open(path, "wb") as film:
        film.write(b"YUV4MPEG2 W640 H480 F20:1 Ip C420mpeg2\n")
        for angle in np.linspace(0, 2 * np.pi, 40, endpoint=False):
            shift = np.float32([[1, 0, 12 * np.sin(angle)], [0, 1, 6 * np.cos(angle)]])
            frame = cv2.warpAffine(portrait, shift, (640, 480), borderMode=cv2.BORDER_REFLECT)
            film.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@pytest.fixture(scope="session")
def playwright():
    """Playwright, driving a browser that is installed already."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def launch(playwright, camera):
    """A function that starts a Chromium: with a camera that plays the face, or with one that is refused."""
    browsers = []

    def launch(is_camera_allowed=True):
        switches = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
        switches += ["--use-fake-ui-for-media-stream"] if is_camera_allowed else ["--deny-permission-prompts"]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET, *switches])
        browsers.append(browser)
        return browser

    yield launch
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="session")
def browser(launch):
    """A Chromium whose camera shows the face."""
    return launch()


@pytest.fixture
def page(browser):
    """An empty page; what goes wrong in its scripts fails the test."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(15_000)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert faults == []
