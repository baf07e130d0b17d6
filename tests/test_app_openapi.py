"""The API's answers to generated requests match its OpenAPI description."""

import numpy as np
import schemathesis
from fakes import FakeModels, encode
from hypothesis import settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from app import create_app
from app.vision.pipeline import Analyser

# The whole application except for the network. No fixture: schemathesis' fixtures do not work with this pytest.
_ANALYSER = Analyser(FakeModels("study"), max_photo_pixels=10**6, max_frame_pixels=10**6)
_APP = create_app({"PHOTOS_PER_MINUTE": 10**9}, _ANALYSER)
PICTURE = encode(np.zeros((280, 400), np.uint8))  # the box that the description names as an example lies within

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _APP)


def check(case, *excluded):
    # A schema cannot describe valid pictures: the API refuses other bytes, although the description allows them.
    case.call_and_validate(excluded_checks=[positive_data_acceptance, *excluded])


@schema.parametrize()
@settings(max_examples=20, deadline=None)
def test_no_request_meets_an_error_of_ours_and_each_reply_is_as_described(case):
    check(case)


@schema.include(method="POST").parametrize()
@settings(max_examples=20, deadline=None)
def test_nor_does_one_that_brings_a_picture(case):
    if case.body:
        case.body = {"photo": PICTURE} if case.media_type == "multipart/form-data" else PICTURE
    if "model" in case.query:
        case.query["model"] = "study"
    check(case, negative_data_rejection)  # the change may have made an invalid request valid
