"""The label sets of the exams."""

from app.vision.contract import LABELS

SIX = tuple(label for label in LABELS if label not in ("disgust", "contempt"))

SEVEN = tuple(label for label in LABELS if label != "contempt")
