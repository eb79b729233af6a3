"""An item being written: its responses, its body, its rules and its feedback, in the names of QTI 2 until `spelled`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from django.utils.translation import gettext as _

from assessments.formats.markup import clean_stem
from assessments.formats.media import checked_media
from assessments.formats.packages import check_name
from assessments.formats.qti.names import MARK, TOOL, Version, as_identifier
from assessments.formats.qti.source import FOLDER
from assessments.formats.qti.tree import Node
from assessments.rules.questions import Common, Media, QuestionData
from lms.files.rules import ALLOWED, extension_of
from lms.refusal import Refused

SCHEMA: Final = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(slots=True)
class Draft:
    """One item. `score`: what the answer is worth, or None when rules add it up or a person judges."""

    version: Version
    files: Mapping[str, bytes]
    responses: list[Node] = field(default_factory=list)
    body: Node = field(default_factory=lambda: Node("itemBody"))
    score: Node | None = None
    template: str = ""
    rules: list[Node] = field(default_factory=list)
    modals: list[Node] = field(default_factory=list)
    told: str = ""  # cardinality of FEEDBACK, once something is said of an answer
    used: dict[str, str] = field(default_factory=dict)  # name of a file -> its path

    def declare(self, name: str, base: str, cardinality: str = "single", correct: Sequence[str] = ()) -> Node:
        made = Node("responseDeclaration", {"identifier": name, "cardinality": cardinality, "baseType": base})
        if correct:
            made.add("correctResponse", {}, *(Node("value", {}, [one]) for one in correct))
        self.responses.append(made)
        return made

    def say(self, outcome: str, identifier: str, text: str) -> None:
        """A feedback that shows when `outcome` holds `identifier`."""
        modal = Node("modalFeedback", {"outcomeIdentifier": outcome, "identifier": identifier, "showHide": "show"})
        put_text(modal.add("contentBody").add("p") if self.version.is_kebab else modal, text)
        self.modals.append(modal)

    def tell(self, identifier: str, text: str) -> Node:
        """The rule that adds a feedback to those that show."""
        self.told = "multiple"
        self.say("FEEDBACK", identifier, text)
        return set_to("FEEDBACK", Node("multiple", {}, [variable("FEEDBACK"), value("identifier", identifier)]))

    def media(self, media: Media) -> Node:
        """What shows a file: a picture, a player."""
        path = f"../{self.path(media)}"
        if media.kind == "image":
            return Node("img", {"src": path, "alt": media.words})
        if self.version.is_kebab:
            return Node(media.kind, {"src": path, "controls": "true"}, [media.words])
        return Node("object", {"data": path, "type": ALLOWED[extension_of(media.file)]}, [media.words])

    def path(self, media: Media) -> str:
        """Where a file goes in the package. Refused: a file that is not there, or not what it says."""
        if media.file not in self.files:
            raise Refused("media_missing", _("Le fichier « %(name)s » manque. Choisissez-le à nouveau.") % {"name": media.file})
        path = FOLDER + as_identifier(media.file)
        check_name(path)
        if checked_media(path, self.files[media.file]) != media.kind:
            raise Refused("media_kind", _("« %(name)s » n'est pas du genre que dit la question.") % {"name": media.file})
        self.used[media.file] = path
        return path


def variable(name: str) -> Node:
    return Node("variable", {"identifier": name})


def value(base: str, text: str) -> Node:
    return Node("baseValue", {"baseType": base}, [text])


def set_to(outcome: str, what: Node) -> Node:
    return Node("setOutcomeValue", {"identifier": outcome}, [what])


def when(test: Node, then: Sequence[Node], otherwise: Sequence[Node] = ()) -> Node:
    """A condition with one branch, or two."""
    made = Node("responseCondition", {}, [Node("responseIf", {}, [test, *then])])
    if otherwise:
        made.add("responseElse", {}, *otherwise)
    return made


def outcome(name: str, base: str, *, cardinality: str = "single", most: str = "", default: str = "") -> Node:
    made = Node("outcomeDeclaration", {"identifier": name, "cardinality": cardinality, "baseType": base})
    if most:
        made.attributes["normalMaximum"] = most
    if default:
        made.add("defaultValue").add("value", {}, default)
    return made


def marked(*words: str) -> dict[str, str]:
    """The class that tells what QTI has no field for."""
    return {"class": " ".join(MARK + word for word in words)}


def put_text(node: Node, text: str) -> Node:
    """A plain text under a node, its line breaks as such."""
    for count, line in enumerate(text.split("\n")):
        if count:
            node.add("br")
        if line:
            node.children.append(line)
    return node


class _Stem(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("div", marked("stem"))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(self.open[-1].add(tag, {name: text or "" for name, text in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].name == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def stem_of(html: str) -> Node:
    """The stem as nodes. Refused when it is not the clean HTML that a stem is."""
    if clean_stem(html) != html:
        raise Refused("stem_unclean", _("L'énoncé a un HTML que ce format ne rend pas pareil. Enregistrez la question à nouveau."))
    parser = _Stem()
    parser.feed(html)
    parser.close()
    return parser.open[0]


def item_of(draft: Draft, question: QuestionData, content: Common) -> Node:
    """The whole item, once its kind has filled the draft."""
    points = repr(float(content.points))
    root = Node("assessmentItem", {
        "xmlns": draft.version.items, "identifier": as_identifier(question.code), "title": content.title, "toolName": TOOL,
        "toolVersion": "1", "adaptive": "false", "timeDependent": "false",
    })  # fmt: skip
    rules = _rules(draft, points)
    if content.feedback:
        draft.say("GENERAL", "GENERAL", content.feedback)
        rules.append(set_to("GENERAL", value("identifier", "GENERAL")))
    if content.hint:
        draft.say("HINT", "HINT", content.hint)
    root.children += [*draft.responses, outcome("SCORE", "float", most=points, default="0"), outcome("MAXSCORE", "float", default=points)]
    if draft.told:
        root.children.append(outcome("FEEDBACK", "identifier", cardinality=draft.told))
    root.children += [outcome(name, "identifier") for name in ("GENERAL", "HINT") if getattr(content, _field(name))]
    root.children.append(draft.body)
    if draft.template and len(rules) == 1 and content.points == 1:
        root.add("responseProcessing", {"template": draft.version.templates.format(draft.template)})
    elif rules:
        root.add("responseProcessing", {}, *rules)
    root.children += draft.modals
    return root


def _field(outcome_name: str) -> str:
    return "hint" if outcome_name == "HINT" else "feedback"


def _rules(draft: Draft, points: str) -> list[Node]:
    rules = list(draft.rules)
    if draft.score:
        rules.insert(0, set_to("SCORE", weighed(draft.score, points)))
    return rules


def weighed(score: Node, points: str) -> Node:
    """A share of the point as points."""
    return score if float(points) == 1 else Node("product", {}, [score, value("float", points)])


def spelled(node: Node, version: Version) -> Node:
    """The same tree in the names of a version."""
    return Node(
        version.element(node.name),
        {version.attribute(name): text for name, text in node.attributes.items()},
        [one if isinstance(one, str) else spelled(one, version) for one in node.children],
    )
