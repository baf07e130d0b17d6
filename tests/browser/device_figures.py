"""Measures reading on the visitor's device: `PYTHONPATH=. python tests/browser/device_figures.py --seconds S`.

A headless Chromium reads one face on the device, from a film of 640×480 at 30 frames a second, with the site's default
model. The script prints the bytes that the browser loads once, the time from the click to the first face with these
bytes in the cache, frames per second, long tasks as latency.py counts them, and on how many frames of a swaying,
darkening face the device and the server give the same word.
"""

import argparse
import base64
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import stage
from latency import WATCH, report, watch
from playwright.sync_api import sync_playwright
from skimage import data

from app import create_app
from app.vision.tracks import Tracks

READ = """async ([frames, from]) => {
    const [entry] = document.querySelectorAll('script[src$="js/main.js"]');
    const { link } = await import(entry.src.replace("main.js", "device/link.js"));
    const words = [];
    for (const [i, png] of frames.entries()) {
        const bitmap = await createImageBitmap(await (await fetch(png)).blob());
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        context.drawImage(bitmap, 0, 0);
        const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height);
        const reply = await link.ask("frame", { pixels, model: "", seq: i, talk: "film", now_s: (from + i) / 30 });
        words.push(reply.faces[0]?.emotion ?? "");
    }
    return words;
}"""
BATCH = 50
LOADED = "document.querySelector('#place-progress').hidden && document.querySelector('#place-words').textContent"


def main():
    """Lets the device read and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20, help="how long, after the first three")
    parser.add_argument("--frames", type=int, default=300, help="of the film on which server and device are compared")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stage.serve() as address, sync_playwright() as playwright:
        film = Path(folder) / "face.y4m"
        stage.write_film(film, stage.portrait(data.astronaut()))
        film.write_bytes(film.read_bytes().replace(b" F20:1 ", b" F30:1 ", 1))
        browser = playwright.chromium.launch(
            executable_path=stage.find_chromium(),
            args=[*stage.QUIET, "--disable-web-security", *stage.camera_switches(film)],
        )
        page = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800}).new_page()
        print(f"loaded once              {load(page, address) / 1e6:.1f} MB")
        print(f"first face after click   {first_face_ms(page, address):.0f} ms, all in the cache")
        report(watch(page, address, options.seconds), options.seconds)
        compare(page, list(frames(options.frames)))
        browser.close()


def load(page, address):
    """Chooses reading on the device; returns the number of loaded bytes."""
    page.goto(address)
    listed = page.evaluate("fetch('device/files.json').then((response) => response.json())")
    loaded = []
    page.context.on("request", lambda request: loaded.append(request.url))
    page.get_by_label("On this device").check()
    stage.wait_until(page, f"({LOADED}) === 'Pictures are read in this browser and sent nowhere.'", 120)
    files = [listed["finder"], listed["judge"], *listed["runtime"].values(), *listed["models"]]
    return sum(file["bytes"] for file in files if any(url.endswith(file["url"]) for url in loaded))


def first_face_ms(page, address):
    """Milliseconds from the click to a face's card, in a page that was opened anew."""
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_selector("#start")
    started_s = time.perf_counter()
    page.click("#start")
    page.wait_for_selector("#faces li[data-emotion]")
    return (time.perf_counter() - started_s) * 1000


def frames(number):
    """Frames, uint8 (480, 640, 3), of a face that sways, comes nearer and grows dark."""
    picture = stage.portrait(data.astronaut())
    for index in range(number):
        turn = cv2.getRotationMatrix2D((280, 150), 14 * np.sin(index / 20), 1 + 0.3 * np.sin(index / 45))
        frame = cv2.warpAffine(picture, turn, (640, 480), borderMode=cv2.BORDER_REFLECT)
        yield np.round(frame * (0.65 + 0.35 * np.cos(index / 30))).astype(np.uint8)


def compare(page, film):
    """Prints on how many frames server and device say the same word."""
    app = create_app()
    tracks, told = Tracks(), []
    with app.extensions["pool"].lend("figures") as analyser:
        for index, frame in enumerate(film):
            grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
            faces = analyser.read_frame(grey, tracks, now_s=index / 30).faces
            told.append(faces[0].emotion if faces else "")
    read = []
    for start in range(0, len(film), BATCH):
        read += page.evaluate(READ, [[as_url(frame) for frame in film[start : start + BATCH]], start])
    same = np.mean([one == other for one, other in zip(told, read, strict=True)])
    print(f"the server's word        on {same:.1%} of {len(film)} frames")


def as_url(frame):
    """A frame as the address of a PNG."""
    png = cv2.imencode(".png", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))[1].tobytes()
    return "data:image/png;base64," + base64.b64encode(png).decode()


if __name__ == "__main__":
    main()
