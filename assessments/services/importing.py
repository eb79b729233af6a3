"""Questions of a foreign file into a bank: first what would happen, then that, all in one transaction. Nothing is ever half there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from msgspec.structs import replace

from assessments.formats import Package
from assessments.formats.keeping import named
from assessments.formats.known import READERS
from assessments.formats.markup import read_html
from assessments.models import Question, QuestionBank, Rubric
from assessments.rules.identity import adopted, levelled, numbered, with_files
from assessments.rules.questions import KINDS, Content, FileAnswer, LongAnswer, QuestionData, kind_of, media_of
from assessments.selectors.bank import competencies_of, digests_of, tags_of
from assessments.services.bank import Change, keep_question
from competencies.models import Competency
from content.services import check_picture, digest_of, keep_medium, kept_files
from lms.files.formats import Refusal
from lms.people.models import User
from lms.refusal import Refused

MOST: Final = 2000  # more would hold the bank for over a minute
LONGEST_HINT: Final = 2000
LONGEST_TAG: Final = 100
LONGEST_BANK: Final = 160
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A question that comes in, and what becomes of it."""

    code: str
    title: str
    kind: str
    change: Change


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    read: int = 0
    rows: list[Row] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Refusal] = field(default_factory=list)

    def count(self, change: Change) -> int:
        return sum(row.change is change for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """What the command prints."""
        return {
            "read": self.read, "imported": self.count(Change.CREATED), "updated": self.count(Change.UPDATED),
            "unchanged": self.count(Change.SAME), "refused": [one.as_json() for one in self.refused], "notes": [one.as_json() for one in self.notes],
        }  # fmt: skip

    def as_table(self) -> dict[str, Any]:
        """The same with a line a question, for a page."""
        rows = [{"code": row.code, "title": row.title, "kind": row.kind, "change": row.change.value} for row in self.rows]
        return {**self.as_json(), "rows": rows}


def read_package(*, data: bytes, format_: str) -> Package:
    """The file, read without the database. Refused: a format that does not exist, more questions than one import takes."""
    if format_ not in READERS:
        raise Refused("format_unknown", _("Ce format n'existe pas. Choisissez parmi : %(known)s.") % {"known": ", ".join(READERS)})
    package = READERS[format_](data)
    if package.read > MOST:
        raise Refused(
            "package_long", _("Ce fichier a %(count)s questions. Coupez-le : %(most)s au plus.") % {"count": package.read, "most": MOST}
        )
    return package


def plan_import(*, bank_title: str, package: Package, tell: Tell | None = None) -> Report:
    """What importing this package into the bank of that title would do. Nothing is written, not even the bank."""
    bank = QuestionBank.objects.filter(title=checked_title(bank_title)).first()
    return _each(package, _Site.of(bank, package), lambda _data, _found, change: change, tell)


@transaction.atomic
def import_questions(*, by: User | None, bank_title: str, package: Package, strict: bool = False, tell: Tell | None = None) -> Report:
    """Import what is sound and list the rest; with `strict`, all or nothing. The bank is made when it is not there.

    A question of the same code and the same content is left alone; with another content it gets a new published version, and
    the options that say the same keep their identifiers. Pictures and sounds are found again by their bytes.
    """
    title = checked_title(bank_title)
    if strict:
        planned = plan_import(bank_title=title, package=package)
        if planned.refused:
            return Report(planned.read, refused=planned.refused, notes=planned.notes)
    if not package.questions:
        return Report(package.read, refused=list(package.refused), notes=list(package.notes))
    bank, _made = QuestionBank.objects.get_or_create(title=title)
    QuestionBank.objects.select_for_update(no_key=True).get(pk=bank.pk)  # two imports of one file are taken in turn
    with kept_files() as written:
        return _each(package, _Site.of(bank, package), _writer(by, bank, package, written), tell)


def checked_title(title: str) -> str:
    """A bank's title. Refused: none, or one too long."""
    found = " ".join(title.split())
    if not 0 < len(found) <= LONGEST_BANK:
        raise Refused("bank_missing", _("Nommez la banque, en %(most)s signes au plus.") % {"most": LONGEST_BANK})
    return found


@dataclass(frozen=True, slots=True)
class _Site:
    """What is there already: the bank's questions of these codes, competencies and rubrics by their names."""

    questions: Mapping[str, Question]
    competencies: frozenset[str]
    rubrics: frozenset[str]

    @classmethod
    def of(cls, bank: QuestionBank | None, package: Package) -> "_Site":
        codes = [one.code for one in package.questions]
        found = Question.objects.filter(bank=bank, code__in=codes) if bank else Question.objects.none()
        return cls(
            {one.code: one for one in found.prefetch_related("tagged_items__tag", "competencies__competency")},
            frozenset(Competency.objects.values_list("code", flat=True)),
            frozenset(str(uuid) for uuid in Rubric.objects.values_list("uuid", flat=True)),
        )


Act = Callable[[QuestionData, Question | None, Change], Change]


def _each(package: Package, site: _Site, act: Act, tell: Tell | None) -> Report:
    report = Report(package.read, refused=list(package.refused), notes=list(package.notes))
    for place, data in enumerate(package.questions, 1):
        found = site.questions.get(data.code)
        try:
            wanted, notes = _fitting(data, found, site)
            _check(wanted, package.files)
            change = act(wanted, found, _change(wanted, found, package.files))
        except Refused as refusal:
            report.refused.append(Refusal(named(data), refusal.message))
        else:
            report.rows.append(Row(data.code, data.content.title, str(KINDS[kind_of(data.content)]), change))
            report.notes += [Refusal(named(data), note) for note in notes]
        if tell:
            tell(place, len(package.questions))
    return report


def _fitting(data: QuestionData, found: Question | None, site: _Site) -> tuple[QuestionData, list[str]]:
    """The question as this site can hold it, and what it loses. A file that says no tag nor competency leaves those that are there."""
    notes = [_("La compétence %(code)s n'existe pas ici.") % {"code": code} for code in data.competencies if code not in site.competencies]
    content = levelled(data.content)
    if isinstance(content, LongAnswer | FileAnswer) and content.rubric and content.rubric not in site.rubrics:
        notes.append(_("La grille de cette question n'existe pas ici."))
        content = replace(content, rubric="")
    competencies = tuple(code for code in data.competencies if code in site.competencies)
    tags = data.tags
    if found:
        tags = tags or tags_of(found)
        competencies = competencies or competencies_of(found)
    return replace(data, content=content, tags=tags, competencies=competencies), notes


def _check(data: QuestionData, files: Mapping[str, bytes]) -> None:
    """Refuse what the database or a browser would."""
    if len(data.content.hint) > LONGEST_HINT:
        raise Refused("hint_long", _("L'indice dépasse %(most)s signes.") % {"most": LONGEST_HINT})
    if any(len(tag) > LONGEST_TAG for tag in data.tags):
        raise Refused("tag_long", _("Une étiquette dépasse %(most)s signes.") % {"most": LONGEST_TAG})
    for medium in media_of(data.content):
        if medium.file not in files:
            raise Refused("media_missing", _("Le fichier « %(name)s » n'est pas dans l'import.") % {"name": medium.file})
        if medium.kind == "image":
            check_picture(name=medium.file, content=files[medium.file])


def _change(data: QuestionData, found: Question | None, files: Mapping[str, bytes]) -> Change:
    """What the question would become. Refused: one that an author is changing, or has taken out of the bank."""
    if found is None:
        return Change.CREATED
    last = found.versions.order_by("-number").first()
    digests = {name: digest_of(content) for name, content in files.items()}
    if (
        last
        and _key(data.content, digests) == _key(last.read(), digests_of(last.read()))
        and (set(data.tags), set(data.competencies)) == (set(tags_of(found)), set(competencies_of(found)))
    ):
        return Change.SAME
    if found.has_unpublished_changes or not found.live:
        raise Refused("question_edited", _("Cette question a un brouillon dans la banque. Publiez-le ou abandonnez-le, puis importez."))
    return Change.UPDATED


def _key(content: Content, digests: Mapping[str, str]) -> Content:
    """What a question says, whatever its options and its files are called."""
    said = with_files(numbered(levelled(content)), lambda name: digests.get(name, name))
    return replace(said, stem=read_html(said.stem).html)


def _writer(by: User | None, bank: QuestionBank, package: Package, written: list[FieldFile]) -> Act:
    def act(data: QuestionData, found: Question | None, change: Change) -> Change:
        if change is Change.SAME:
            return change
        kinds = {medium.file: medium.kind == "image" for medium in media_of(data.content)}
        before = len(written)
        try:
            with transaction.atomic():
                names = {
                    name: _name(
                        keep_medium(by=by, name=name, content=package.files[name], is_picture=kind, written=written), is_picture=kind
                    )
                    for name, kind in kinds.items()
                }
                content = with_files(data.content, names.__getitem__)
                last = found.versions.order_by("-number").first() if found else None
                content = adopted(content, last.read()) if last else content
                lesson, block = (found.lesson, found.lesson_block) if found else (None, None)
                keep_question(by=by, bank=bank, data=replace(data, content=content), lesson=lesson, lesson_block=block)
        except Refused:
            for file in written[before:]:  # their rows are gone
                file.storage.delete(str(file.name))
            del written[before:]
            raise
        return change

    return act


def _name(row: Any, *, is_picture: bool) -> str:
    return f"{'picture' if is_picture else 'handout'}:{row.pk}"
