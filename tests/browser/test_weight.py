"""The site is light, and keeps to itself."""

import gzip

from playwright.sync_api import expect

FIRST_VIEW_BYTES = 250_000
PACKED = (".woff2", ".jpg")  # what no server compresses again


def test_the_first_view_is_light(page, server):
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(server, wait_until="networkidle")
    assert any(answer.url.endswith("main.js") for answer in answers)
    assert sum(map(weight, answers)) < FIRST_VIEW_BYTES


def test_no_other_host_is_asked_for_anything(page, server, photo_file):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:")))
    page.goto(server)
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", photo_file)
    expect(page.locator(".result[data-state=done]")).to_have_count(1)
    for path in ("/models", "/privacy"):
        page.goto(f"{server}{path}", wait_until="networkidle")
    assert any("/socket.io/" in url for url in asked)
    assert [url for url in asked if not url.startswith((f"{server}/", "blob:", "data:"))] == []


def test_a_running_page_leaves_the_main_thread_free(page, server):
    page.add_init_script(
        """window.longTasks_ms = [];
        new PerformanceObserver((list) => window.longTasks_ms.push(...list.getEntries().map((task) => task.duration)))
            .observe({ type: 'longtask' });"""
    )
    page.goto(server)
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)
    page.evaluate("window.longTasks_ms = []")
    page.wait_for_timeout(2000)
    # Half of the time would be a page that stutters; a busy machine makes a few long ones of short ones.
    assert sum(page.evaluate("window.longTasks_ms")) < 1000


def weight(answer):
    """Bytes of an answer's body as a server that compresses sends it."""
    body = answer.body()
    return len(body) if answer.url.endswith(PACKED) else len(gzip.compress(body))
