"""Frameworks drawn at random, as our own data and as another system's CFPackage."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from competencies.formats import FrameworkData, ItemData

WORDS = st.text(alphabet="abcdefghij éÀœ'\"<>&;,|=+-/", min_size=1, max_size=30).map(lambda text: " ".join(text.split()) or "mot")
LONG = st.one_of(WORDS, st.just("Un libellé de plus de cent signes " * 4).map(str.strip))
REFERENCES = st.dictionaries(st.sampled_from(["esco", "rome", "clea"]), st.lists(WORDS, max_size=2), max_size=2)


@st.composite
def trees(draw: st.DrawFn, *, mixed: bool = True) -> FrameworkData:
    """Blocks in blocks, competencies among them, criteria under these; codes that no other has."""
    count = 0

    def code() -> str:
        nonlocal count
        count += 1
        return f"C{count}"

    def uuid() -> UUID:
        return draw(st.uuids(version=4))

    def criterion() -> ItemData:
        return ItemData("criterion", code(), draw(LONG), uuid=uuid())

    def competency() -> ItemData:
        label = draw(LONG)
        plain = draw(st.one_of(st.just(label), LONG))
        criteria = [criterion() for _n in range(draw(st.integers(0, 3)))]
        return ItemData("competency", code(), label, plain_label=plain, references=draw(REFERENCES), items=criteria, uuid=uuid())

    def block(depth: int) -> ItemData:
        kinds = draw(st.lists(st.sampled_from(["competency", "block"] if depth < 3 else ["competency"]), max_size=3))
        return ItemData(
            "block", code(), draw(LONG), aim=draw(st.one_of(st.just(""), WORDS)), uuid=uuid(),
            items=[competency() if kind == "competency" else block(depth + 1) for kind in kinds],
        )  # fmt: skip

    return FrameworkData(
        draw(WORDS), code="cadre", version=draw(st.sampled_from(["1.0.0", "2 bis"])), language=draw(st.sampled_from(["fr", "en"])),
        description=draw(st.one_of(st.just(""), WORDS)), certifier=draw(st.one_of(st.just(""), WORDS)), uuid=uuid(),
        items=[block(1) for _n in range(draw(st.integers(1, 3)))],
    )  # fmt: skip


def _uri(identifier: str, what: str) -> str:
    return f"https://ailleurs.exemple.org/uri/{what}/{identifier}"


OPTIONAL = {
    "alternativeLabel": WORDS, "CFItemType": st.sampled_from(["Standard", "Domain", "Cluster"]), "listEnumeration": st.just("a"),
    "humanCodingScheme": st.sampled_from(["A.1", "A.2", "B"]), "conceptKeywords": st.lists(WORDS, min_size=1, max_size=2), "notes": WORDS,
    "conceptKeywordsURI": st.just({"title": "t", "identifier": "8a1", "uri": "https://e.org/8"}), "abbreviatedStatement": WORDS,
    "CFItemTypeURI": st.just({"title": "t", "identifier": "8a2", "uri": "https://e.org/9"}), "language": st.just("en"),
    "educationLevel": st.just(["09", "10"]), "licenseURI": st.just({"title": "CC", "identifier": "8a3", "uri": "https://e.org/cc"}),
    "statusStartDate": st.just("2020-01-01"), "statusEndDate": st.just("2030-01-01"), "ext:couleur": st.just({"de": ["vendeur", 1, True]}),
}  # fmt: skip


@st.composite
def packages(draw: st.DrawFn, version: str = "1.0") -> dict[str, Any]:
    """A CFPackage of another system: any depth, two parents, links of all types, definitions, vendors' fields."""
    identifiers = [str(one) for one in draw(st.lists(st.uuids(version=4), min_size=1, max_size=9, unique=True))]
    top, *rest = identifiers
    document: dict[str, Any] = {
        "identifier": top, "uri": _uri(top, "doc"), "creator": draw(WORDS), "title": draw(WORDS), "lastChangeDateTime": "2024-02-03T04:05:06+00:00",
        "CFPackageURI": {"title": "paquet", "identifier": top, "uri": _uri(top, "package")}, **draw(st.fixed_dictionaries({}, optional={
            "version": st.just("3"), "language": st.just("en"), "description": WORDS, "adoptionStatus": st.just("Draft"), "subject": st.just(["Maths"]),
            "publisher": WORDS, "notes": WORDS,
        })),
    }  # fmt: skip
    extra = {"subject": st.just(["Lire"]), "extensions": st.just({"ext": {"poids": 3}})} if version == "1.1" else {}
    if version == "1.1":
        document |= {"caseVersion": "1.1", "frameworkType": "Domain"}
    items, links = [], []
    for place, one in enumerate(rest):
        fields = draw(st.fixed_dictionaries({}, optional={**OPTIONAL, **extra}))
        home = {"title": document["title"], "identifier": top, "uri": document["uri"]}
        items.append({
            "identifier": one, "uri": _uri(one, "item"), "fullStatement": draw(WORDS), "lastChangeDateTime": "2024-02-03T04:05:07+00:00",
            **({"CFDocumentURI": home} if draw(st.booleans()) else {}), **fields,
        })  # fmt: skip
        links.append(
            _link(draw, "isChildOf", one, draw(st.sampled_from(identifiers[: place + 1])), number=draw(st.sampled_from([place, 7, None])))
        )
    for _n in range(draw(st.integers(0, 3))):
        kinds = [
            "isPeerOf",
            "exactMatchOf",
            "precedes",
            "exemplar",
            "isRelatedTo",
            "replacedBy",
            *(["isTranslationOf"] if version == "1.1" else []),
        ]
        links.append(
            _link(
                draw,
                draw(st.sampled_from(kinds)),
                draw(st.sampled_from(identifiers)),
                draw(st.sampled_from([*identifiers, "https://e.org/1"])),
            )
        )
    others = draw(st.fixed_dictionaries({}, optional={
        "CFDefinitions": st.just({"CFItemTypes": [{"identifier": "8a2", "title": "t"}]}), "CFRubrics": st.just([{"identifier": "r1"}]), "x-vendeur": st.just([1]),
    }))  # fmt: skip
    return {"CFDocument": document, "CFItems": items, "CFAssociations": links, **others}


def _link(draw: st.DrawFn, kind: str, origin: str, destination: str, number: int | None = None) -> dict[str, Any]:
    identifier = str(draw(st.uuids(version=4)))
    return {
        "identifier": identifier, "uri": _uri(identifier, "link"), "associationType": kind, "lastChangeDateTime": "2024-02-03T04:05:08+00:00",
        "originNodeURI": {"title": "un", "identifier": origin, "uri": _uri(origin, "item")},
        "destinationNodeURI": {"title": "deux", "identifier": destination, "uri": _uri(destination, "item")},
        **({"sequenceNumber": number} if number is not None else {}),
    }  # fmt: skip
