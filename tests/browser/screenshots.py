"""Takes screenshots of the pages: `python tests/browser/screenshots.py` writes the README's pictures to docs/.

With a folder, `python tests/browser/screenshots.py FOLDER` writes every state of the pages to it.
"""

import sys
import tempfile
from pathlib import Path

import stage
from playwright.sync_api import sync_playwright
from skimage import data, io

DOCS = stage.ROOT / "docs"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
GROUP = [(4 + 126 * column, 6 + 156 * row, 118) for row in range(3) for column in range(5)]


def main():
    """Serves the site, opens its pages in Chromium with a face for a camera, and takes the pictures."""
    with tempfile.TemporaryDirectory() as folder, stage.serve() as address, sync_playwright() as playwright:
        film, group, photo = (Path(folder) / name for name in ("face.y4m", "group.png", "astronaut.png"))
        stage.write_film(film, stage.portrait(data.astronaut()))
        io.imsave(group, stage.gathering(data.astronaut(), GROUP), check_contrast=False)
        io.imsave(photo, data.astronaut())
        browser = playwright.chromium.launch(
            executable_path=stage.find_chromium(), args=[*stage.QUIET, *stage.camera_switches(film)]
        )
        if len(sys.argv) > 1:
            out = Path(sys.argv[1])
            out.mkdir(parents=True, exist_ok=True)
            for scheme in ("light", "dark"):
                for name, size in (("desk", DESK), ("phone", PHONE)):
                    page = browser.new_page(viewport=size, color_scheme=scheme)
                    _states(
                        page, address, [photo, group], lambda state, to=out / f"{scheme}-{name}": f"{to}-{state}.png"
                    )
                    page.close()
        else:
            _live(browser.new_page(viewport=DESK), address)
            _photo(browser.new_page(viewport={"width": 1280, "height": 800}), address, photo)
        browser.close()


def _live(page, address):
    _start(page, address)
    page.wait_for_timeout(12_000)  # the timeline and the figures need some seconds of a running stream
    stage.wait_until(page, "!document.body.hasAttribute('data-stale')")
    page.screenshot(path=DOCS / "live.png")


def _photo(page, address, photo):
    _read(page, address, [photo])
    page.screenshot(path=DOCS / "photo.png", full_page=True)


def _states(page, address, photos, path):
    """Every state that a visitor sees, one after the other."""
    page.goto(address)
    page.screenshot(path=path("idle"))
    _start(page, address)
    page.wait_for_timeout(3000)
    page.screenshot(path=path("live"), full_page=True)
    page.click("#all-words")
    page.click("#console > summary")
    page.screenshot(path=path("settings"), full_page=True)
    page.click("#console > summary")
    _press(page, "crops")
    page.wait_for_selector(".face-crop:visible")
    page.screenshot(path=path("view"), full_page=True)
    _press(page, "crops")
    _press(page, "freeze")
    page.click(".face-why")
    page.wait_for_selector(".face-because:not(:empty)")
    page.wait_for_timeout(1000)
    page.screenshot(path=path("why"), full_page=True)
    _press(page, "freeze")
    _press(page, "neutral")
    page.screenshot(path=path("calibrate"))
    page.locator("#calibrate button[value=begin]").click()
    page.wait_for_timeout(1000)
    page.screenshot(path=path("countdown"))
    _press(page, "neutral")
    _press(page, "play")
    page.wait_for_timeout(1000)
    page.screenshot(path=path("play"))
    page.wait_for_selector(".play[data-over]", timeout=120_000)
    page.screenshot(path=path("play-over"))
    _press(page, "play")
    _press(page, "record")
    page.wait_for_timeout(3000)
    page.screenshot(path=path("recording"))
    _press(page, "record")
    page.screenshot(path=path("record"), full_page=True)
    page.click("#help-open")
    page.screenshot(path=path("help"))
    page.keyboard.press("Escape")
    _press(page, "stop")
    page.screenshot(path=path("stopped"))
    _read(page, address, photos[:1])
    page.screenshot(path=path("photo"), full_page=True)
    _read(page, address, photos * 2)
    page.screenshot(path=path("photos"), full_page=True)
    for name in ("models", "privacy", "nowhere"):
        page.goto(f"{address}/{name}")
        page.screenshot(path=path(name), full_page=True)


def _start(page, address):
    page.goto(address)
    page.click("#start")
    page.wait_for_selector("#faces li[data-emotion]")


def _press(page, name):
    """Clicks a tool's button; on a phone it opens the menu of further tools first where needed."""
    button = page.locator(f"[data-do={name}]")
    if not button.is_visible():
        page.click("[data-do=more]")
    button.click()


def _read(page, address, photos):
    page.goto(f"{address}/photo")
    page.set_input_files("#photo-input", photos)
    page.wait_for_selector("#all-tools:visible")


if __name__ == "__main__":
    main()
