"""The summary of one file."""

from app.analyse.summary import columns, summarise

LABELS = ("happy", "sad")


def face(emotion="happy", track=1, certain=True, p=0.75):
    other = "sad" if emotion == "happy" else "happy"
    return {"emotion": emotion, "certain": certain, "track": track, "emotions": {emotion: p, other: 1 - p}}


def frames(*found):
    return [{"time_s": time_s, "faces": faces} for time_s, *faces in found]


def test_a_film_without_frames_is_a_row_of_noughts():
    row = summarise("f", [], LABELS)
    assert (row["frames"], row["frames_with_face"], row["share_with_face"], row["share_happy"]) == (0, 0, None, None)


def test_frames_count_for_the_time_they_are_shown():
    row = summarise("f", frames((0.0, face()), (0.9, face("sad")), (1.0,)), LABELS)
    assert row["length_s"] == 1.1
    assert row["share_with_face"] == round(1.0 / 1.1, 6)
    assert (row["share_happy"], row["share_sad"], row["share_not_sure"]) == (0.9, 0.1, 0.0)
    assert row["mean_happy"] == round(0.9 * 0.75 + 0.1 * 0.25, 6)


def test_an_unsure_answer_counts_as_not_sure_and_shares_sum_to_one():
    row = summarise(
        "f", frames((0, face()), (1, face(certain=False)), (2, face("sad", track=2), face(track=1))), LABELS
    )
    shares = [row[f"share_{name}"] for name in ("happy", "sad", "not_sure")]
    assert shares == [0.5, 0.25, 0.25]
    assert (row["most_faces"], row["tracks"]) == (2, 2)


def test_the_longest_stretch_is_one_faces_without_a_gap():
    found = frames(
        (0, face()),
        (1, face()),
        (2,),
        (3, face()),
        (4, face(), face("sad", 2)),
        (5, face("sad", 2)),
        (6, face("sad", 2)),
    )
    row = summarise("f", found, LABELS)
    assert (row["longest_emotion"], row["longest_track"], row["longest_from_s"], row["longest_s"]) == ("sad", 2, 4, 3)


def test_a_photo_has_shares_but_no_length():
    row = summarise("f", [{"time_s": None, "faces": [face(track=None), face("sad", None)]}], LABELS)
    assert (row["share_happy"], row["share_sad"], row["length_s"], row.get("longest_s")) == (0.5, 0.5, None, None)


def test_every_figure_has_its_column():
    assert set(summarise("f", frames((0, face()), (1, face())), LABELS)) == set(columns(LABELS))
