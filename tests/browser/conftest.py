"""A real Chromium with a fake camera, against the real server in a process of its own."""

import pytest
import stage


@pytest.fixture(scope="session")
def server():
    """The address of the site with its CNN."""
    if not (stage.ROOT / "models" / "cnn" / "card.json").is_file():
        pytest.skip("models/cnn is not there: python -m training train cnn makes it")
    with stage.serve(MODEL="cnn") as address:
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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield lambda *switches: playwright.chromium.launch(executable_path=path, args=[*stage.QUIET, *switches])


@pytest.fixture(scope="session")
def browser(launch, film):
    """A Chromium whose camera shows the face."""
    return launch(*stage.camera_switches(film))


@pytest.fixture
def page(browser):
    """An empty page; what goes wrong in its scripts fails the test."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(15_000)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert faults == []
