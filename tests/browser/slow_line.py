"""Measures the live page on slow connections: `python tests/browser/slow_line.py` prints the figures."""

import asyncio
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import stage
from playwright.sync_api import sync_playwright
from skimage import data

LINES = [(300, 400), (64, 400), (1000, 200)]
"""Kilobits a second to the server, and milliseconds there and back."""

CHUNK_BYTES = 1024

COUNT = """
window.readings = 0;
window.grey_ms = 0;
addEventListener('DOMContentLoaded', () => {
    const measure = performance.measure;
    performance.measure = function (...given) {
        window.readings++;
        return measure.apply(this, given);
    };
    setInterval(() => { if (document.body.hasAttribute('data-stale')) window.grey_ms += 50; }, 50);
});
"""
"""Counts the readings that were drawn, and how long what is shown was grey."""


@contextmanager
def throttled(port, kbit_up, round_trip_ms, kbit_down=20_000):
    """The address of a proxy for a local port that limits kilobits per second and adds a delay in each direction."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    at = []

    async def carry(reader, writer, kbit):
        """Forwards bytes with the connection's rate and delay."""
        queue = asyncio.Queue()

        async def deliver():
            while True:
                due_s, chunk = await queue.get()
                await asyncio.sleep(due_s - loop.time())
                if chunk is None or writer.is_closing():
                    return writer.close()
                writer.write(chunk)

        task = asyncio.ensure_future(deliver())
        free_s = loop.time()
        while chunk := await reader.read(CHUNK_BYTES):
            free_s = max(free_s, loop.time()) + len(chunk) / (kbit * 125)
            queue.put_nowait((free_s + round_trip_ms / 2000, chunk))
            await asyncio.sleep(free_s - loop.time())  # a saturated connection accepts nothing more
        queue.put_nowait((free_s + round_trip_ms / 2000, None))
        await task

    async def connect(reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", port)
        ways = [asyncio.ensure_future(carry(*way)) for way in ((reader, back, kbit_up), (there, writer, kbit_down))]
        try:
            await asyncio.gather(*ways)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            back.close()
            writer.close()

    async def serve():
        server = await asyncio.start_server(connect, "127.0.0.1", 0, limit=CHUNK_BYTES)
        at.append(server.sockets[0].getsockname()[1])
        ready.set()
        return server

    def run():
        server = loop.run_until_complete(serve())
        loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(asyncio.sleep(0.1))  # closed transports finish in the loop's next iterations
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield f"http://127.0.0.1:{at[0]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def watch(page, address, settle_s=15, seconds=10):
    """Readings per second, seconds in which the boxes were grey, and the page's status text, after a settling time."""
    page.add_init_script(COUNT)
    page.goto(address, timeout=120_000)
    page.click("#start")
    page.wait_for_selector(".face[data-emotion]", timeout=60_000)
    page.wait_for_timeout(1000 * settle_s)
    page.evaluate("window.readings = window.grey_ms = 0")
    page.wait_for_timeout(1000 * seconds)
    readings, grey_ms = page.evaluate("[window.readings, window.grey_ms]")
    return readings / seconds, grey_ms / 1000, page.locator("#quality").text_content()


def main():
    """Measures each line with one smiling face before the camera."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        film = Path(folder) / "face.y4m"
        stage.write_film(film, stage.portrait(data.astronaut()))
        browser = playwright.chromium.launch(
            executable_path=stage.find_chromium(), args=[*stage.QUIET, *stage.camera_switches(film)]
        )
        port = stage.free_port()
        with stage.serve(port):
            for kbit, round_trip_ms in LINES:
                with throttled(port, kbit, round_trip_ms) as address:
                    rate, grey_s, words = watch(browser.new_page(), address)
                print(f"{kbit} kbit/s, {round_trip_ms} ms: {rate:.1f} readings/s, grey for {grey_s:.1f} s; {words}")


if __name__ == "__main__":
    main()
