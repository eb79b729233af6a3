"""A question as a page shows it to one person: options in that take's order, the answer kept, what may be told of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assessments.models import AttemptItem
from assessments.rules.asking import Option, Row, lay_out, values_of
from assessments.rules.questions import Content, FileAnswer, Hotspot, LongAnswer, Media, Numeric, kind_of, media_of
from assessments.rules.scoring import Marked, is_answered, mark
from assessments.rules.telling import answer_words, right_words
from assessments.selectors.thread import FILE_COLUMNS, FileRow
from content.models import Handout, Picture

PICTURE_SIZE = "max-900x900|preserve-svg"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, a sound or a film with its address. `width` and `height` in pixels for a picture."""

    kind: str
    url: str
    words: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class OptionView:
    """Something to choose. `part`: right, again or nothing, once it may be told. `area`: its place on the image."""

    value: str
    text: str
    media: Shown | None
    is_chosen: bool
    part: str = ""
    shape: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """A line to fill or to choose for."""

    name: str
    label: str
    value: str
    options: tuple[OptionView, ...]
    media: Shown | None
    before: str
    part: str


@dataclass(slots=True)
class Asked:
    """One question of a take. `told`: something may be said of the answer; `settled`: it is no more to be changed in this take."""

    position: int
    kind: str
    title: str
    stem: str
    section: str
    section_text: str
    rev: int
    tries: int
    points: float
    prefix: str
    media: list[Shown] = field(default_factory=list)
    options: list[OptionView] = field(default_factory=list)
    rows: list[RowView] = field(default_factory=list)
    after: str = ""
    text: str = ""
    unit: str = ""
    image: Shown | None = None
    several: bool = False
    accepts: str = ""
    max_files: int = 0
    min_words: int = 0
    max_words: int = 0
    files: list[FileRow] = field(default_factory=list)
    answered_at: datetime | None = None
    is_answered: bool = False
    hint: str = ""
    told: bool = False
    settled: bool = False
    share: float | None = None
    said: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    lesson: str = ""
    is_carried: bool = False
    reader: str = ""
    comment: str = ""

    @property
    def is_right(self) -> bool:
        return self.share is not None and self.share >= 1

    @property
    def waits(self) -> bool:
        """Answered, and a person has yet to look at it."""
        return self.share is None and self.is_answered


def asked(items: Iterable[AttemptItem], *, released: bool, asks_each: bool) -> list[Asked]:
    """The questions as pages draw them. `released`: the take is over and its answers may be told; `asks_each`: as they are given.

    Files and pictures of all of them in three queries, none where there are none.
    """
    rows = list(items)
    contents = {item.pk: item.version.read() for item in rows}
    shown = shown_media(media for content in contents.values() for media in media_of(content))
    files = answer_files(item.pk for item in rows if isinstance(contents[item.pk], FileAnswer))
    return [_asked(item, contents[item.pk], shown, files.get(item.pk, []), released=released, asks_each=asks_each) for item in rows]


def _asked(
    item: AttemptItem, content: Content, shown: Mapping[str, Shown], files: list[FileRow], *, released: bool, asks_each: bool
) -> Asked:
    laid = lay_out(content, item.seed)
    settled = released or item.checked_at is not None
    told = settled or (asks_each and item.tries > 0 and item.score is not None)
    marked = mark(content, item.answer) if told else Marked(None)
    values = values_of(content, laid, item.answer)
    view = Asked(
        position=item.position, kind=kind_of(content), title=content.title, stem=content.stem, section=item.section,
        section_text=item.section_text, rev=item.rev, tries=item.tries, points=content.points, prefix=f"q{item.position}.",
        media=[shown[media.file] for media in content.media if media.file in shown], after=laid.after, files=files,
        answered_at=item.answered_at, is_answered=is_answered(item.answer), told=told, settled=settled,
        share=item.score if told else None, is_carried=item.carried_from_id is not None,
    )  # fmt: skip
    areas = {zone.id: zone for zone in content.zones} if isinstance(content, Hotspot) else {}
    parts = marked.parts if told else {}
    view.options = [_option(one, values.get("a", []), shown, parts, areas) for one in laid.options]
    view.rows = [_row(row, values.get(row.name, []), shown, parts) for row in laid.rows]
    if not laid.options and not laid.rows:
        view.text = (values.get("a") or [""])[0]
    _particulars(view, content, shown)
    if told:
        _tell(view, content, item, marked, tells_right=settled and view.is_answered)
    return view


def _option(
    one: Option, chosen: list[str], shown: Mapping[str, Shown], parts: Mapping[str, bool], areas: Mapping[str, object]
) -> OptionView:
    zone = areas.get(one.id)
    return OptionView(
        one.value, one.text, shown.get(one.media.file) if one.media else None, one.value in chosen, _part(parts, one.id),
        shape=getattr(zone, "shape", ""), area=" ".join(f"{number:g}" for number in getattr(zone, "coords", ())),
    )  # fmt: skip


def _row(row: Row, chosen: list[str], shown: Mapping[str, Shown], parts: Mapping[str, bool]) -> RowView:
    value = chosen[0] if chosen else ""
    options = tuple(OptionView(one.value, one.text, None, one.value == value) for one in row.options)
    return RowView(row.name, row.label, value, options, shown.get(row.media.file) if row.media else None, row.before, _part(parts, row.id))


def _part(parts: Mapping[str, bool], name: str) -> str:
    return "" if name not in parts else "right" if parts[name] else "again"


def _particulars(view: Asked, content: Content, shown: Mapping[str, Shown]) -> None:
    if isinstance(content, Numeric):
        view.unit = content.unit
    if isinstance(content, Hotspot):
        view.image, view.several = shown.get(content.image.file), content.several
    if isinstance(content, LongAnswer):
        view.min_words, view.max_words = content.min_words, content.max_words
    if isinstance(content, FileAnswer):
        view.accepts, view.max_files = content.accepts, content.max_files


def _tell(view: Asked, content: Content, item: AttemptItem, marked: Marked, *, tells_right: bool) -> None:
    view.said = list(marked.feedback)
    view.answered = answer_words(content, item.answer)
    view.hint = "" if view.is_right else content.hint
    if tells_right:
        view.right = right_words(content)
        view.said += [content.feedback] if content.feedback else []


def shown_media(wanted: Iterable[Media]) -> dict[str, Shown]:
    """Where each file of a question is served from, by its name. One query a kind, one more for pictures' sizes."""
    media = {one.file: one for one in wanted}
    pictures = {int(file.partition(":")[2]): one for file, one in media.items() if file.startswith("picture:")}
    handouts = {int(file.partition(":")[2]): one for file, one in media.items() if file.startswith("handout:")}
    found: dict[str, Shown] = {}
    if pictures:
        for picture in Picture.objects.filter(pk__in=pictures).prefetch_renditions(PICTURE_SIZE):
            made = picture.get_rendition(PICTURE_SIZE)
            found[f"picture:{picture.pk}"] = Shown("image", made.url, pictures[picture.pk].words, round(made.width), round(made.height))
    if handouts:
        for handout in Handout.objects.filter(pk__in=handouts):
            one = handouts[handout.pk]
            found[f"handout:{handout.pk}"] = Shown(one.kind, handout.url, one.words)
    return found


def answer_files(items: Iterable[int]) -> dict[int, list[FileRow]]:
    """The files given as answers, by item. One query, none without items."""
    wanted = list(items)
    found: dict[int, list[FileRow]] = {}
    if wanted:
        rows = AttemptItem.objects.filter(pk__in=wanted, files__isnull=False).order_by("files__pk")
        for pk, *file in rows.values_list("pk", *(f"files__file__{column}" for column in FILE_COLUMNS)):
            found.setdefault(pk, []).append(FileRow(*file))
    return found


def lesson_links(items: Iterable[AttemptItem]) -> dict[int, str]:
    """Where to look again, by position: the address of the lesson's block. The items come with their question and its lesson."""
    return {item.position: _lesson_of(item) for item in items if item.version.question.lesson_id}


def _lesson_of(item: AttemptItem) -> str:
    question = item.version.question
    lesson = question.lesson
    if lesson is None:
        return ""
    blocks = list(lesson.body)
    place = (question.lesson_block or 0) - 1
    return f"{lesson.door_path()}#b-{blocks[place].id}" if 0 <= place < len(blocks) else str(lesson.door_path())
