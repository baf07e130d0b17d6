"""A film on the photo page: read frame by frame in a real browser, never uploaded."""

import csv
import json
import re

import av
import numpy as np
import pytest
from films import write_film
from playwright.sync_api import expect
from stage import portrait

FRAMES = 20
STEP_MS = 100


@pytest.fixture(scope="module")
def smile(astronaut, tmp_path_factory):
    """The path of a film of two seconds: a smiling face, which is gone in the last half second."""
    face = portrait(astronaut)
    frames = [np.roll(face, 2 * n, axis=1) if n < 15 else np.full_like(face, 120) for n in range(FRAMES)]
    path = tmp_path_factory.mktemp("film") / "smile.webm"
    return write_film(path, frames, [STEP_MS * n for n in range(FRAMES)], codec="libvpx")


@pytest.fixture
def card(page, server, smile):
    """The card of the film, read to its end."""
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", smile)
    card = page.locator(".film")
    expect(card).to_have_attribute("data-state", "done", timeout=120_000)
    return card


def saved(page, button):
    with page.expect_download() as download:
        button.click()
    return download.value


def test_a_film_is_read_to_its_end_with_the_films_own_times(page, card):
    expect(card.locator(".result-words")).to_have_text(f"{FRAMES} frames read.")
    content = json.loads(saved(page, card.get_by_role("button", name="JSON")).path().read_text())
    assert content["format"] == "lets-face-it-session"
    (face,) = content["faces"]
    times_ms = [round(sample["at_s"] * 1000) for sample in face["samples"]]
    assert set(times_ms) <= set(range(0, STEP_MS * FRAMES, STEP_MS))
    assert len(set(times_ms)) == len(times_ms) > 8
    assert {sample["emotion"] for sample in face["samples"]} == {"happy"}
    assert max(times_ms) < 1900


def test_the_records_form_is_a_live_ones_and_the_live_page_opens_it(page, card, server, tmp_path):
    saved(page, card.get_by_role("button", name="JSON")).save_as(tmp_path / "film.json")
    saved(page, card.get_by_role("button", name="CSV")).save_as(tmp_path / "film.csv")
    with open(tmp_path / "film.csv", newline="") as file:
        assert {row["emotion"] for row in csv.DictReader(file)} == {"happy"}
    for name in ("film.json", "film.csv"):
        page.goto(server)
        page.set_input_files("#open-record", tmp_path / name)
        expect(page.locator("#session")).to_be_visible()
        expect(page.locator("#session-shares li")).to_have_count(1)


def test_the_film_is_sought_with_what_was_read_and_read_on_from_there(page, card):
    position, screen = card.locator(".film-position"), card.locator(".film-picture canvas")
    position.fill("0.75")
    expect(screen).to_have_attribute("data-faces", "1")
    position.fill("1.95")
    expect(screen).to_have_attribute("data-faces", "0")
    position.fill("1.55")
    card.get_by_role("button", name="Read on").click()
    expect(card).to_have_attribute("data-state", "done")
    expect(card.locator(".result-words")).to_have_text(f"{FRAMES} frames read.")


def test_reading_pauses_and_reads_some_of_the_frames_only(page, server, smile):
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", smile)
    card = page.locator(".film")
    expect(card.locator(".result-words")).to_contain_text(re.compile(r"frames? read"))
    card.get_by_role("button", name="Pause").click()
    expect(card).to_have_attribute("data-state", re.compile("paused|done"))
    page.click("#clear")
    expect(page.locator(".film")).to_have_count(0)
    page.set_input_files("#photo-input", smile)
    card.locator("select").select_option("5")
    expect(card).to_have_attribute("data-state", "done", timeout=120_000)
    words = card.locator(".result-words").inner_text()
    assert 3 <= int(re.match(r"(\d+) frames? read", words)[1]) < FRAMES


def test_no_byte_of_the_film_leaves_the_browser(page, server, smile):
    """The page sends only frames, over the socket, each with the film's time."""
    requests, sent = [], []
    page.on("request", lambda request: requests.append(request))
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", smile)
    expect(page.locator(".film")).to_have_attribute("data-state", "done", timeout=120_000)
    assert [request.url for request in requests if request.method != "GET"] == []
    texts = [data for data in sent if isinstance(data, str) and '"frame"' in data]
    assert len(texts) >= FRAMES
    assert all('"time_ms":' in text for text in texts)
    pictures = [data for data in sent if isinstance(data, bytes)]
    assert pictures
    assert all(picture.startswith(b"\xff\xd8\xff") for picture in pictures)


def test_the_film_is_saved_with_its_faces_drawn(page, card, tmp_path, smile):
    with page.expect_download(timeout=60_000) as download:
        card.get_by_role("button", name="Save annotated video").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert re.fullmatch(r"smile-faces\.(webm|mp4)", path.name)
    with av.open(str(path)) as drawn, av.open(str(smile)) as plain:
        drawn_first = next(drawn.decode(video=0)).to_ndarray(format="rgb24").astype(int)
        plain_frames = [frame.to_ndarray(format="rgb24") for frame in plain.decode(video=0)]
        assert drawn_first.shape == plain_frames[0].shape
        last = [frame.to_ndarray(format="rgb24") for frame in drawn.decode(video=0)]
    assert len(last) > 3
    far = [np.abs(frame[:430].astype(int) - 120).mean() for frame in last]
    assert min(far) < 6  # the end of the film, in which there is no face
    assert min(np.abs(drawn_first - frame).mean() for frame in plain_frames[:5]) > 0.5


def test_what_the_browser_does_not_play_is_told_in_words(page, server, tmp_path):
    (tmp_path / "none.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(range(256)))
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", tmp_path / "none.mp4")
    expect(page.locator(".film[data-state=error]")).to_contain_text("does not play this film")


def test_a_film_is_read_on_this_device_and_no_frame_is_sent(page, server, smile):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    page.goto(f"{server}/photo")
    page.get_by_label("On this device").check()
    expect(page.locator("#place-progress")).to_be_hidden(timeout=120_000)
    page.set_input_files("#photo-input", smile)
    card = page.locator(".film")
    expect(card).to_have_attribute("data-state", "done", timeout=180_000)
    expect(card.locator(".result-words")).to_have_text(f"{FRAMES} frames read.")
    expect(card.locator("[data-bar=happy]")).to_have_count(1)
    assert sent == []
