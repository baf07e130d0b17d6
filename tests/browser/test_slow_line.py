"""The live page reports a slow connection and still reads over it."""

from urllib.parse import urlsplit

from playwright.sync_api import expect
from slow_line import throttled

PATIENCE_MS = 90_000


def test_on_a_slow_line_frames_shrink_until_readings_come_in_time(page, server):
    sizes = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda sent: note(sizes, sent)))
    with throttled(urlsplit(server).port, kbit_up=64, round_trip_ms=400) as address:
        page.goto(address, timeout=PATIENCE_MS)
        page.click("#start")
        expect(page.locator(".face[data-emotion]")).to_have_count(1, timeout=PATIENCE_MS)
        expect(page.locator("#quality")).to_contain_text("Slow connection", timeout=PATIENCE_MS)
        expect(page.locator("body")).not_to_have_attribute("data-stale", "", timeout=PATIENCE_MS)
        while sizes[-1] > 5000:  # the first frames are larger
            page.wait_for_timeout(200)
        page.close()


def note(sizes, sent):
    if isinstance(sent, bytes):
        sizes.append(len(sent))
