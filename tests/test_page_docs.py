"""The pages' documentation says the same as their help."""

from html import unescape

import pseudo
import pytest
from fakes import FakeAnalyser

from app import create_app


@pytest.fixture(scope="module")
def controls():
    """Pairs of a control's name and its description in the help."""
    app = create_app(analyser=FakeAnalyser())
    with app.test_request_context():
        module = app.jinja_env.get_template("help.html").make_module({"language": app.extensions["languages"]["en"]})
        return [(name, what) for *_key, name, what in [*module.TOOLS, *module.FIELDS]]


def test_each_control_stands_in_the_documentation_with_the_same_words(controls):
    page = (pseudo.ROOT / "docs" / "page.md").read_text(encoding="utf-8")
    assert len(controls) > 15
    for name, what in controls:
        assert f"| {unescape(str(name))} | {unescape(str(what))} |" in page
