"""A real Chromium with a fake camera, against the real server in a process of its own."""

import pytest
import stage
from playwright.sync_api import expect, sync_playwright

OPEN_SETTINGS = """
addEventListener('DOMContentLoaded', () => document.querySelector('#console')?.setAttribute('open', ''));
"""
"""Unfolds the live page's settings, which most tests come to set."""

TIMEOUT_MS = 30_000
expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="session")
def cnn():
    """The folder of the model that answers."""
    folder = stage.ROOT / "models" / "cnn"
    if not (folder / "card.json").is_file():
        pytest.skip("models/cnn is not there: python -m training train cnn makes it")
    return folder


@pytest.fixture(scope="session")
def server(cnn):
    """The address of the site with its CNN."""
    with stage.serve(MODEL=cnn.name) as address:
        yield address


@pytest.fixture(scope="session")
def rivals(cnn, tmp_path_factory):
    """The address of a site with two models, one of which answers surprise for happy."""
    models = tmp_path_factory.mktemp("models")
    stage.add_rival(models, cnn)
    with stage.serve(MODELS=str(models), MODEL=cnn.name) as address:
        yield address


@pytest.fixture(scope="session")
def film(astronaut, tmp_path_factory):
    """The path of a film of one smiling face."""
    path = tmp_path_factory.mktemp("camera") / "face.y4m"
    stage.write_film(path, stage.portrait(astronaut))
    return path


@pytest.fixture(scope="session")
def launch(film):
    """A function that starts a Chromium with these switches; all are closed at the end."""
    path = stage.find_chromium()
    if path is None:
        pytest.skip("no browser is installed; on Debian: apt install chromium")
    with sync_playwright() as playwright:
        yield lambda *switches: playwright.chromium.launch(executable_path=path, args=[*stage.QUIET, *switches])


@pytest.fixture(scope="session")
def browser(launch, film):
    """A Chromium whose camera shows the face."""
    return launch(*stage.camera_switches(film))


@pytest.fixture
def page(browser):
    """An empty page; an error in its scripts fails the test."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(TIMEOUT_MS)
    page.add_init_script(OPEN_SETTINGS)
    faults = []
    page.on("dialog", lambda dialog: dialog.accept())  # a record that is not saved asks before it is left
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert faults == []


@pytest.fixture(scope="session")
def photo_file(photo, tmp_path_factory):
    """The path of a photo of that face."""
    path = tmp_path_factory.mktemp("photo") / "face.jpg"
    path.write_bytes(photo)
    return path
