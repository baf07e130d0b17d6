"""The texts of the raters' pages, by key. A words file's [texts] translates them (docs/labels.md)."""

TEXTS = {
    "language": "en",
    "direction": "ltr",
    "title": "What does this face look like?",
    "door_title": "A link opens this page.",
    "door_words": "Ask the person who runs it for the link to join, or open your own link again.",
    "join_title": "Lend us your eyes",
    "join_lead": "You will see faces, one at a time. Say what each looks like to you. There is no right answer, and "
    "nobody sees yours while they rate.",
    "join_name": "Your name, or any name",
    "join_kept": "What is kept: this name, when you joined, your answers and when you gave them, on the computer of "
    "whoever runs this page. Nothing else, and nothing goes anywhere else. You can withdraw and delete it all at any "
    "time.",
    "join_agree": "I agree to this, and I will not pass the pictures on",
    "join_go": "Begin",
    "cant_tell": "Can’t tell",
    "no_face": "No face",
    "undo": "Undo",
    "several": "Two words fit",
    "several_done": "Send",
    "several_hint": "Choose all the words that fit, then send. Your vote is split between them.",
    "face": "The face to rate",
    "context": "The whole photo",
    "progress": "{done} done, {left} to go",
    "saving": "Saving …",
    "looking": "Looking for faces in the pictures …",
    "finished_title": "That was all. Thank you!",
    "finished_words": "Every face has its answers. If new ones come, they will show up here.",
    "offline": "No connection; nothing is lost. Trying again …",
    "refused": "That did not work:",
    "gone": "This picture is no longer there; here is the next one.",
    "key_help": "Keys: 1 to 9 choose a word, Shift with them several, Enter sends, 0 can’t tell, N no face, "
    "Backspace undoes.",
    "you": "You",
    "you_title": "You are {name}",
    "you_link": "Your own link. Open it on another device to go on there; keep it to yourself.",
    "you_back": "Back to the faces",
    "you_withdraw": "Withdraw",
    "you_withdraw_words": "Deletes your name and all your answers, for good.",
    "you_withdraw_sure": "Yes, delete it all",
    "you_gone": "It is all deleted. Goodbye, and thank you.",
    "copy_link": "Copy the link",
    "link_copied": "Copied",
    "foot": "You say how a face looks, not how anyone feels.",
}


class BadTexts(Exception):
    """Texts that can't be used; the text says which and why."""


def translated(given):
    """TEXTS, replaced where a words file gives another text. Raises BadTexts for an unknown key."""
    if strange := sorted(set(given) - set(TEXTS)):
        raise BadTexts(f"[texts] holds {', '.join(strange)}; known are {', '.join(TEXTS)}")
    return TEXTS | given
