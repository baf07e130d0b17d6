"""One row for each file: the share of a film's time with a face, the emotions, and the longest stretch of one."""

NOT_SURE = "not_sure"

KINDS = {
    "file": "string",
    "frames": "int64",
    "frames_with_face": "int64",
    "most_faces": "int64",
    "tracks": "int64",
    "longest_emotion": "string",
    "longest_track": "int64",
    "damage": "string",
}
"""The types of the columns that are not double."""

STRETCH_TURNS = ("longest_emotion", "longest_s", "longest_from_s", "longest_track")


def columns(labels):
    """The columns of a summary, in their order."""
    counts = ["file", "frames", "frames_with_face", "most_faces", "tracks", "length_s", "share_with_face"]
    shares = [f"share_{label}" for label in (*labels, NOT_SURE)]
    return [*counts, *shares, *(f"mean_{label}" for label in labels), *STRETCH_TURNS, "damage"]


def summarise(file, contents, labels, damage=None):
    """The summary's row of one file, from its readings as dicts in their order.

    `share_<label>` is the share of the faces' time in which the label led and was certain, `share_not_sure` the rest:
    they sum to 1. `mean_<label>` is the mean probability over the faces' time. A frame counts for the time until the
    next one, the last for as long as the one before it. The longest stretch is that of one face without a gap.
    """
    summary, last = _Summary(labels), None
    for content in contents:
        if last is not None:
            summary.add(last, (content["time_s"] or 0) - (last["time_s"] or 0))
        last = content
    if last is not None:
        summary.add(last, None)
    return {"file": file, "damage": damage} | summary.row()


class _Summary:
    def __init__(self, labels):
        self._frames = self._frames_with_face = self._most = 0
        self._length_s = self._with_face_s = self._faces_s = 0.0
        self._led_s = dict.fromkeys((*labels, NOT_SURE), 0.0)
        self._sum_s = dict.fromkeys(labels, 0.0)
        self._tracks, self._stretches = set(), {}
        self._longest = (0.0, None, None, None)
        self._spent_s = 1.0  # a photo has no duration; its faces have equal weight

    def add(self, content, spent_s):
        """Adds a frame that is shown for some seconds, None for as long as the frame before it."""
        self._spent_s = spent_s = self._spent_s if spent_s is None else max(spent_s, 0.0)
        found = content["faces"]
        self._frames += 1
        self._frames_with_face += bool(found)
        self._most = max(self._most, len(found))
        self._length_s += spent_s
        self._with_face_s += spent_s * bool(found)
        for face in found:
            self._faces_s += spent_s
            self._led_s[face["emotion"] if face["certain"] else NOT_SURE] += spent_s
            for label, probability in face["emotions"].items():
                self._sum_s[label] += spent_s * probability
        if content["time_s"] is not None:
            self._follow(content["time_s"], found, spent_s)

    def _follow(self, time_s, found, spent_s):
        """Extends the stretches of the faces that still show the same certain emotion; ends the others."""
        self._tracks |= {face["track"] for face in found}
        going = {(face["track"], face["emotion"]) for face in found if face["certain"]}
        self._stretches = {key: self._stretches.get(key, time_s) for key in going}
        for (track, emotion), from_s in self._stretches.items():
            self._longest = max(self._longest, (time_s + spent_s - from_s, emotion, from_s, track), key=lambda s: s[0])

    def row(self):
        """The row, figures rounded to microseconds and to a millionth."""
        longest_s, emotion, from_s, track = self._longest
        is_film = bool(self._tracks or self._stretches) or self._frames > 1
        figures = {
            "frames": self._frames,
            "frames_with_face": self._frames_with_face,
            "most_faces": self._most,
            "tracks": len(self._tracks) if is_film else None,
            "length_s": round(self._length_s, 6) if is_film else None,
            "share_with_face": _share(self._with_face_s, self._length_s),
        }
        figures |= {f"share_{label}": _share(led_s, self._faces_s) for label, led_s in self._led_s.items()}
        figures |= {f"mean_{label}": _share(sum_s, self._faces_s) for label, sum_s in self._sum_s.items()}
        if emotion is None:
            return figures
        return figures | dict(zip(STRETCH_TURNS, (emotion, round(longest_s, 6), from_s, track), strict=True))


def _share(part, whole):
    return round(part / whole, 6) if whole else None
