"""One recipe for each network: its architecture, its labels and how it is trained.

`python -m training train NAME --data fer2013.csv.gz` follows RECIPES[NAME]. models/NAME/card.json holds the scores that
a shipped network reached, models/NAME/history.csv the seconds that each epoch took.
"""

from dataclasses import asdict, dataclass, field, replace

from app.vision.contract import FACE_SIZE, LABELS
from training.data.augment import Augmentation
from training.data.labels import SEVEN, SIX


@dataclass(frozen=True)
class Recipe:
    """Everything that `fit` needs to train one network; a model's card stores its whole recipe.

    network, options: a family of training/networks and the options of its builder.
    labels: the labels in the order of the network's outputs.
    optimizer: adam, sgd (with Nesterov `momentum`) or muon.
    learning_rate: the peak rate, reached after warmup_epochs. Under a cosine schedule it falls to 0 by the last epoch.
    clip: the largest gradient norm, taken over all weights; 0 for no limit.
    smoothing: the share of each target that is spread over all labels.
    mixup: alpha of the Beta distribution; 0 for no mixup.
    balance: 0 draws pictures as often as they occur in the data, 1 draws every label equally often.
    repeat: how often one epoch shows each picture.
    ema: momentum of the running mean of the weights, which is then released; 0 releases the last step's weights.
    sizes: pairs (share, size). Up to that share of the epochs the network trains on pictures of `size` pixels, because
    small pictures train faster.
    learns: `labels` (those of the data) or `votes` (FER+'s votes as shares over `labels`).
    votes: loss weight of a second head that learns FER+'s votes; 0 for no such head. The head is not released.
    start: a recipe whose run gives the initial weights of all layers with the same name, or `imagenet`.
    teachers, taught: the teachers' mean answer to a picture and to its mirror image makes up the share `taught` of its
    target (Hinton et al. 2015, https://arxiv.org/abs/1503.02531). A teacher is a run or a model.
    teaching: `once` asks the teachers before the first epoch. `always` asks two teachers about each augmented picture;
    the geometric mean of their answers is the whole target (see training/fitting/teachers.py; Beyer et al. 2021,
    https://arxiv.org/abs/2106.05237).
    covered, mixed: with teaching `always`, the share of pictures in which part of the face is covered, and the share
    that is blended with another picture.
    members: the runs or models whose mean answer this network gives; nothing is trained.
    shipped: true writes models/<name>/; false writes only card and history, to training/study/<name>/.
    part: keeps only runs/<name>/, as a member of an ensemble, and runs no exams.
    label: the name that the page shows in its list of models.
    """

    name: str
    title: str
    network: str
    options: dict = field(default_factory=dict)
    labels: tuple[str, ...] = SIX
    epochs: int = 10
    batch: int = 128
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.0
    weight_decay: float = 0.0
    schedule: str = "constant"
    warmup_epochs: float = 0.0
    clip: float = 0.0
    smoothing: float = 0.0
    mixup: float = 0.0
    balance: float = 0.0
    repeat: int = 1
    ema: float = 0.0
    augmentation: Augmentation | None = None
    sizes: tuple[tuple[float, int], ...] = ((1.0, FACE_SIZE),)
    learns: str = "labels"
    votes: float = 0.0
    start: str | None = None
    teachers: tuple[str, ...] = ()
    taught: float = 0.0
    teaching: str = "once"
    covered: float = 0.0
    mixed: float = 0.0
    members: tuple[str, ...] = ()
    precision: str = "float32"
    shipped: bool = True
    label: str = ""
    part: bool = False
    seed: int = 2013

    def to_json(self):
        """The recipe as a dict that `json.dumps` takes."""
        return asdict(self) | {"labels": list(self.labels)}


_WEBCAM = Augmentation(turn_deg=12, shift_px=4, scale=(0.88, 1.15), contrast=0.3, brightness=25)

CAMERA = Augmentation(
    turn_deg=12, shift_px=4, scale=(0.85, 1.2), contrast=0.3, brightness=25, blur=0.1, jpeg=0.1, erase=0.2
)
"""How webcams and detectors usually change a face; the large residual networks train with it."""

# float32, because bfloat16 took 1.35 times as long on the processor used here. The first 6 epochs of the shipped
# ensemble's trunk ran in bfloat16.
_TRUNK = Recipe(
    name="trunk",
    title="A residual network that no other taught, for the ensemble",
    network="resnet",
    options={"widths": (16, 48, 96, 192), "depths": (2, 2, 2, 2)},
    labels=SEVEN,
    epochs=36,
    optimizer="muon",
    learning_rate=0.012,
    weight_decay=0.05,
    schedule="cosine",
    warmup_epochs=1,
    smoothing=0.1,
    ema=0.998,
    augmentation=CAMERA,
    sizes=((0.55, 32), (0.9, 40), (1.0, 48)),
    votes=1.0,
    part=True,
    seed=2014,
)

_ALL = (
    # The study's recipes: ten epochs, no augmentation, the study's optimizers. The study gives no batch size, no
    # learning rates and no layers of the feed-forward network; ours are chosen so that the training curves resemble the
    # study's.
    Recipe(
        name="study_fnn", title="A feed-forward net as in the study", network="fnn", learning_rate=1e-4, shipped=False
    ),
    Recipe(name="study_cnn", title="The study's CNN as in the study", network="cnn", shipped=False),
    Recipe(
        name="study_cnn4x4",
        title="The study's CNN with 4×4 kernels and SGD as in the study",
        network="cnn",
        options={"kernel": 4},
        optimizer="sgd",
        learning_rate=0.01,
        momentum=0.9,
        batch=32,
        shipped=False,
    ),
    Recipe(name="study_vgg16", title="VGG16 as in the study", network="vgg", precision="mixed_bfloat16", shipped=False),
    # Our own recipes.
    # Accuracy on test6: 0.629. An epoch takes 31 s on two idle cores, half as long as in float32.
    Recipe(
        name="cnn",
        label="The study's CNN",
        title="The study's CNN, trained well",
        network="cnn",
        options={"kernel": 5},
        epochs=60,
        learning_rate=1e-3,
        schedule="cosine",
        warmup_epochs=1,
        smoothing=0.1,
        ema=0.999,
        augmentation=_WEBCAM,
        precision="mixed_bfloat16",
    ),
    Recipe(
        name="cnn4x4",
        label="The study's CNN with 4×4 kernels",
        title="The study's CNN with 4×4 kernels and SGD, trained well",
        network="cnn",
        options={"kernel": 4},
        epochs=30,
        optimizer="sgd",
        learning_rate=0.06,
        momentum=0.9,
        schedule="cosine",
        warmup_epochs=1,
        clip=2.0,
        smoothing=0.1,
        ema=0.999,
        augmentation=_WEBCAM,
        precision="mixed_bfloat16",
    ),
    Recipe(
        name="fnn",
        label="A plain net, for comparison",
        title="A feed-forward baseline",
        network="fnn",
        epochs=60,
        schedule="cosine",
        learning_rate=5e-4,
        warmup_epochs=1,
        smoothing=0.1,
        ema=0.999,
        # A dense network has separate weights for each pixel, so it gets only small turns and shifts.
        augmentation=Augmentation(turn_deg=5, shift_px=1, scale=(0.95, 1.05), contrast=0.3, brightness=25),
        precision="mixed_bfloat16",
    ),
    # The shipped model continues (--start) an earlier run of 12 epochs at a rate of 0.012 on pictures of 32 to 48 px.
    Recipe(
        name="vgg16",
        label="VGG16 · 7 emotions",
        title="VGG16 with batch normalisation, trained well",
        network="vgg",
        options={"dropout": 0.3, "reduce": True},
        labels=SEVEN,
        epochs=10,
        batch=256,  # Muon adds a fixed cost to each step, here that of 128 pictures
        optimizer="muon",
        learning_rate=0.008,
        weight_decay=0.05,
        schedule="cosine",
        warmup_epochs=1,
        smoothing=0.1,
        ema=0.995,
        augmentation=_WEBCAM,
        votes=1.0,
        precision="mixed_bfloat16",
    ),
    # The shipped model continues (--start) an earlier run without teachers: 44 epochs at a rate of 0.012 with smoothing
    # 0.1 on pictures of 32 to 48 px, accuracy on test6 0.703. That run is the teacher named `resnet` below.
    Recipe(
        name="resnet",
        label="Sharpest · 7 emotions",
        title="A residual network, seven emotions",
        network="resnet",
        options={"widths": (16, 48, 96, 192), "depths": (2, 2, 2, 2)},
        labels=SEVEN,
        epochs=24,
        optimizer="muon",  # PublicTest accuracy after 3 epochs at 32 px: 0.62, against 0.58 for SGD at a rate of 0.1
        learning_rate=0.01,
        weight_decay=0.05,
        schedule="cosine",
        warmup_epochs=1,
        ema=0.998,
        augmentation=CAMERA,
        sizes=((0.75, 40), (1.0, 48)),
        votes=1.0,
        teachers=("resnet", "vgg16"),
        taught=0.5,
        precision="mixed_bfloat16",
    ),
    Recipe(
        name="ferplus",
        label="Balanced · 8 emotions, recommended",
        title="A residual network, eight emotions as ten people vote",
        network="resnet",
        options={"widths": (16, 48, 96, 192), "depths": (2, 2, 2, 2)},
        labels=LABELS,
        learns="votes",
        start="resnet",
        epochs=10,
        optimizer="muon",
        learning_rate=0.005,
        weight_decay=0.05,
        schedule="cosine",
        warmup_epochs=0.5,
        balance=0.4,
        ema=0.998,
        augmentation=CAMERA,
        precision="mixed_bfloat16",
    ),
    Recipe(
        name="light",
        label="Fast · 8 emotions",
        title="A residual network of a third of the work, for many viewers on a small server",
        network="resnet",
        options={"widths": (16, 32, 48, 96), "depths": (1, 2, 2, 2)},  # bfloat16 is fast at multiples of 16
        labels=LABELS,
        learns="votes",
        epochs=20,
        optimizer="muon",
        learning_rate=0.012,
        weight_decay=0.05,
        schedule="cosine",
        warmup_epochs=1,
        balance=0.4,
        ema=0.998,
        augmentation=Augmentation(turn_deg=12, shift_px=4, scale=(0.85, 1.2), contrast=0.3, brightness=25, jpeg=0.1),
        sizes=((0.65, 32), (0.85, 40), (1.0, 48)),
        precision="mixed_bfloat16",
    ),
    # One network that learns to answer as `blend` does. It is not shipped because its PublicTest accuracy is lower:
    # 0.840 by most voters and 0.640 by label, against 0.851 and 0.656 for `blend`. It is less overconfident on masked
    # faces: certain of 16 % of them and right in 83 % of those, against 66 % and 55 % for `blend`. Its threshold leaves
    # it certain of 87 % of the clear faces. The measured run used rates of 0.004 for four epochs, then 0.002, 0.0013
    # and, in the last epoch, 0.0012 falling to 0.
    Recipe(
        name="blend_student",
        title="A residual network that learns from ferplus and resnet together",
        network="resnet",
        options={"widths": (16, 48, 96, 192), "depths": (2, 2, 2, 2)},
        labels=LABELS,
        learns="votes",
        start="ferplus",
        epochs=8,
        optimizer="muon",
        learning_rate=0.003,
        weight_decay=0.05,
        schedule="cosine",
        warmup_epochs=0.3,
        balance=0.3,
        ema=0.998,
        augmentation=replace(CAMERA, gamma=0.3, side_light=0.3, noise=0.25, sharpen=0.1),
        teachers=("ferplus", "resnet"),
        taught=1.0,
        teaching="always",
        covered=0.3,
        mixed=0.2,
        precision="mixed_bfloat16",
        part=True,
    ),
    # FER+'s voters call quiet anger and quiet sadness neutral; FER2013's labels name both too often. The mean of both
    # networks reads people from other sources best. PublicTest accuracy by most voters and by label: 0.851 and 0.656;
    # `ferplus` alone 0.879 and 0.608, `resnet` alone 0.737 and 0.700.
    Recipe(
        name="blend",
        label="Between voters and labels · 8 emotions",
        title="ferplus and resnet together: the geometric mean of what they say",
        network="blend",
        labels=LABELS,
        learns="votes",
        epochs=0,
        members=("ferplus", "resnet"),
    ),
    _TRUNK,
    replace(
        _TRUNK,
        name="trunk_taught",
        title="The trunk, taught by its first run",
        start="trunk",
        epochs=18,
        learning_rate=0.01,
        smoothing=0.0,
        sizes=((0.78, 40), (1.0, 48)),
        teachers=("trunk",),
        taught=0.5,
    ),
    Recipe(
        name="ensemble",
        label="Two networks together · 7 emotions",
        title="Two residual networks, each asked for the face and for its mirror image",
        network="ensemble",
        labels=SEVEN,
        epochs=0,
        # PublicTest log loss and accuracy: 0.806 and 0.7055. `resnet` alone with the mirror image: 0.811 and 0.7055.
        # `resnet` with `trunk`: 0.807 and 0.7069. All three: 0.807 and 0.7083.
        members=("resnet", "trunk_taught"),
    ),
)

FEW_LESSONS = 500
"""A user's own network that has fewer pictures than this starts from a shipped one."""

FEW_EPOCHS, FEW_STEPS = 10, 300
"""How many epochs, and how many steps in all, such a network trains."""


def own_votes(recipe, words, count):
    """The recipe changed to learn the votes of a user's own raters over `words`, from `count` pictures.

    With fewer than FEW_LESSONS pictures it takes FEW_STEPS small steps, and starts from `ferplus` if both recipes build
    the same network.
    """
    recipe = replace(recipe, labels=words, learns="votes", votes=0.0, start=None, members=())
    recipe = replace(recipe, teachers=(), taught=0.0, teaching="once")
    shipped = RECIPES["ferplus"]
    if count >= FEW_LESSONS:
        return recipe
    batch = min(recipe.batch, 32)
    return replace(
        recipe,
        batch=batch,
        epochs=FEW_EPOCHS,
        repeat=-(-FEW_STEPS * batch // (FEW_EPOCHS * max(count, 1))),
        learning_rate=min(recipe.learning_rate, 0.002),
        sizes=((1.0, FACE_SIZE),),
        ema=min(recipe.ema, 0.98),
        start="ferplus" if (recipe.network, recipe.options) == (shipped.network, shipped.options) else None,
    )


RECIPES = {recipe.name: recipe for recipe in _ALL}
