"""Draws the reply on a photo: a box and a word for every face."""

import sys

from PIL import Image, ImageDraw, ImageFont

from app.vision.images import decode

COLOUR = (255, 209, 102)
INK = (20, 20, 20)

LOOKS = {"disgust": "disgusted", "fear": "afraid", "surprise": "surprised", "contempt": "contemptuous"}
"""The words drawn for labels that are no adjectives."""


def draw(data, faces):
    """A new upright RGB picture of a photo's bytes with a box and the word for every face.

    `data` are bytes that images.decode has accepted, `faces` the pipeline's Face objects for them.
    """
    image = Image.fromarray(decode(data, sys.maxsize, "RGB"))
    draw_faces(image, faces)
    return image


def draw_faces(image, faces):
    """Draws a box and the word for every face on a Pillow image in RGB, upright; changes the image."""
    pen = ImageDraw.Draw(image)
    for face in faces:
        _draw_face(pen, face, line_px=max(2, min(image.size) // 200))


def _draw_face(pen, face, line_px):
    x, y, width, height = face.box
    pen.rectangle((x, y, x + width - 1, y + height - 1), outline=COLOUR, width=line_px)
    share = min(face.emotions[face.emotion], 0.99)  # the network is never wholly sure
    words = f"looks {LOOKS.get(face.emotion, face.emotion)} {share:.0%}" if face.certain else "not sure"
    font = ImageFont.load_default(size=max(12, height // 10))
    place = (x + line_px, y + line_px)
    pen.rectangle(pen.textbbox(place, words, font=font), fill=COLOUR)
    pen.text(place, words, fill=INK, font=font)
