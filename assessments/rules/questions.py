"""What a question holds, one shape a kind. The same shapes are kept as a version, read from and written to foreign files.

Texts of options and feedback are plain; a stem is clean HTML (p, b, ul, ol, li, a). A file is named: `picture:12` or
`handout:7` in the bank, its name in the package while it comes in or goes out. Identifiers of options are stable within a
question and never leave the server before the answers may (S04).
"""

from typing import Final, Literal, TypeAlias

from msgspec import Struct, field


class Shape(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A frozen record, compared by value; what is empty is not written."""


class Media(Shape, frozen=True):
    """A picture (`words` replace it), or a sound or a film (`words` are its transcript)."""

    kind: Literal["image", "audio", "video"]
    file: str
    words: str = ""


class Choice(Shape, frozen=True):
    """An option. `credit`: its share of the point, from -1 to 1; right ones have some."""

    id: str
    text: str
    credit: float = 0.0
    feedback: str = ""
    media: Media | None = None


class Accepted(Shape, frozen=True):
    """A text that is taken as an answer. `*` stands for anything. `credit` 0: a known slip, with its feedback."""

    text: str
    credit: float = 1.0
    feedback: str = ""


class NumericAnswer(Shape, frozen=True):
    """A number within `tolerance` of `value`."""

    value: float
    tolerance: float = 0.0
    credit: float = 1.0
    feedback: str = ""


class Pair(Shape, frozen=True):
    """What stands on the left and what goes with it."""

    id: str
    left: str
    right: str
    feedback: str = ""
    media: Media | None = None


class Item(Shape, frozen=True):
    """One thing to put in its place."""

    id: str
    text: str
    feedback: str = ""
    media: Media | None = None


class Gap(Shape, frozen=True):
    """A hole in a text, named `[[id]]` there. With `options` it is a list to choose from (the accepted ones are added)."""

    id: str
    answers: tuple[Accepted, ...]
    options: tuple[str, ...] = ()


class Zone(Shape, frozen=True):
    """A part of an image, in fractions of its width and height.

    rect: left, top, right, bottom. circle: middle x, middle y, radius as a fraction of the width. poly: x, y, x, y…
    `label` says the place in words: whoever does not see or touch the image chooses it in a list.
    """

    id: str
    label: str
    shape: Literal["rect", "circle", "poly"]
    coords: tuple[float, ...]
    credit: float = 0.0
    feedback: str = ""


class Category(Shape, frozen=True):
    """A box to sort things into."""

    id: str
    label: str


class Sorted(Shape, frozen=True):
    """A thing and the category it belongs to."""

    id: str
    text: str
    category: str
    feedback: str = ""
    media: Media | None = None


class Common(Shape, frozen=True):
    """What every question has. `feedback` is said to all once answered; `points` weighs it in its quiz."""

    title: str
    stem: str
    media: tuple[Media, ...] = ()
    hint: str = ""
    feedback: str = ""
    points: float = 1.0


class SingleChoice(Common, frozen=True, tag="single", tag_field="kind"):
    choices: tuple[Choice, ...] = ()
    shuffle: bool = True


class MultipleChoice(Common, frozen=True, tag="multiple", tag_field="kind"):
    choices: tuple[Choice, ...] = ()
    shuffle: bool = True


class TrueFalse(Common, frozen=True, tag="truefalse", tag_field="kind"):
    answer: bool = True
    feedback_true: str = ""
    feedback_false: str = ""


class ShortText(Common, frozen=True, tag="short", tag_field="kind"):
    """`typos` letters may differ; case and accents count only when asked."""

    answers: tuple[Accepted, ...] = ()
    typos: int = 0
    case: bool = False
    accents: bool = False


class Numeric(Common, frozen=True, tag="numeric", tag_field="kind"):
    """`unit` is shown beside the field; typed or not, the number counts. `unit_asked`: it must be typed."""

    answers: tuple[NumericAnswer, ...] = ()
    unit: str = ""
    unit_asked: bool = False


class Matching(Common, frozen=True, tag="matching", tag_field="kind"):
    """`extra`: right sides that go with nothing."""

    pairs: tuple[Pair, ...] = ()
    extra: tuple[str, ...] = ()


class Ordering(Common, frozen=True, tag="ordering", tag_field="kind"):
    """`items` in their order."""

    items: tuple[Item, ...] = ()


class Gaps(Common, frozen=True, tag="gaps", tag_field="kind"):
    """`text` with its holes as `[[id]]`."""

    text: str = ""
    gaps: tuple[Gap, ...] = ()
    typos: int = 0


class Hotspot(Common, frozen=True, tag="hotspot", tag_field="kind"):
    """`several`: more than one zone may be chosen."""

    image: Media = field(default_factory=lambda: Media("image", ""))
    zones: tuple[Zone, ...] = ()
    several: bool = False


class Categorise(Common, frozen=True, tag="categorise", tag_field="kind"):
    categories: tuple[Category, ...] = ()
    items: tuple[Sorted, ...] = ()


class LongAnswer(Common, frozen=True, tag="long", tag_field="kind"):
    """A text that a person looks at, with the rubric of that uuid where there is one. `guide` is for staff. 0 words: no bound."""

    min_words: int = 0
    max_words: int = 0
    rubric: str = ""
    guide: str = ""


class FileAnswer(Common, frozen=True, tag="file", tag_field="kind"):
    """Files, a photo, a recording: a person looks at them, as for a long answer."""

    accepts: Literal["file", "photo", "audio", "video"] = "file"
    max_files: int = 1
    rubric: str = ""
    guide: str = ""


Content: TypeAlias = (
    SingleChoice
    | MultipleChoice
    | TrueFalse
    | ShortText
    | Numeric
    | Matching
    | Ordering
    | Gaps
    | Hotspot
    | Categorise
    | LongAnswer
    | FileAnswer
)

KINDS: Final[dict[str, str]] = {
    "single": "une seule réponse",
    "multiple": "plusieurs réponses",
    "truefalse": "vrai ou non",
    "short": "réponse courte",
    "numeric": "nombre",
    "matching": "à relier",
    "ordering": "à ranger dans l'ordre",
    "gaps": "texte à trous",
    "hotspot": "zone d'une image",
    "categorise": "à classer",
    "long": "réponse rédigée",
    "file": "fichier ou enregistrement",
}
JUDGED: Final = frozenset({"long", "file"})  # a person says what they are worth


def kind_of(content: Content) -> str:
    """« single », « long »…: the key of `KINDS`."""
    return str(content.__struct_config__.tag)


class QuestionData(Shape, frozen=True):
    """A question with what the bank adds. `code` names it in its bank: the same code read again is the same question."""

    code: str
    content: Content
    tags: tuple[str, ...] = ()
    competencies: tuple[str, ...] = ()


def media_of(content: Content) -> tuple[Media, ...]:
    """Every picture, sound and film of a question, in the order it shows them."""
    found: list[Media] = list(content.media)
    if isinstance(content, Hotspot):
        found.append(content.image)
    for name in ("choices", "pairs", "items"):
        found += [row.media for row in getattr(content, name, ()) if row.media]
    return tuple(found)
