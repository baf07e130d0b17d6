"""Augmentation: random changes to training pictures that imitate a webcam and a detector.

Pure functions: the same generator gives the same pictures. All take and give uint8 (48, 48) unless
they say otherwise; a value of 0 (or a scale of 1, 1) switches a step off.
"""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Augmentation:
    """How far pictures are changed; each value is drawn uniformly and anew for every picture.

    flip: the chance that the picture is mirrored. turn_deg, shift_px: largest turn and shift either way.
    scale: least and largest enlargement. contrast: largest relative change of the grey levels'
    spread, brightness: largest shift of the levels. blur, jpeg: the chances of a blurred picture
    and of JPEG artefacts. erase: the chance that a rectangle of up to a third of the face is
    covered with noise (Zhong et al. 2017, https://arxiv.org/abs/1708.04896). gamma, side_light, noise, sharpen: the
    chances of another gamma curve, of light from one side, of sensor noise and of sharpened edges.
    """

    flip: float = 0.5
    turn_deg: float = 0.0
    shift_px: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    contrast: float = 0.0
    brightness: float = 0.0
    blur: float = 0.0
    jpeg: float = 0.0
    erase: float = 0.0
    gamma: float = 0.0
    side_light: float = 0.0
    noise: float = 0.0
    sharpen: float = 0.0


def augment(pictures, rng, augmentation):
    """Changed copies of uint8 (n, 48, 48), drawn from the numpy generator `rng`."""
    return np.stack([_augment_one(picture, rng, augmentation) for picture in pictures])


def mixup(pictures, targets, rng, alpha):
    """Pictures and targets, each blended with another row's; one share for the batch, drawn from Beta(alpha, alpha).

    pictures: float32 (n, 48, 48, 1); targets: float32 (n, labels). Zhang et al. 2017,
    https://arxiv.org/abs/1710.09412
    """
    share = np.float32(rng.beta(alpha, alpha))
    other = rng.permutation(len(pictures))
    blend = lambda values: share * values + (1 - share) * values[other]  # noqa: E731
    return blend(pictures), blend(targets)


def _augment_one(picture, rng, augmentation):
    if rng.random() < augmentation.flip:
        picture = picture[:, ::-1]
    picture = move(
        picture,
        turn_deg=rng.uniform(-1, 1) * augmentation.turn_deg,
        shift_px=rng.uniform(-1, 1, 2) * augmentation.shift_px,
        scale=rng.uniform(*augmentation.scale),
    )
    if augmentation.contrast or augmentation.brightness:
        picture = relight(
            picture,
            contrast=1 + rng.uniform(-1, 1) * augmentation.contrast,
            brightness=rng.uniform(-1, 1) * augmentation.brightness,
        )
    if rng.random() < augmentation.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.2))
    if rng.random() < augmentation.jpeg:
        picture = compress(picture, int(rng.integers(25, 90)))
    if rng.random() < augmentation.erase:
        picture = erase(picture, rng)
    if augmentation.gamma or augmentation.side_light or augmentation.noise or augmentation.sharpen:
        picture = _photographed(picture, rng, augmentation)
    return picture


def _photographed(picture, rng, augmentation):
    levels = picture.astype(np.float32)
    if rng.random() < augmentation.gamma:
        levels = 255 * (levels / 255) ** np.exp(rng.uniform(-0.5, 0.5))
    if rng.random() < augmentation.side_light:
        angle, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.45)
        down, across = (np.linspace(-1, 1, side, dtype=np.float32) for side in picture.shape)
        levels = levels * (1 + strength * (np.cos(angle) * across + np.sin(angle) * down[:, None]))
    if rng.random() < augmentation.noise:
        levels = levels + rng.normal(0, rng.uniform(1, 9), picture.shape)
    picture = levels.clip(0, 255).round().astype(np.uint8)
    if rng.random() < augmentation.sharpen:
        picture = cv2.addWeighted(picture, 1.8, cv2.GaussianBlur(picture, (0, 0), 1.0), -0.8, 0)
    return picture


def move(picture, turn_deg, shift_px, scale):
    """Turned counter-clockwise about the centre, enlarged, shifted by (x, y); mirrored beyond the edge."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), turn_deg, scale)
    matrix[:, 2] += shift_px
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def relight(picture, contrast, brightness):
    """Grey levels spread about their mean by `contrast`, then raised by `brightness`, within 0..255."""
    mean = picture.mean()
    levels = (np.arange(256) - mean) * contrast + mean + brightness
    return levels.clip(0, 255).round().astype(np.uint8)[picture]


def compress(picture, quality):
    """The picture after JPEG compression at `quality` 0..100."""
    _, content = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)


def erase(picture, rng):
    """The picture with noise over a random rectangle of 2 % to 33 % of its area."""
    side = picture.shape[0]
    area, ratio = rng.uniform(0.02, 0.33), np.exp(rng.uniform(-1, 1))
    height, width = (np.sqrt([area * ratio, area / ratio]) * side).round().clip(1, side).astype(int)
    top, left = rng.integers(side - height + 1), rng.integers(side - width + 1)
    picture = picture.copy()
    picture[top : top + height, left : left + width] = rng.integers(0, 256, (height, width))
    return picture
