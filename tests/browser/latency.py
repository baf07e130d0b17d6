"""Measures the latency from capture to drawing: `python tests/browser/latency.py [--seconds S]`.

A headless Chromium films one face, 640×480 at 30 frames a second, against the site on this machine. Long tasks
are those that block the page's main thread for over 50 ms, whatever script they belong to.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import stage
from playwright.sync_api import sync_playwright
from skimage import data

WATCH = """
window.seen = { drawn_ms: [], blocked_ms: [] };
const watch = (type, list_ms, name) => new PerformanceObserver((list) => {
  list_ms().push(...list.getEntries().filter((entry) => !name || entry.name === name).map((entry) => entry.duration));
}).observe({ type });
watch("measure", () => window.seen.drawn_ms, "capture to drawing");
watch("longtask", () => window.seen.blocked_ms);
"""
SETTLE_MS = 3000


def main():
    """Lets the page run and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20, help="how long, after the first three")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stage.serve() as address, sync_playwright() as playwright:
        film = Path(folder) / "face.y4m"
        stage.write_film(film, stage.portrait(data.astronaut()))
        film.write_bytes(film.read_bytes().replace(b" F20:1 ", b" F30:1 ", 1))
        browser = playwright.chromium.launch(
            executable_path=stage.find_chromium(), args=[*stage.QUIET, *stage.camera_switches(film)]
        )
        report(
            watch(browser.new_page(viewport={"width": 1280, "height": 800}), address, options.seconds), options.seconds
        )
        browser.close()


def watch(page, address, seconds):
    """Milliseconds from capture to drawing, and of long tasks, as lists."""
    page.add_init_script(WATCH)
    page.goto(address)
    page.click("#start")
    page.wait_for_selector("#faces li[data-emotion]")
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate("window.seen = { drawn_ms: [], blocked_ms: [] }")
    page.wait_for_timeout(seconds * 1000)
    return page.evaluate("window.seen")


def report(seen, seconds):
    """Prints the figures."""
    p50, p95 = np.percentile(seen["drawn_ms"], (50, 95))
    print(f"frames drawn a second    {len(seen['drawn_ms']) / seconds:.1f}")
    print(f"capture to drawing, ms   p50 {p50:.0f}   p95 {p95:.0f}")
    print(
        f"long tasks               {len(seen['blocked_ms'])}, the longest {max(seen['blocked_ms'], default=0):.0f} ms"
    )


if __name__ == "__main__":
    main()
