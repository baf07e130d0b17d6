"""What the browser tests need: an installed browser, the server in a process, and films for the fake camera."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

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
"""Switches that keep a Chromium from calling home; a container's root needs --no-sandbox."""


def find_chromium():
    """The path of an installed Chromium or Chrome, or None."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None)


def camera_switches(film):
    """Chromium's switches for a fake camera that plays a .y4m file and needs no permission."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def write_film(path, picture, frames=40):
    """A .y4m film, for Chromium's fake camera, of a gently swaying picture, uint8 (480, 640, 3)."""
    angles = np.linspace(0, 2 * np.pi, frames, endpoint=False)
    shifts = (np.float32([[1, 0, 12 * np.sin(angle)], [0, 1, 6 * np.cos(angle)]]) for angle in angles)
    write_frames(path, (cv2.warpAffine(picture, s, (640, 480), borderMode=cv2.BORDER_REFLECT) for s in shifts))


def write_frames(path, pictures):
    """A .y4m film of pictures, uint8 (480, 640, 3), twenty a second, played over and over."""
    with open(path, "wb") as film:
        film.write(b"YUV4MPEG2 W640 H480 F20:1 Ip C420mpeg2\n")
        for picture in pictures:
            film.write(b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).tobytes())


def portrait(photo):
    """The upper part of `skimage.data.astronaut()` as a camera of 640×480 sees it."""
    return cv2.resize(photo[:384], (640, 480), interpolation=cv2.INTER_AREA)


def gathering(photo, places):
    """A picture, uint8 (480, 640, 3), of that head and shoulders at each place: (left, top, width in pixels)."""
    picture = np.full((480, 640, 3), (150, 146, 140), np.uint8)
    for left, top, width in places:
        head = photo[:250, 100:350]
        head = cv2.resize(head, (width, width), interpolation=cv2.INTER_AREA)
        part = picture[top : top + width, left : left + width]
        part[:] = head[: part.shape[0], : part.shape[1]]
    return picture


def leaning(photo, angles_deg):
    """Pictures, uint8 (480, 640, 3), of that head as it leans clockwise by each of the angles."""
    for angle_deg in angles_deg:
        turn = cv2.getRotationMatrix2D((222, 115), -angle_deg, 1.2)
        turn[:, 2] += 320 - 222, 200 - 115
        yield cv2.warpAffine(photo, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE)


def add_rival(models, model):
    """Copies a model's folder into the folder `models`, and once more as "rival", which takes happy for surprise."""
    shutil.copytree(model, models / model.name)
    shutil.copytree(model, models / "rival")
    card = json.loads((models / "rival" / "card.json").read_text(encoding="utf-8"))
    swapped = {"happy": "surprise", "surprise": "happy"}
    card |= {"name": "rival", "title": "Rival", "labels": [swapped.get(label, label) for label in card["labels"]]}
    (models / "rival" / "card.json").write_text(json.dumps(card), encoding="utf-8")


def free_port():
    """The number of a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def serve(port=None, app="wsgi.py", **settings):
    """The address of the site, served as `flask run` serves it, with FACEIT_ settings."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", app, "run", "--port", str(port)],
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": str(ROOT / "tests")}
        | {f"FACEIT_{name}": value for name, value in settings.items()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def wait_until(page, statement, limit_s=30):
    """Waits until a JavaScript expression is true; Playwright's own function needs eval, which the site forbids."""
    started = time.monotonic()
    while not page.evaluate(statement):
        assert time.monotonic() - started < limit_s, f"never true: {statement}"
        page.wait_for_timeout(50)


def wait_for_port(port, limit_s=30):
    """Waits until a port accepts connections."""
    started = time.monotonic()
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            assert time.monotonic() - started < limit_s, "nobody listens"
            time.sleep(0.1)


def _wait_until_ready(address, limit_s=120):
    started = time.monotonic()
    while True:
        try:
            return urllib.request.urlopen(f"{address}/readyz", timeout=2).close()
        except OSError:
            assert time.monotonic() - started < limit_s, "the server did not become ready"
            time.sleep(0.1)
