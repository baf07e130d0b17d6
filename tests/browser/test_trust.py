"""What the page tells people before a camera starts, and where no camera can start."""

import re

import pytest
import stage
from playwright.sync_api import expect


@pytest.fixture
def noticed(cnn):
    """The address of a site with an operator's notice."""
    with stage.serve(MODEL=cnn.name, NOTICE="Run by the library, for play.") as address:
        yield address


def test_before_the_camera_starts_the_page_names_where_all_is_told(page, noticed):
    page.goto(noticed)
    notice = page.locator(".notice")
    expect(notice).to_contain_text("Your picture is sent to this server, read, and deleted at once.")
    expect(notice).to_contain_text("Run by the library, for play.")
    notice.get_by_role("link", name="What happens to your picture").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What happens to your picture")
    expect(page.locator("aside.operator")).to_contain_text("Run by the library, for play.")


def test_on_an_address_that_is_not_secure_the_page_says_why_no_camera_starts_and_what_to_do(launch, server):
    browser = launch("--host-resolver-rules=MAP faces.test 127.0.0.1")
    page = browser.new_page()
    page.goto(server.replace("127.0.0.1", "faces.test"))
    expect(page.locator("#status-title")).to_have_text("This address is not secure.")
    expect(page.locator("#status-detail")).to_contain_text(re.compile("https.+localhost.+use a photo"))
    expect(page.get_by_role("link", name="Use a photo")).to_be_visible()
    browser.close()
