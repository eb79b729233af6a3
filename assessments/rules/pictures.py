"""Marks on a picture: where they may be, what they say, how their place is said in words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from lms.refusal import Refused

MAX_PICTURE_MARKS, MAX_MARK_TEXT = 50, 300  # of one judgement; signs of one comment
DIGITS = 4  # of a share: a tenth of a point on the widest screen
NUMBERS = {"point": 2, "rect": 4}  # that place each shape
LEAST_SIDE = 0.005  # of a rectangle
PLACES = (
    "en haut à gauche", "en haut", "en haut à droite",
    "à gauche", "au milieu", "à droite",
    "en bas à gauche", "en bas", "en bas à droite",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """One mark: `x`, `y` (of a rectangle, its upper left corner), `w` and `h` are shares, from 0 to 1, of the picture's width and height."""

    shape: str
    x: float
    y: float
    w: float
    h: float
    text: str

    @property
    def area(self) -> str:
        """As a form carries it: « point 0.25 0.5 », « rect 0.1 0.2 0.3 0.4 »."""
        shares = (self.x, self.y, self.w, self.h)[: NUMBERS[self.shape]]
        return " ".join([self.shape, *(f"{share:g}" for share in shares)])

    @property
    def place(self) -> str:
        """Where its middle is, in words."""
        return PLACES[3 * min(int(3 * (self.y + self.h / 2)), 2) + min(int(3 * (self.x + self.w / 2)), 2)]


def drawn_from(area: str, text: str) -> Drawn:
    """A mark as a form carries it. Refused: a shape or a place that is none, a comment too long or with signs that are not text."""
    shape, *numbers = area.split()
    try:
        shares = [round(float(number), DIGITS) + 0.0 for number in numbers]  # no « minus nought »
    except ValueError:
        shares = []
    if len(shares) != NUMBERS.get(shape) or not all(0 <= share <= 1 for share in shares):
        raise Refused("mark_place", "Une remarque n'est pas sur l'image. Posez-la à nouveau.")
    x, y, w, h = [*shares, 0.0, 0.0][:4]
    if shape == "rect" and (min(w, h) < LEAST_SIDE or max(x + w, y + h) > 1 + 10**-DIGITS):
        raise Refused("mark_place", "Un cadre est trop petit, ou sort de l'image. Tracez-le à nouveau.")
    return Drawn(shape, x, y, w, h, _plain(text))


def at_cell(cell: int, text: str) -> Drawn:
    """A point in the middle of one of the nine places, the first being 0."""
    if not 0 <= cell < len(PLACES):
        raise Refused("mark_place", "Choisissez un endroit de l'image.")
    return Drawn("point", round((cell % 3 + 0.5) / 3, DIGITS), round((cell // 3 + 0.5) / 3, DIGITS), 0.0, 0.0, _plain(text))


def check_mark_count(count: int) -> None:
    """Refuse more marks on one judgement than anybody would read."""
    if count > MAX_PICTURE_MARKS:
        raise Refused("too_many_marks", f"{MAX_PICTURE_MARKS} remarques au plus par évaluation. Enlevez-en.")


def digest_of(marks: Iterable[Drawn]) -> str:
    """A short name of a list of marks, to know whether somebody changed it since."""
    return sha256("\n".join(f"{mark.area} {mark.text!r}" for mark in marks).encode()).hexdigest()[:16]


def moved_up(marks: Sequence[Drawn], index: int) -> list[Drawn]:
    """The marks with one before the one it followed. The first, or one that is not there: as they were."""
    moved = list(marks)
    if 0 < index < len(moved):
        moved[index - 1 : index + 1] = moved[index], moved[index - 1]
    return moved


def _plain(text: str) -> str:
    plain = text.replace("\r\n", "\n").strip()
    if len(plain) > MAX_MARK_TEXT:
        raise Refused("mark_text", f"Une remarque est trop longue : {MAX_MARK_TEXT} signes au plus.")
    if any(ord(sign) < 32 and sign != "\n" for sign in plain):
        raise Refused("mark_text", "Une remarque contient des signes qui ne sont pas du texte. Écrivez-la à nouveau.")
    return plain
