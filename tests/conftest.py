"""What the tests share: a photo of a face, and an application that needs no model."""

import pytest
from fakes import FakeAnalyser, encode
from hypothesis import settings

from app import create_app

settings.register_profile("patient", deadline=None)  # no deadline, because busy machines are slow
settings.load_profile("patient")
settings.register_profile("long", max_examples=200_000, deadline=None)  # pytest --hypothesis-profile=long


@pytest.fixture(scope="session")
def astronaut():
    """A photo of one smiling face, uint8 (512, 512, 3); public domain."""
    from skimage import data

    return data.astronaut()


@pytest.fixture(scope="session")
def photo(astronaut):
    """The photo `astronaut` as a JPEG file's bytes."""
    return encode(astronaut, quality=90)


@pytest.fixture
def analyser():
    """A fake analyser with two fake models."""
    return FakeAnalyser("study", "other")


@pytest.fixture
def app(analyser):
    """An application that answers from the fake analyser."""
    return create_app({"TESTING": True}, analyser)


@pytest.fixture
def client(app):
    """An HTTP client of the application."""
    return app.test_client()
