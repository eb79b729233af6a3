"""The questions of a module, one file `quizzes/Mnn.yaml`, in the shortest form that a trainer can read and write.

`*` begins a right answer; ` | ` ends an answer and begins what whoever gives it is told. A question is one kind of these:
une, plusieurs, vrai, courte, nombre, relier, ranger, trous, classer, longue.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec

Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
Lines: TypeAlias = Annotated[list[Text], msgspec.Meta(min_length=2, max_length=8)]
KINDS = ("une", "plusieurs", "vrai", "courte", "nombre", "relier", "ranger", "trous", "classer", "longue")


class NumberData(msgspec.Struct, forbid_unknown_fields=True):
    valeur: float
    ecart: float = 0.0
    unite: str = ""


class LongData(msgspec.Struct, forbid_unknown_fields=True):
    """`attendu` is for the trainer who reads the answer."""

    attendu: Text
    mots: int = 80


class QuestionData(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One question. `trous`: a text with `[[right]]`, or `[[right|other|other]]` to choose from. `revoir`: rank of the lesson."""

    titre: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    question: Text
    retour: Text
    competence: str
    revoir: Annotated[int, msgspec.Meta(ge=1)]
    indice: str = ""
    une: Lines | None = None
    plusieurs: Lines | None = None
    vrai: Literal["oui", "non"] | None = None
    courte: Annotated[list[Text], msgspec.Meta(min_length=1)] | None = None
    nombre: NumberData | None = None
    relier: dict[str, Text] | None = None
    ranger: Lines | None = None
    trous: Text | None = None
    classer: dict[str, list[Text]] | None = None
    longue: LongData | None = None
    en_trop: list[Text] = []

    def __post_init__(self) -> None:
        if sum(getattr(self, name) is not None for name in KINDS) != 1:
            raise ValueError(f"une question est d'une seule sorte : {', '.join(KINDS)}")
        if self.en_trop and self.relier is None:
            raise ValueError("« en_trop » va avec « relier »")
        for name in ("une", "plusieurs"):
            right = sum(line.startswith("*") for line in getattr(self, name) or [])
            if getattr(self, name) is not None and not (right == 1 if name == "une" else right >= 2):
                raise ValueError("« * » marque la bonne réponse : une seule pour « une », deux au moins pour « plusieurs »")

    @property
    def kind(self) -> str:
        return next(name for name in KINDS if getattr(self, name) is not None)


class QuizData(msgspec.Struct, forbid_unknown_fields=True):
    """The questionnaire of a module, after its lessons. Its minutes are of the module's budget."""

    module: str
    titre: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    minutes: Annotated[int, msgspec.Meta(ge=1)]
    genre: Literal["theorie", "pratique"]
    presentation: Text
    questions: Annotated[list[QuestionData], msgspec.Meta(min_length=1)]
