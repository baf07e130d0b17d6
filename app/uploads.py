"""The picture that a request brings, as the bytes of one file."""

from flask import request

from app.problems import BadRequest


def photo():
    """The bytes of the request's photo: its multipart field `photo`, or its raw body.

    Raises BadRequest for a form without a photo or with several. A text field passes; the decoder refuses it.
    """
    return _of_form() if request.mimetype == "multipart/form-data" else request.get_data(cache=False)


def _of_form():
    files = request.files.getlist("photo")
    if len(files) > 1:
        raise BadRequest(f"the form has {len(files)} files in its field `photo`; send one photo in each request")
    if files:
        return files[0].read()
    if "photo" in request.form:
        return request.form["photo"].encode()
    raise BadRequest("the form has no file in its field `photo`")
