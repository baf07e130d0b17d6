"""The exceptions that leave app/vision. This module imports nothing, so the pages, the API and the socket can name
an exception without loading OpenCV or a model runtime."""


class BadImage(Exception):
    """Bytes that cannot be read as a picture. `kind` is "empty", "text", "large" or "unreadable".

    The exception's text is for people.
    """

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


class BadModel(Exception):
    """A model folder that breaks the contract; the text says what was expected and what came."""


class UnknownModel(Exception):
    """A model was requested that is not offered; the text names the offered models."""


class NoModel(Exception):
    """No model is installed; the text says how to get one."""


class NoSuchFace(Exception):
    """A face was requested that is not in the picture; the text says how many faces there are."""


class Busy(Exception):
    """No analyser became free in time, or the server is closing."""


class BadVideo(Exception):
    """A file that cannot be read as a film; the text says why."""
