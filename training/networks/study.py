"""The student study's convolutional network, layer for layer, and a feed-forward baseline."""

import keras
from keras import layers

from app.vision.contract import FACE_SIZE


def cnn(labels, kernel=5, dropout=0.5):
    """Two convolutions and 1024 dense units; 9,496,454 parameters for 6 labels with 5×5 kernels,
    9,477,734 with 4×4."""
    return keras.Sequential(
        [
            keras.Input((FACE_SIZE, FACE_SIZE, 1)),
            layers.Rescaling(1 / 255, name="scale"),
            layers.Conv2D(32, kernel, padding="same", activation="relu", name="conv_1"),
            layers.MaxPooling2D(name="pool_1"),
            layers.Conv2D(64, kernel, padding="same", activation="relu", name="conv_2"),
            layers.MaxPooling2D(name="pool_2"),
            layers.Flatten(name="flatten_1"),
            layers.Dense(1024, activation="relu", name="fc_1"),
            layers.Dropout(dropout, name="dropout_1"),
            layers.Dense(labels, dtype="float32", name="fc_2"),
        ],
        name="cnn",
    )


def fnn(labels, units=(1024, 512), dropout=0.2):
    """Dense layers on the flattened picture: a baseline without convolutions."""
    hidden = []
    for place, width in enumerate(units, 1):
        hidden += [
            layers.Dense(width, activation="relu", name=f"fc_{place}"),
            layers.Dropout(dropout, name=f"dropout_{place}"),
        ]
    return keras.Sequential(
        [
            keras.Input((FACE_SIZE, FACE_SIZE, 1)),
            layers.Rescaling(1 / 255, name="scale"),
            layers.Flatten(name="flatten_1"),
            *hidden,
            layers.Dense(labels, dtype="float32", name=f"fc_{len(units) + 1}"),
        ],
        name="fnn",
    )
