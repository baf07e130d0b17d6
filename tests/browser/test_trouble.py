"""The live page when a frame is too large and when the camera stops giving frames."""

import re

import stage
from playwright.sync_api import expect


def sent_frames(page):
    """A list to which the size in bytes of each frame that a page sends is appended."""
    sizes = []

    def note(payload):
        if isinstance(payload, bytes):
            sizes.append(len(payload))

    page.on("websocket", lambda web_socket: web_socket.on("framesent", note))
    return sizes


def test_what_is_larger_than_the_server_takes_is_not_sent_and_told_in_words(page, cnn):
    with stage.serve(MODEL=cnn.name, MAX_FRAME_BYTES="2000") as address:
        sizes = sent_frames(page)
        page.goto(address)
        page.click("#start")
        expect(page.get_by_text("The picture is too large.")).to_be_visible()
        assert sizes == []


def test_a_frame_that_is_too_large_is_made_smaller_first(page, cnn):
    with stage.serve(MODEL=cnn.name, MAX_FRAME_BYTES="15000") as address:
        sizes = sent_frames(page)
        page.goto(address)
        page.click("#start")
        expect(page.locator(".face[data-emotion]")).to_contain_text(re.compile("looks happy"))
        assert max(sizes) <= 15_000


def test_a_camera_that_gives_no_more_frames_is_told_and_the_page_goes_on_when_it_does(page, server):
    page.goto(server)
    page.click("#start")
    face = page.locator(".face[data-emotion]")
    expect(face).to_have_count(1)
    page.evaluate("document.querySelector('#video').pause()")
    expect(page.get_by_text("The camera gives no picture.")).to_be_visible()
    expect(face).to_have_count(0)
    page.evaluate("document.querySelector('#video').play()")
    expect(face).to_have_count(1)
    expect(page.get_by_text("The camera gives no picture.")).to_be_hidden()
