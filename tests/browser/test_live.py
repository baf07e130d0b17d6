"""The live page in a real browser."""

import re

from playwright.sync_api import expect


def test_a_box_and_a_word_stand_there_within_three_seconds_of_the_click(page, server):
    page.goto(server)
    page.click("#start")
    face = page.locator("#faces li[data-emotion]")
    expect(face).to_have_count(1, timeout=3000)
    expect(face).to_contain_text(re.compile("happy", re.I), timeout=3000)
    assert has_ink(page)


def test_the_page_says_how_fast_it_is(page, server):
    page.goto(server)
    page.click("#start")
    expect(page.locator("#fps")).to_contain_text(re.compile(r"\d"))
    expect(page.locator("#latency")).to_contain_text(re.compile(r"\d"))


def test_stop_switches_the_camera_off(page, server):
    page.goto(server)
    page.click("#start")
    expect(page.locator("#faces li[data-emotion]")).to_have_count(1)
    page.evaluate("window.cameraTracks = document.querySelector('#video').srcObject.getTracks()")
    page.click("#stop")
    page.wait_for_function("window.cameraTracks.every((track) => track.readyState === 'ended')")
    expect(page.locator("#faces li[data-emotion]")).to_have_count(0)


def test_a_refused_camera_is_told_in_words(launch, server):
    page = launch("--use-fake-device-for-media-stream", "--deny-permission-prompts").new_page()
    page.goto(server)
    page.click("#start")
    expect(page.locator("#status")).to_contain_text(re.compile("camera", re.I))
    expect(page.locator("#status")).to_contain_text(re.compile("allow|permission|refused|blocked", re.I))


def has_ink(page):
    """Whether something is drawn on the overlay."""
    return page.evaluate(
        """() => {
            const canvas = document.querySelector('#overlay');
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            return pixels.some((value) => value > 0);
        }"""
    )
