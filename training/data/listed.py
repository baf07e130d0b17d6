"""Data sets whose labels come in files beside the pictures: RAF-DB's list and AffectNet's annotations."""

import numpy as np

from training.data.faces import BadDataset
from training.data.words import NUMBERED, RAF_DB


def raf_db(root):
    """[(split, word, path)] of RAF-DB's pictures, aligned or not; [] where the folder holds no RAF-DB list.

    Li et al. 2017, http://www.whdeng.cn/raf/model1.html. A line of the list is `train_00001.jpg 5`.
    """
    lists = sorted(root.rglob("list_pa*tition_label.txt"))  # the authors spell it "patition"; some copies mend it
    if not lists:
        return []
    pictures = {file.stem.removesuffix("_aligned"): file for file in sorted(root.rglob("*.jpg"))}
    files = []
    for number, line in enumerate(lists[0].read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        name, _, label = line.strip().rpartition(" ")
        if not label.isdecimal() or not 1 <= int(label) <= len(RAF_DB):
            raise BadDataset(f"{lists[0].name}, line {number}: expected a picture and 1 to 7, found {line[:60]!r}")
        file = pictures.get(name.strip().removesuffix(".jpg"))
        if file is None:
            raise BadDataset(f"{lists[0].name}, line {number}: there is no picture {name} below {root}")
        files.append(("test" if name.startswith("test") else "training", RAF_DB[int(label) - 1], file))
    return files


def affectnet(root):
    """[(split, word, path)] of AffectNet's pictures; [] where the folder holds no AffectNet annotations.

    Mollahosseini et al. 2017, https://arxiv.org/abs/1708.03985. The label number of `<set>/images/<id>.jpg` is in
    `<set>/annotations/<id>_exp.npy`; numbers above 7 (none, uncertain, no face) are left out.
    """
    files = []
    for annotations in sorted(path for path in root.rglob("annotations") if path.is_dir()):
        split = "validation" if annotations.parent.name.lower().startswith("val") else "training"
        for file in sorted((annotations.parent / "images").glob("*.jpg")):
            number = _number(annotations / f"{file.stem}_exp.npy")
            if number < len(NUMBERED["AffectNet"]):
                files.append((split, NUMBERED["AffectNet"][number], file))
    return files


def _number(path):
    try:
        return int(np.load(path, allow_pickle=False).item())
    except (OSError, ValueError) as error:
        raise BadDataset(f"{path.name} does not hold the number of an expression: {error}") from None
