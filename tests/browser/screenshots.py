"""Writes the README's pictures to docs/: `python tests/browser/screenshots.py`."""

import tempfile
from pathlib import Path

import stage
from playwright.sync_api import sync_playwright
from skimage import data, io

DOCS = stage.ROOT / "docs"


def main():
    """Serves the site, opens its pages in Chromium with a face for a camera, and takes the pictures."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, stage.serve() as address, sync_playwright() as playwright:
        film, photo = Path(folder) / "face.y4m", Path(folder) / "astronaut.png"
        stage.write_film(film, stage.portrait(data.astronaut()))
        io.imsave(photo, data.astronaut())
        browser = playwright.chromium.launch(
            executable_path=stage.find_chromium(), args=[*stage.QUIET, *stage.camera_switches(film)]
        )
        _live(browser.new_page(viewport={"width": 1440, "height": 900}), address)
        _photo(browser.new_page(viewport={"width": 1280, "height": 800}), address, photo)
        browser.close()


def _live(page, address):
    page.goto(address)
    page.click("#start")
    page.wait_for_selector("#faces li[data-emotion]")
    page.wait_for_timeout(12_000)  # until there is a timeline, and the figures are those of a running stream
    page.evaluate(
        "document.querySelector('#camera').options[0].text = 'Camera'"
    )  # Chromium names it by the film's path
    stage.wait_until(page, "!document.body.hasAttribute('data-stale')")
    page.screenshot(path=DOCS / "live.png")


def _photo(page, address, photo):
    page.goto(f"{address}/photo")
    page.set_input_files("#photo-input", photo)
    page.wait_for_selector("#results .result[data-state=done]")
    page.screenshot(path=DOCS / "photo.png", full_page=True)


if __name__ == "__main__":
    main()
