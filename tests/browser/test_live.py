"""The live page in a real browser."""

import re

import cv2
import latency
import numpy as np
import pytest
import stage
from playwright.sync_api import expect

SEE_DOUBLE = """
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
    set onmessage(hear) {
        super.onmessage = ({ data }) => {
            const [, head, json] = /^(43[0-9]+)(.*"faces".*)$/s.exec(data) ?? [];
            if (!json) return hear({ data });
            const [answer] = JSON.parse(json);
            const [x, y, width, height] = answer.faces[0]?.box ?? [];
            if (width) answer.faces.push({ ...answer.faces[0], track: 99, box: [x + width / 2, y, width, height] });
            hear({ data: head + JSON.stringify([answer]) });
        };
    }
};
"""
"""Gives every face of an answer a twin that overlaps it."""

SLOW_HANDSHAKE = """
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
    set onmessage(hear) {
        super.onmessage = ({ data }) => {
            if (String(data).startsWith('44')) window.refused = data;
            if (String(data).startsWith('40')) setTimeout(hear, 700, { data });
            else hear({ data });
        };
    }
};
"""
"""Lets the page wait for the server's word that it is connected, and notes a refusal."""

HOLD_A_PICTURE = """
const make = window.createImageBitmap;
window.createImageBitmap = async (...source) => {
    const picture = await make(...source);
    if (window.held) {
        window.waits = true;
        await window.held;
    }
    return picture;
};
"""
"""Makes pictures of the video wait while there is a promise `held`."""

NOTE_POSTED = """
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (message, ...rest) {
    window.posted = Object.keys(message);
    postMessage.call(this, message, ...rest);
};
"""
"""Notes what the encoder's worker was told last: nothing at all lets its picture go."""

CAMERA_ID = "document.querySelector('#video').srcObject?.getTracks()[0].getSettings().deviceId"


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


def test_each_frame_is_timed_from_its_capture_to_its_drawing(page, server):
    seen = latency.watch(page, server, seconds=1)
    assert len(seen["drawn_ms"]) > 1
    assert all(drawn_ms > 0 for drawn_ms in seen["drawn_ms"])
    assert page.evaluate("performance.getEntriesByType('measure')") == []


def test_what_is_older_than_a_second_is_grey_and_its_age_stands_there(page, server):
    answers_stop = []

    def pass_on(to_page):
        to_server = to_page.connect_to_server()
        to_server.on_message(lambda message: answers_stop or to_page.send(message))

    page.route_web_socket("**/socket.io/**", pass_on)
    start(page, server)
    expect(page.locator("body")).not_to_have_attribute("data-stale", re.compile(""))
    answers_stop.append(True)
    expect(page.locator("body")).to_have_attribute("data-stale", "")
    assert int(page.locator("#age").text_content()) > 1000


def test_stop_switches_the_camera_off(page, server):
    page.goto(server)
    page.click("#start")
    expect(page.locator("#faces li[data-emotion]")).to_have_count(1)
    page.evaluate("window.cameraTracks = document.querySelector('#video').srcObject.getTracks()")
    page.click("#stop")
    stage.wait_until(page, "window.cameraTracks.every((track) => track.readyState === 'ended')")
    expect(page.locator("#faces li[data-emotion]")).to_have_count(0)


def test_stop_lets_the_last_picture_go(page, server):
    page.add_init_script(NOTE_POSTED)
    start(page, server)
    page.click("#stop")
    page.wait_for_timeout(300)
    assert page.evaluate("window.posted") == []


def test_a_refused_camera_is_told_in_words(launch, server):
    with launch("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser:
        page = browser.new_page()
        page.goto(server)
        page.click("#start")
        expect(page.locator("#status")).to_contain_text("The camera was not allowed.")
        expect(page.get_by_role("link", name="Use a photo")).to_be_visible()


def test_a_camera_that_is_taken_away_is_told_in_words(page, server):
    start(page, server)
    page.evaluate("document.querySelector('#video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.locator("#status")).to_contain_text("The camera stopped.")
    expect(page.locator(".face")).to_have_count(0)
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)


def test_a_camera_held_up_by_a_call_is_told_and_goes_on_when_it_is_back(page, server):
    start(page, server)
    page.evaluate("document.querySelector('#video').pause()")  # a camera that the system mutes gives no more frames
    expect(page.locator("#status")).to_contain_text("The camera gives no picture. A call")
    expect(page.locator(".face")).to_have_count(0)
    page.evaluate("document.querySelector('#video').play()")
    expect(page.locator("#status")).to_contain_text("One face")


def test_the_camera_is_asked_for_by_a_tap_and_plays_within_the_page(page, server):
    page.add_init_script(
        """window.asked = 0;
        const { getUserMedia } = MediaDevices.prototype;
        MediaDevices.prototype.getUserMedia = function (wishes) {
            window.asked += navigator.userActivation.isActive ? 1 : 100;
            return getUserMedia.call(this, wishes);
        };"""
    )
    page.goto(server)
    page.wait_for_timeout(300)
    assert page.evaluate("window.asked") == 0
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)
    assert page.evaluate("window.asked") == 1
    video = "document.querySelector('#video')"  # Safari on a phone requires this of a video that starts by itself
    assert page.evaluate(f"{video}.hasAttribute('playsinline') && {video}.muted && {video}.autoplay")


def test_another_camera_can_be_chosen_and_is_remembered(launch, server):
    with launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=2") as browser:
        page = browser.new_page()
        page.goto(server)
        page.click("#start")
        expect(page.locator("#camera option")).to_have_count(2)
        first, second = page.locator("#camera option").evaluate_all("(all) => all.map((each) => each.value)")
        assert page.evaluate(CAMERA_ID) == first
        page.click("#console summary")
        page.select_option("#camera", second)
        stage.wait_until(page, f"{CAMERA_ID} === '{second}'")
        page.reload()
        page.click("#start")
        expect(page.locator("#camera")).to_have_value(second)
        assert page.evaluate(CAMERA_ID) == second


def test_a_remembered_camera_that_is_gone_gives_way_to_another(page, server):
    page.add_init_script("""localStorage.setItem("lets-face-it", '{"camera": "unplugged"}')""")
    start(page, server)
    expect(page.locator("#camera")).not_to_have_value("unplugged")


def test_without_a_camera_the_demo_shows_a_face_and_a_word(launch, server):
    with launch() as browser:
        page = browser.new_page()
        page.goto(server)
        page.get_by_role("button", name="No camera? Try the demo").click()
        expect(page.locator(".face[data-emotion]")).to_contain_text(re.compile("looks happy"))
        assert has_ink(page)


def test_choices_are_remembered_on_this_device(page, server):
    start(page, server)
    page.select_option("#smoothing", "1.2")
    page.uncheck("#coach")
    page.click("[data-do=crops]")
    page.click("[data-do=mirror]")
    start(page, server)
    expect(page.locator("#smoothing")).to_have_value("1.2")
    expect(page.locator("#coach")).not_to_be_checked()
    expect(page.locator("[data-do=crops]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-do=mirror]")).to_have_attribute("aria-pressed", "false")


def test_nothing_is_sent_while_the_tab_is_hidden_and_it_goes_on_after(page, server):
    sent = frames_sent(page)
    start(page, server)
    show_tab(page, False)
    expect(page.locator("#status")).to_contain_text("This tab is in the background.")
    page.wait_for_timeout(300)  # what was in flight
    before = len(sent)
    page.wait_for_timeout(700)
    assert len(sent) == before
    page.evaluate("document.querySelector('#video').pause()")  # some phones pause the video of a hidden page
    show_tab(page, True)
    expect(page.locator("#status")).to_contain_text("One face")
    expect(page.locator("#stage")).to_have_attribute("data-state", "live")


def test_nothing_is_sent_while_the_page_is_hidden_before_its_camera_starts(page, server):
    sent = frames_sent(page)
    page.goto(server)
    show_tab(page, False)
    page.click("#start")
    stage.wait_until(page, "document.querySelector('#video').readyState === 4")
    page.wait_for_timeout(700)
    assert sent == []
    show_tab(page, True)
    expect(page.locator(".face[data-emotion]")).to_have_count(1)


def test_a_picture_that_is_ready_once_the_tab_is_hidden_goes_to_no_model(page, rivals):
    page.add_init_script(HOLD_A_PICTURE)
    sent = frames_sent(page)
    page.goto(rivals)
    page.select_option("#rival", "rival")
    page.click("#start")
    expect(page.locator(".face-rival")).to_be_visible(timeout=30_000)
    page.evaluate("() => { window.held = new Promise((resolve) => (window.release = resolve)); }")
    stage.wait_until(page, "window.waits")
    page.wait_for_timeout(300)  # what was in flight
    show_tab(page, False)
    before = len(sent)
    page.evaluate("window.release()")
    page.wait_for_timeout(700)
    assert len(sent) == before


def test_a_frozen_picture_whose_answer_comes_to_a_hidden_tab_is_asked_again_when_it_is_shown(page, server):
    sent, held = [], None

    def pass_on(to_page):
        to_server = to_page.connect_to_server()

        def ask(message):
            if isinstance(message, bytes):
                sent.append(len(message))
            to_server.send(message)

        def answer(message):
            if held is None or '"faces"' not in str(message):
                to_page.send(message)
            else:
                held.append(lambda: to_page.send(message))

        to_page.on_message(ask)
        to_server.on_message(answer)

    page.route_web_socket("**/socket.io/**", pass_on)
    start(page, server)
    held = []
    page.wait_for_timeout(300)
    page.click("[data-do=freeze]")
    page.wait_for_timeout(500)
    show_tab(page, False)
    answers, held = held, None
    for release in answers:
        release()
    page.wait_for_timeout(300)
    before = len(sent)
    page.wait_for_timeout(700)
    assert len(sent) == before
    show_tab(page, True)
    expect(page.locator("#status")).to_contain_text("Frozen")
    page.wait_for_timeout(300)
    before = len(sent)
    show_tab(page, False)
    show_tab(page, True)
    page.wait_for_timeout(700)
    assert len(sent) == before  # the frozen frame is answered already


def test_nothing_is_sent_while_the_picture_is_frozen(page, server):
    sent = frames_sent(page)
    start(page, server)
    page.click("[data-do=freeze]")
    expect(page.locator("#status")).to_contain_text("Frozen")
    before = len(sent)
    page.wait_for_timeout(700)
    assert len(sent) == before


def test_the_space_bar_freezes_and_does_not_press_the_button_that_was_clicked_last(page, server):
    start(page, server)
    page.click("[data-do=mirror]")
    expect(page.locator("[data-do=mirror]")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(page.locator("[data-do=freeze]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-do=mirror]")).to_have_attribute("aria-pressed", "false")


def test_a_frozen_picture_is_read_again_by_the_model_that_is_chosen(page, rivals):
    start(page, rivals)
    page.click("[data-do=freeze]")
    expect(page.locator("#status")).to_contain_text("Frozen")
    page.select_option("#model", "rival")
    expect(page.locator(".face")).to_contain_text("looks surprised")
    page.click("[data-do=record]", force=True)  # the unavailable button says why
    expect(page.locator("#status")).to_contain_text("needs a moving picture")
    expect(page.locator("[data-do=record]")).to_have_attribute("aria-pressed", "false")


def test_a_lost_server_is_told_and_the_page_is_live_again_by_itself(page, cnn):
    port = stage.free_port()
    with stage.serve(port, MODEL=cnn.name) as address:
        start(page, address)
    expect(page.locator("#status")).to_contain_text("The server cannot be reached.")
    expect(page.locator(".face")).to_have_count(0)
    with stage.serve(port, MODEL=cnn.name):
        expect(page.locator(".face[data-emotion]")).to_have_count(1, timeout=5000)
        expect(page.locator("#quality")).to_have_attribute("data-link", "on")


def test_a_server_that_says_that_it_restarts_is_told_and_the_page_is_live_again_by_itself(page, server):
    connections = []

    def pass_on(to_page):
        to_page.connect_to_server()
        connections.append(to_page)

    page.route_web_socket("**/socket.io/**", pass_on)
    start(page, server)
    page.evaluate(
        """() => {
            window.said = [];
            const title = document.querySelector('#status-title');
            new MutationObserver(() => window.said.push(title.textContent)).observe(title, { childList: true });
        }"""
    )
    connections[0].send('42["closing",{"detail":"the server restarts; the picture comes back by itself"}]')
    connections[0].close()
    stage.wait_until(page, "window.said.includes('The server is restarting.')")
    expect(page.locator("#status")).to_contain_text("One face")


def test_a_page_that_comes_back_while_it_connects_leaves_both_connections_whole(page, rivals):
    page.add_init_script(SLOW_HANDSHAKE)
    page.goto(rivals)
    page.select_option("#rival", "rival")
    page.click("#start")
    expect(page.locator("#status")).to_contain_text("Connecting")
    for _ in range(5):
        show_tab(page, False)
        show_tab(page, True)
        page.wait_for_timeout(100)
    expect(page.locator(".face-rival")).to_contain_text("≠ B disagrees")
    assert page.evaluate("window.refused") is None


def test_a_frozen_picture_keeps_its_faces_while_the_server_is_away(page, cnn):
    with stage.serve(MODEL=cnn.name) as address:
        start(page, address)
        page.click("[data-do=freeze]")
        expect(page.locator("#status")).to_contain_text("Frozen")
    expect(page.locator("#link")).to_have_text("trying again")
    expect(page.locator("#status")).to_contain_text("Frozen")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)


def test_a_full_server_says_so_and_lets_the_next_one_in_when_there_is_room(browser, cnn):
    with stage.serve(MODEL=cnn.name, MAX_CLIENTS="1", RETRY_AFTER_S="1") as address:
        first, second = browser.new_page(), browser.new_page()
        start(first, address)
        second.goto(address)
        second.click("#start")
        expect(second.locator("#status")).to_contain_text("The server is full.")
        first.close()
        expect(second.locator(".face[data-emotion]")).to_have_count(1)
        second.close()


def test_two_models_read_the_same_picture_and_their_difference_is_marked(page, rivals):
    page.goto(rivals)
    page.select_option("#rival", "rival")
    page.click("#start")
    expect(page.locator(".face")).to_contain_text("looks happy")
    expect(page.locator(".face-rival")).to_contain_text("≠ B disagrees: looks surprised")
    expect(page.locator("#arena-a")).to_contain_text(re.compile(r"^cnn, \d+\.\d ms$"))
    expect(page.locator("#arena-b")).to_contain_text(re.compile(r"^rival, \d+\.\d ms$"))
    expect(page.locator("#arena-agree")).to_contain_text("agree on 0%")
    page.select_option("#rival", "")
    expect(page.locator("#arena")).to_be_hidden()
    expect(page.locator(".face-rival")).to_be_hidden()


def test_another_model_answers_as_soon_as_it_is_chosen(page, rivals):
    start(page, rivals)
    expect(page.locator(".face")).to_contain_text("looks happy")
    page.select_option("#model", "rival")
    expect(page.locator(".face")).to_contain_text("looks surprised")


def test_a_snapshot_is_the_picture_as_shown_with_its_words(page, server, tmp_path):
    start(page, server)
    page.click("[data-do=freeze]")
    expect(page.locator("#status")).to_contain_text("Frozen")
    snapshots = []
    for _ in range(2):
        with page.expect_download() as download:
            page.keyboard.press("s")
        download.value.save_as(tmp_path / "snapshot.png")
        snapshots.append(cv2.imread(str(tmp_path / "snapshot.png")))
        page.click("[data-do=mirror]")
    mirrored, plain = snapshots
    assert plain.shape == (480, 640, 3)
    assert difference(mirrored[:, ::-1], plain) < 0.5 * difference(mirrored, plain)
    assert difference(mirrored[:, ::-1], plain) > 0.1  # in both pictures the text is not mirrored


def test_the_network_s_own_view_is_a_small_grey_picture(page, server):
    start(page, server)
    page.click("[data-do=crops]")
    assert crop_of(page).std() > 20


def test_a_smile_is_not_taken_for_a_relaxed_face(page, server):
    start(page, server)
    page.click("[data-do=neutral]")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#countdown")).to_be_hidden()
    page.click("[data-do=neutral]")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#status")).to_contain_text("Not calibrated: the face did not look relaxed.", timeout=30_000)
    expect(page.locator("#rest-note")).to_be_hidden()
    expect(page.locator(".face")).to_contain_text("looks happy")


def test_calm_bars_take_their_time_and_bars_as_read_jump(page, rivals):
    start(page, rivals)
    page.evaluate(
        """() => {
            const value = document.querySelector('[data-bar=happy] .bar-value');
            window.shares = [];
            new MutationObserver(() => window.shares.push(parseInt(value.textContent)))
                .observe(value, { childList: true, characterData: true, subtree: true });
        }"""
    )
    between = "window.shares.filter((share) => share > 15 && share < 80).length"
    page.select_option("#model", "rival")
    expect(page.locator(".face")).to_contain_text("looks surprised")
    assert page.evaluate(between) == 0
    page.select_option("#smoothing", "1.2")
    page.wait_for_timeout(500)  # until there is a reading
    page.select_option("#model", "cnn")
    expect(page.locator(".face")).to_contain_text("looks happy")
    assert page.evaluate(between) >= 2


def test_a_record_without_a_face_says_so(launch, server, tmp_path):
    stage.write_film(tmp_path / "wall.y4m", np.full((480, 640, 3), 128, np.uint8))
    with launch(*stage.camera_switches(tmp_path / "wall.y4m")) as browser:
        page = browser.new_page()
        page.goto(server)
        page.click("#start")
        expect(page.locator("#status")).to_contain_text("No face yet.")
        page.click("[data-do=record]")
        expect(page.locator("#status")).to_contain_text("Recording 0:01")
        page.click("[data-do=record]")
        expect(page.locator("#status")).to_contain_text("Nothing was recorded: no face was seen.")
        expect(page.locator("#session")).to_be_hidden()


def test_seconds_that_are_counted_are_not_read_aloud(page, server):
    start(page, server)
    page.click("[data-do=record]")
    expect(page.locator("#status-detail")).to_contain_text("Recording")
    expect(page.locator("#status-detail")).to_have_attribute("aria-live", "off")
    page.click("[data-do=record]")
    expect(page.locator("#status-detail")).to_have_text("One face")
    expect(page.locator("#status-detail")).not_to_have_attribute("aria-live", "off")


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("More light on the face would help.", lambda photo: stage.portrait(photo) // 4),
        ("A little less light would help.", lambda photo: (stage.portrait(photo) * 0.4 + 150).astype(np.uint8)),
        ("Blurred. Hold still, or wipe the lens.", lambda photo: cv2.GaussianBlur(stage.portrait(photo), (0, 0), 5)),
        ("Come a little closer.", lambda photo: stage.gathering(photo, [(250, 150, 140)])),
    ],
)
def test_a_poor_picture_gets_a_hint_once_it_lasts(launch, astronaut, server, tmp_path, words, change):
    stage.write_film(tmp_path / "poor.y4m", change(astronaut))
    with launch(*stage.camera_switches(tmp_path / "poor.y4m")) as browser:
        page = browser.new_page()
        start(page, server)
        expect(page.locator(".face-hint")).to_have_text(words)
        expect(page.locator(".bar-fill").first).to_have_css("opacity", "0.4")  # bars of poorly visible faces are faint
        page.click("#console summary")
        page.uncheck("#coach")
        expect(page.locator(".face-hint")).to_be_hidden()
        expect(page.locator(".bar-fill").first).to_have_css("opacity", "1")


def test_faces_that_overlap_are_asked_apart(page, server):
    page.add_init_script(SEE_DOUBLE)
    page.goto(server)
    page.click("#start")
    expect(page.locator(".face-hint")).to_have_text(["Two faces overlap. Move a little apart."] * 2)


def test_a_head_that_leans_is_told_and_seen_as_the_network_does_upright(launch, astronaut, server, tmp_path):
    angles_deg = [*[0] * 30, *np.linspace(0, 28, 40), *[28] * 90]
    stage.write_frames(tmp_path / "leaning.y4m", stage.leaning(astronaut, angles_deg))
    with launch(*stage.camera_switches(tmp_path / "leaning.y4m")) as browser:
        page = browser.new_page()
        start(page, server)
        page.click("[data-do=crops]")
        upright = crop_of(page)
        expect(page.locator(".face-hint")).to_have_text("Your head is tilted. Hold it a little more upright.")
        assert np.corrcoef(upright, crop_of(page))[0, 1] > 0.7


def test_a_face_that_is_lost_is_told_apart_from_one_that_never_came(launch, astronaut, server, tmp_path):
    seen, wall = stage.portrait(astronaut), np.full((480, 640, 3), 128, np.uint8)
    stage.write_frames(tmp_path / "lost.y4m", [*[seen] * 60, *[wall] * 120])
    with launch(*stage.camera_switches(tmp_path / "lost.y4m")) as browser:
        page = browser.new_page()
        start(page, server)
        expect(page.locator("#status")).to_contain_text("The face is lost. Look straight at the camera")


def test_the_overlay_follows_the_picture_when_the_phone_is_turned(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    start(page, server)
    upright = page.evaluate("document.querySelector('#overlay').width")
    page.set_viewport_size({"width": 844, "height": 390})
    stage.wait_until(page, f"document.querySelector('#overlay').width !== {upright}")
    assert page.locator("#overlay").bounding_box() == page.locator("#video").bounding_box()
    assert has_ink(page)


@pytest.mark.parametrize("content", ["", "a photo, say", '{"format": "another"}'])
def test_a_file_that_is_no_record_is_refused_in_words(page, server, tmp_path, content):
    (tmp_path / "record.csv").write_text(content)
    page.goto(server)
    page.set_input_files("#open-record", tmp_path / "record.csv")
    expect(page.locator("#open-problem")).to_contain_text(re.compile(r"\w+ \w+"))
    expect(page.locator("#session")).to_be_hidden()


def start(page, address):
    """Opens the live page and waits for a face."""
    page.goto(address)
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)


def show_tab(page, is_shown):
    """Fires the events that a browser fires when its tab is hidden or shown again."""
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        not is_shown,
    )


def frames_sent(page):
    """A list to which every picture that the page sends is appended."""
    sent = []

    def note(payload):
        if isinstance(payload, bytes):
            sent.append(len(payload))

    page.on("websocket", lambda socket: socket.on("framesent", note))
    return sent


def crop_of(page):
    """The grey levels of the small picture on the page, 48×48 in a flat list."""
    crop = page.locator(".face-crop")
    expect(crop).to_be_visible()
    pixels = np.array(crop.evaluate("(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 48, 48).data]"))
    red, green, blue, _ = pixels.reshape(48 * 48, 4).T
    assert (red == green).all()
    assert (red == blue).all()
    return red


def difference(one, other):
    """The mean absolute difference of two pictures' pixels."""
    return np.abs(one.astype(int) - other).mean()


def has_ink(page):
    """Whether anything is drawn on the overlay."""
    return page.evaluate(
        """() => {
            const canvas = document.querySelector('#overlay');
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            return pixels.some((value) => value > 0);
        }"""
    )
