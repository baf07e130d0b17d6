"""The pages load few bytes, use little CPU and load nothing from other hosts."""

import gzip

import pytest
import stage
from playwright.sync_api import expect

COUNT_ANSWERS = """
window.answers = 0;
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
    constructor(...address) {
        super(...address);
        this.addEventListener('message', ({ data }) => { if (String(data).includes('"faces"')) window.answers++; });
    }
};
"""

FIRST_VIEW_BYTES = 150_000
PACKED = (".woff2", ".jpg")  # compressed formats, which servers do not compress again


def test_the_first_view_is_light(page, server):
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(server, wait_until="networkidle")
    assert any(answer.url.endswith("main.js") for answer in answers)
    weights = list(map(weight, answers))
    print(f"the first view: {sum(weights) / 1000:.0f} kB in {len(weights)} answers")
    assert sum(weights) < FIRST_VIEW_BYTES


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


@pytest.mark.parametrize("path", ["/", "/photo", "/models", "/privacy"])
def test_a_page_keeps_what_lighthouse_asks_for(page, server, path):
    complaints, failed = [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("response", lambda answer: failed.append(answer.url) if not answer.ok else None)
    page.add_init_script(
        """window.shifted = 0;
        new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shifted += value)))
            .observe({ type: 'layout-shift', buffered: true });"""
    )
    page.goto(f"{server}{path}", wait_until="networkidle")
    assert (complaints, failed) == ([], [])
    assert page.evaluate("window.shifted") < 0.1
    assert page.title().endswith("Let’s Face It")
    assert len(page.get_attribute("meta[name=description]", "content")) > 20
    assert page.get_attribute("meta[name=viewport]", "content").startswith("width=device-width, initial-scale=1")
    assert page.evaluate("document.documentElement.lang === 'en' && document.compatMode === 'CSS1Compat'")
    assert page.evaluate("[...document.querySelectorAll('a')].every((link) => link.href && link.textContent.trim())")
    scripts = "performance.getEntriesByType('resource').filter(({ renderBlockingStatus: how }) => how === 'blocking')"
    assert page.evaluate(f"{scripts}.every(({{ name }}) => name.endsWith('.css'))")
    sizes = (
        "[...document.querySelectorAll('body *')].filter((each) => each.childNodes.length && each.innerText?.trim())"
    )
    assert page.evaluate(f"Math.min(...{sizes}.map((each) => parseFloat(getComputedStyle(each).fontSize)))") >= 12


def test_a_frame_costs_the_main_thread_little(page, server):
    page.add_init_script(COUNT_ANSWERS)
    page.goto(server)
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})  # CPU time, not wall time
    before = busy(page, devtools)
    stage.wait_until(page, f"window.answers >= {before[1] + 40}", limit_s=60)
    seconds, answers = (now - then for now, then in zip(busy(page, devtools), before, strict=True))
    print(f"the main thread works {1000 * seconds / answers:.1f} ms a frame")
    assert seconds / answers < 0.05


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
    print(f"tasks of 50 ms and more within two seconds: {page.evaluate('window.longTasks_ms')}")
    # A page whose main thread works half of the time stutters; a busy machine turns some short tasks into long ones.
    assert sum(page.evaluate("window.longTasks_ms")) < 1000


def busy(page, devtools):
    """The main thread's CPU seconds and the number of answers so far."""
    metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"], page.evaluate("window.answers")


def weight(answer):
    """The size in bytes of a response body after compression."""
    body = answer.body()
    return len(body) if answer.url.endswith(PACKED) else len(gzip.compress(body))
