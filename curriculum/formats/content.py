"""What a module teaches and asks, one file a module, and the sheets of the outings. Sizes are those of the blocks and fields they fill."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from curriculum.formats.programme import ModuleData
from curriculum.formats.quiz import QuizData
from curriculum.formats.reading import DATA_DIR
from lms.files.formats.shapes import fault, read

Word: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Title: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Line: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=250)]
Caption: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]
Gesture: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
Notice: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=600)]
Minutes: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]


class PictureData(msgspec.Struct, forbid_unknown_fields=True):
    """A drawing of `drawings/`, and the words that replace it."""

    fichier: str
    alt: Line
    legende: Caption = ""


class FileData(msgspec.Struct, forbid_unknown_fields=True):
    """A file to work on, of `files/`, and the name it is shown under."""

    fichier: str
    nom: Title


class GestureData(msgspec.Struct, forbid_unknown_fields=True):
    texte: Gesture
    fichier: str | None = None
    alt: Annotated[str, msgspec.Meta(max_length=250)] = ""

    def __post_init__(self) -> None:
        if bool(self.fichier) != bool(self.alt):
            raise ValueError("une image va avec son texte de remplacement")


class ProcedureData(msgspec.Struct, forbid_unknown_fields=True):
    titre: Title
    etapes: Annotated[list[GestureData], msgspec.Meta(min_length=1)]


class ChecklistData(msgspec.Struct, forbid_unknown_fields=True):
    points: Annotated[list[Line], msgspec.Meta(min_length=1)]
    titre: Title = "Vérifie toi-même"


class CautionData(msgspec.Struct, forbid_unknown_fields=True):
    texte: Notice
    titre: Title = "Attention"


class EntryData(msgspec.Struct, forbid_unknown_fields=True):
    mot: Word
    sens: Line


class ContentBlock(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One block: exactly one of these."""

    texte: str | None = None
    figure: PictureData | None = None
    procedure: ProcedureData | None = None
    verification: ChecklistData | None = None
    attention: CautionData | None = None
    glossaire: Annotated[list[EntryData], msgspec.Meta(min_length=1)] | None = None
    fichier: FileData | None = None

    def __post_init__(self) -> None:
        if sum(getattr(self, name) is not None for name in self.__struct_fields__) != 1:
            raise ValueError("un bloc est une seule chose : texte, figure, procedure, verification, attention, glossaire ou fichier")


class LessonData(msgspec.Struct, forbid_unknown_fields=True):
    titre: str
    genre: Literal["theorie", "pratique"]
    minutes: Minutes
    blocs: Annotated[list[ContentBlock], msgspec.Meta(min_length=1)]
    enseigne: list[str] = []
    exerce: list[str] = []


class PracticalData(msgspec.Struct, forbid_unknown_fields=True):
    """`fichiers` are shown after the brief; `exemple` shows a finished work of another commission."""

    titre: str
    minutes: Minutes
    consigne: Annotated[list[ContentBlock], msgspec.Meta(min_length=1)]
    rendu: list[str]
    grille: dict[str, dict[Literal[1, 2, 3, 4], Line]] = {}
    fichiers: list[FileData] = []
    exemple: list[ContentBlock] = []


class SourceData(msgspec.Struct, forbid_unknown_fields=True):
    """Where a fact comes from, in our own words."""

    fait: str
    source: str


class ModuleContent(msgspec.Struct, forbid_unknown_fields=True):
    """One curriculum/data/modules/Mnn.yaml, with the questions of quizzes/Mnn.yaml where there are some."""

    module: str
    lecons: Annotated[list[LessonData], msgspec.Meta(min_length=1)]
    pratique: PracticalData
    resume: Caption = ""
    image: PictureData | None = None
    sources: list[SourceData] = []
    quiz: QuizData | None = None


class OutingSheet(msgspec.Struct, forbid_unknown_fields=True):
    """How to get ready for an outing, and the two questions to look back on it with."""

    code: str
    preparation: Annotated[list[ContentBlock], msgspec.Meta(min_length=1)]
    questions: Annotated[list[Line], msgspec.Meta(min_length=2, max_length=2)]


class OutingsFile(msgspec.Struct, forbid_unknown_fields=True):
    sorties: list[OutingSheet]


Use: TypeAlias = tuple[str, str]  # pointer in the YAML, path under the data folder


def read_contents(folder: Path | None = None) -> dict[str, ModuleContent]:
    """Every module's content by module code, each checked with the files it uses. Refused with the file and line at fault."""
    folder = folder or DATA_DIR
    contents = {}
    for path in sorted((folder / "modules").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        content = read(path, text, ModuleContent)
        if content.module != path.stem:
            raise fault(path, text, "$", f"le fichier parle du module {content.module}.")
        for pointer, name in files_of(content):
            if not (folder / name).is_file():
                raise fault(path, text, pointer, f"le fichier {name} manque.")
        content.quiz = _quiz(folder / "quizzes" / path.name, content)
        contents[content.module] = content
    return contents


def _quiz(path: Path, content: ModuleContent) -> QuizData | None:
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    quiz = read(path, text, QuizData)
    for number, question in enumerate(quiz.questions):
        if question.revoir > len(content.lecons):
            raise fault(path, text, f"$.questions[{number}].revoir", f"le module a {len(content.lecons)} leçons.")
    return quiz


def read_outings(folder: Path | None = None) -> dict[str, OutingSheet]:
    """The sheet of each outing by its code. Refused with the line at fault."""
    path = (folder or DATA_DIR) / "outings.yaml"
    text = path.read_text(encoding="utf-8")
    sheets: dict[str, OutingSheet] = {}
    for number, sheet in enumerate(read(path, text, OutingsFile).sorties):
        if sheet.code in sheets:
            raise fault(path, text, f"$.sorties[{number}]", f"la sortie {sheet.code} est écrite deux fois.")
        for pointer, name in _files_of(f"$.sorties[{number}].preparation", sheet.preparation):
            if not (path.parent / name).is_file():
                raise fault(path, text, pointer, f"le fichier {name} manque.")
        sheets[sheet.code] = sheet
    return sheets


def files_of(content: ModuleContent) -> Iterator[Use]:
    """Each drawing and file a module uses, with its place in the YAML."""
    if content.image:
        yield "$.image.fichier", f"drawings/{content.image.fichier}"
    for number, lesson in enumerate(content.lecons):
        yield from _files_of(f"$.lecons[{number}].blocs", lesson.blocs)
    work = content.pratique
    yield from _files_of("$.pratique.consigne", work.consigne)
    yield from _files_of("$.pratique.exemple", work.exemple)
    for number, file in enumerate(work.fichiers):
        yield f"$.pratique.fichiers[{number}].fichier", f"files/{file.fichier}"


def _files_of(at: str, blocks: list[ContentBlock]) -> Iterator[Use]:
    for number, block in enumerate(blocks):
        if block.figure:
            yield f"{at}[{number}].figure.fichier", f"drawings/{block.figure.fichier}"
        if block.fichier:
            yield f"{at}[{number}].fichier.fichier", f"files/{block.fichier.fichier}"
        for place, step in enumerate(block.procedure.etapes if block.procedure else []):
            if step.fichier:
                yield f"{at}[{number}].procedure.etapes[{place}].fichier", f"drawings/{step.fichier}"


def digest_of(module: ModuleData, content: ModuleContent, folder: Path = DATA_DIR) -> str:
    """SHA-256 (hex) of all that a module is loaded from: its line of the programme, its content, the bytes of its files."""
    used = sorted({name for _pointer, name in files_of(content)})
    files = [(name, hashlib.sha256((folder / name).read_bytes()).hexdigest()) for name in used]
    whole: tuple[Any, ...] = (module, content, files)
    return hashlib.sha256(msgspec.json.encode(whole)).hexdigest()
