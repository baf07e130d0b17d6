"""Other data sets' words for our labels, suggested to a user whose data lacks a recipe's labels."""

from app.vision.contract import LABELS

SYNONYMS = {
    "angry": ("anger", "annoyed"),
    "disgust": ("disgusted",),
    "fear": ("fearful", "afraid", "scared"),
    "happy": ("happiness", "joy", "smile"),
    "sad": ("sadness", "unhappy"),
    "surprise": ("surprised",),
    "neutral": ("neutrality", "normal", "calm"),
    "contempt": ("contemptuous",),
}

NUMBERED = {
    "FER2013": ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"),
    "AffectNet": ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt"),
}
"""The labels that a data set's numbers 0, 1, 2 … stand for."""

RAF_DB = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")
"""The labels that RAF-DB's numbers 1, 2, 3 … stand for."""


def advice(words):
    """The --words option that maps a data set's words to our labels, as the end of an error message; "" for none."""
    if words and all(word.isdecimal() for word in words):
        numbers = [" ".join(f"{n}={label}" for n, label in enumerate(labels)) for labels in NUMBERED.values()]
        numbers.append(" ".join(f"{n}={label}" for n, label in enumerate(RAF_DB, 1)))
        names = (*NUMBERED, "RAF-DB")
        ways = "; ".join(f"{name}: --words {way}" for name, way in zip(names, numbers, strict=True))
        return f"; say what the numbers mean, as in {ways}"
    known = {synonym: label for label, synonyms in SYNONYMS.items() for synonym in synonyms}
    pairs = [f"{word}={known[word]}" for word in words if word not in LABELS and word in known]
    return f"; --words {' '.join(pairs)} gives them our labels" if pairs else ""
