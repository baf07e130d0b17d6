"""A residual network for 48×48 grey faces (He et al. 2015, https://arxiv.org/abs/1512.03385).

A 3×3 stem without early pooling keeps small details; squeeze-and-excitation (Hu et al. 2017,
https://arxiv.org/abs/1709.01507) ends each block. The network normalises each picture to mean 0 and variance 1,
so that dim and bright pictures look alike to it.
"""

import keras
from keras import layers

from training.networks.blocks import conv, logits


def resnet(labels, widths=(32, 64, 128, 256), depths=(2, 2, 2, 2), excite=8, dropout=0.2, votes=0):
    """A residual network; `depths` and `widths` give each stage's number of blocks and channels.

    Each stage but the first halves the picture. excite: the factor by which squeeze-and-excitation reduces the
    channels, 0 for none. votes: the number of logits of a second head, after those of the labels. Takes any picture
    size.
    """
    faces = keras.Input((None, None, 1))
    x = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False, dtype="float32", name="standardise")(faces)
    x = conv(x, widths[0], 3, "stem")
    for stage, (width, depth) in enumerate(zip(widths, depths, strict=True), 1):
        for place in range(1, depth + 1):
            x = _block(x, width, 2 if stage > 1 and place == 1 else 1, excite, f"stage{stage}_{place}")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    return keras.Model(faces, logits(x, labels, votes, "logits"), name="resnet")


def _block(x, width, stride, excite, name):
    shortcut = x
    if stride > 1:  # pooling first keeps what a strided 1×1 convolution would skip (He et al. 2018, arXiv:1812.01187)
        shortcut = layers.AveragePooling2D(2, padding="same", name=f"{name}_pool")(shortcut)
    if x.shape[-1] != width:
        shortcut = conv(shortcut, width, 1, f"{name}_shortcut", activation=None)
    x = conv(x, width, 3, f"{name}_conv1", stride)
    x = conv(x, width, 3, f"{name}_conv2", activation=None)
    if excite:
        x = _excite(x, width, width // excite, f"{name}_excite")
    x = layers.Add(name=f"{name}_add")([x, shortcut])
    return layers.Activation("relu", name=f"{name}_relu")(x)


def _excite(x, width, narrow, name):
    gate = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    gate = layers.Conv2D(narrow, 1, activation="relu", name=f"{name}_narrow")(gate)
    gate = layers.Conv2D(width, 1, activation="sigmoid", name=f"{name}_gate")(gate)
    return layers.Multiply(name=f"{name}_scale")([x, gate])
