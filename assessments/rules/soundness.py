"""Whether a question can be asked at all. Each refusal says what its author changes. Pure."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from assessments.rules.questions import (
    Accepted,
    Categorise,
    Choice,
    Content,
    FileAnswer,
    Gaps,
    Hotspot,
    LongAnswer,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    ShortText,
    SingleChoice,
    Zone,
    media_of,
)
from lms.refusal import Refused

MAX_OPTIONS: Final = 50
MAX_STEM: Final = 20_000
MAX_LINE: Final = 2_000
MAX_TITLE: Final = 200
HOLE: Final = re.compile(r"\[\[([^\[\]]{1,40})\]\]")
COORDS: Final = {"rect": 4, "circle": 3}


def check_question(content: Content) -> None:
    """Refuse what cannot be asked or cannot be answered: nothing to choose, no right answer, two options alike, a text too long."""
    _check_common(content)
    check = CHECKS.get(type(content))
    if check:
        check(content)


def _check_common(content: Content) -> None:
    if not content.title.strip() or len(content.title) > MAX_TITLE:
        raise Refused("title_missing", f"Donnez un titre à la question, de {MAX_TITLE} signes au plus.")
    if not content.stem.strip() and not content.media:
        raise Refused("stem_missing", "Écrivez ce qui est demandé.")
    if len(content.stem) > MAX_STEM:
        raise Refused("stem_too_long", f"L'énoncé dépasse {MAX_STEM} signes. Mettez-en une partie dans la leçon.")
    if not (0 < content.points <= 100):
        raise Refused("points_out_of_range", "Les points d'une question vont de plus de 0 à 100.")
    for media in media_of(content):
        if not media.file:
            raise Refused("media_missing", "Un fichier manque dans cette question. Choisissez-le.")
        if not media.words.strip():
            raise Refused(
                "media_without_words", "Décrivez l'image, ou écrivez ce que dit le son : tout le monde ne peut pas voir ou entendre."
            )


def _check_choices(content: SingleChoice | MultipleChoice) -> None:
    _check_options("choice", [choice.text or _file(choice) for choice in content.choices], [choice.id for choice in content.choices])
    if any(not _is_share(choice.credit) for choice in content.choices):
        raise Refused("credit_out_of_range", "La part d'une réponse va de -100 % à 100 %.")
    best = max(choice.credit for choice in content.choices)
    total = sum(choice.credit for choice in content.choices if choice.credit > 0)
    if isinstance(content, SingleChoice) and best < 1:
        raise Refused("no_right_answer", "Cochez la bonne réponse : une réponse au moins vaut tout le point.")
    if isinstance(content, MultipleChoice) and total < 0.999:
        raise Refused("no_right_answer", "Cochez les bonnes réponses : ensemble, elles valent tout le point.")


def _file(choice: Choice) -> str:
    return choice.media.file if choice.media else ""


def _check_short(content: ShortText) -> None:
    _check_accepted(content.answers)
    if not 0 <= content.typos <= 3:
        raise Refused("typos_out_of_range", "De 0 à 3 lettres peuvent différer.")


def _check_accepted(answers: Sequence[Accepted]) -> None:
    if not any(answer.credit >= 1 for answer in answers):
        raise Refused("no_right_answer", "Écrivez au moins une réponse acceptée, qui vaut tout le point.")
    if any(not answer.text.strip() or len(answer.text) > MAX_LINE or not _is_share(answer.credit) for answer in answers):
        raise Refused("answer_empty", f"Une réponse acceptée a de 1 à {MAX_LINE} signes et vaut de 0 à 100 %.")
    if len(answers) > MAX_OPTIONS:
        raise Refused("too_many_options", f"{MAX_OPTIONS} réponses au plus.")


def _check_numeric(content: Numeric) -> None:
    numbers = [number for answer in content.answers for number in (answer.value, answer.tolerance)]
    if any(not math.isfinite(number) for number in numbers) or any(answer.tolerance < 0 for answer in content.answers):
        raise Refused("number_unknown", "Écrivez un nombre, et un écart permis de 0 ou plus. Exemple : 12,5 à 0,1 près.")
    if not any(answer.credit >= 1 for answer in content.answers) or any(not _is_share(answer.credit) for answer in content.answers):
        raise Refused("no_right_answer", "Écrivez au moins un nombre qui vaut tout le point.")
    if content.unit_asked and not content.unit.strip():
        raise Refused("unit_missing", "Écrivez l'unité attendue. Exemple : cm.")


def _check_matching(content: Matching) -> None:
    _check_options(
        "pair", [pair.left or (pair.media.file if pair.media else "") for pair in content.pairs], [pair.id for pair in content.pairs]
    )
    rights = [pair.right for pair in content.pairs]
    if any(not text.strip() for text in (*rights, *content.extra)):
        raise Refused("option_empty", "Une réponse de droite est vide. Écrivez-la, ou retirez la ligne.")
    if set(rights) & set(content.extra):
        raise Refused("option_twice", "Une réponse en trop est aussi une bonne réponse. Retirez-la.")


def _check_ordering(content: Ordering) -> None:
    _check_options(
        "item", [item.text or (item.media.file if item.media else "") for item in content.items], [item.id for item in content.items]
    )


def _check_gaps(content: Gaps) -> None:
    holes = HOLE.findall(content.text)
    names = [gap.id for gap in content.gaps]
    if not names or sorted(holes) != sorted(names):
        raise Refused("gaps_differ", "Chaque trou du texte, écrit [[1]], [[2]]…, a une ligne de réponses, et une seule.")
    for gap in content.gaps:
        _check_accepted(gap.answers)
        if len(gap.options) > MAX_OPTIONS or any(not option.strip() for option in gap.options):
            raise Refused("option_empty", "Un choix d'un trou est vide. Écrivez-le, ou retirez-le.")
        if gap.options and any("*" in answer.text for answer in gap.answers):
            raise Refused("gap_star", "Dans une liste à choisir, « * » ne peut pas être une réponse.")


def _check_hotspot(content: Hotspot) -> None:
    _check_options("zone", [zone.label for zone in content.zones], [zone.id for zone in content.zones])
    if not content.image.file:
        raise Refused("media_missing", "Choisissez l'image.")
    for zone in content.zones:
        _check_zone(zone)
    total = sum(zone.credit for zone in content.zones if zone.credit > 0)
    if total < 0.999 or (not content.several and max(zone.credit for zone in content.zones) < 1):
        raise Refused("no_right_answer", "Cochez la bonne zone : les zones justes valent ensemble tout le point.")


def _check_zone(zone: Zone) -> None:
    wanted = COORDS.get(zone.shape)
    sound = len(zone.coords) == wanted if wanted else len(zone.coords) >= 6 and len(zone.coords) % 2 == 0
    if not sound or any(not 0 <= number <= 1 for number in zone.coords) or not _is_share(zone.credit):
        raise Refused("zone_unknown", f"La zone « {zone.label} » sort de l'image ou il lui manque un nombre. Dessinez-la de nouveau.")
    if zone.shape == "rect" and not (zone.coords[0] < zone.coords[2] and zone.coords[1] < zone.coords[3]):
        raise Refused("zone_unknown", f"La zone « {zone.label} » est vide : gauche avant droite, haut avant bas.")


def _check_categorise(content: Categorise) -> None:
    _check_options("category", [one.label for one in content.categories], [one.id for one in content.categories])
    _check_options(
        "item", [item.text or (item.media.file if item.media else "") for item in content.items], [item.id for item in content.items]
    )
    known = {one.id for one in content.categories}
    if any(item.category not in known for item in content.items):
        raise Refused("category_unknown", "Un élément n'a pas de catégorie. Choisissez-la parmi celles de la question.")


def _check_judged(content: LongAnswer | FileAnswer) -> None:
    if isinstance(content, FileAnswer):
        if not 1 <= content.max_files <= 10:
            raise Refused("files_out_of_range", "De 1 à 10 fichiers.")
    elif content.min_words < 0 or content.max_words < 0 or (content.max_words and content.max_words < content.min_words):
        raise Refused("words_out_of_range", "Le plus grand nombre de mots ne peut pas être sous le plus petit. 0 : pas de limite.")


def _check_options(what: str, texts: Iterable[str], ids: Iterable[str]) -> None:
    shown, names = [text.strip().casefold() for text in texts], list(ids)
    if len(shown) < 2:
        raise Refused(f"{what}s_missing", "Il faut au moins deux lignes à choisir, à relier ou à ranger.")
    if len(shown) > MAX_OPTIONS:
        raise Refused("too_many_options", f"{MAX_OPTIONS} lignes au plus.")
    if not all(shown) or any(len(text) > MAX_LINE for text in shown):
        raise Refused("option_empty", f"Une ligne est vide ou dépasse {MAX_LINE} signes. Écrivez-la, ou retirez-la.")
    if len(set(shown)) < len(shown) or len(set(names)) < len(names):
        raise Refused("option_twice", "Deux lignes disent la même chose. Changez-en une, ou retirez-la.")


def _is_share(credit: float) -> bool:
    return math.isfinite(credit) and -1 <= credit <= 1


CHECKS: Final[dict[type, Callable[[Any], None]]] = {
    SingleChoice: _check_choices,
    MultipleChoice: _check_choices,
    ShortText: _check_short,
    Numeric: _check_numeric,
    Matching: _check_matching,
    Ordering: _check_ordering,
    Gaps: _check_gaps,
    Hotspot: _check_hotspot,
    Categorise: _check_categorise,
    LongAnswer: _check_judged,
    FileAnswer: _check_judged,
}
