"""Questions of every kind, drawn by hypothesis. All are sound; their identifiers are their places, as the readers of formats give them."""

import base64
from typing import Any

from hypothesis import strategies as st

from assessments.formats.markup import clean_stem
from assessments.rules import questions as q

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")  # a pixel
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\x00" * 32
FILES = {"chat noir.png": PNG, "é&<.jpg": b"\xff\xd8\xff\xe0" + b"\x00" * 16, "voix.mp3": MP3, "film.mp4": b"\x00\x00\x00\x18ftypmp42"}
KIND_OF_FILE = {"chat noir.png": "image", "é&<.jpg": "image", "voix.mp3": "audio", "film.mp4": "video"}

# Letters, signs that formats give a meaning to, and what a careless writer would break.
LETTERS = st.sampled_from("abcdefgxyzABCÀÉéèêçœßñ漢🙂0123456789.,;:!?'\"’«»()[]{}<>&=~#*%\\/|@+-_^$` ")
GIFT_ODD = st.sampled_from(
    ["=a", "~b", "#c", "a:b", "{x}", "a\\b", "-> c", "%50%", "=1+1", "@x", "-1", "+x", "&amp;", "<b>", "//x", "::t::", "[html]"]
)


def line(smallest: int = 1, most: int = 30) -> st.SearchStrategy[str]:
    """A text on one line, nothing around."""
    free = st.text(LETTERS, min_size=smallest, max_size=most) | (GIFT_ODD if smallest <= 6 else st.nothing())
    return free.map(lambda text: " ".join(text.split())).filter(
        lambda text: len(text) >= smallest and "[[" not in text and "]]" not in text
    )


def lines() -> st.SearchStrategy[str]:
    """Nothing, or a few lines."""
    return st.lists(line(), max_size=3).map("\n".join)


def stem() -> st.SearchStrategy[str]:
    """Clean HTML as the bank keeps it."""
    text = line().map(lambda words: words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    bold = text.map(lambda words: f"<b>{words}</b>")
    link = text.map(lambda words: f'<a href="https://example.org/?a=1&amp;b=2">{words}</a>')
    inside = st.lists(text | bold | link, min_size=1, max_size=3).map(" ".join)
    rows = st.lists(inside, min_size=1, max_size=3)
    block = (
        inside.map(lambda words: f"<p>{words}</p>")
        | rows.map(lambda found: "<ul>" + "".join(f"<li>{one}</li>" for one in found) + "</ul>")
        | rows.map(lambda found: "<ol>" + "".join(f"<li>{one}</li>" for one in found) + "</ol>")
    )
    return st.lists(block, min_size=1, max_size=3).map("".join).map(clean_stem)


def media(*kinds: str) -> st.SearchStrategy[q.Media]:
    names = st.sampled_from([name for name, kind in KIND_OF_FILE.items() if not kinds or kind in kinds])
    return st.builds(lambda name, words: q.Media(KIND_OF_FILE[name], name, words), names, line())  # type: ignore[arg-type]


def picture() -> st.SearchStrategy[q.Media | None]:
    return st.none() | media()


def common() -> dict[str, Any]:
    return {
        "title": line(most=60), "stem": stem(), "media": st.lists(media(), max_size=2).map(tuple), "hint": lines(), "feedback": lines(),
        "points": st.sampled_from([1.0, 1.0, 2.0, 0.5, 0.3333, 100.0]) | st.floats(0.001, 100),
    }  # fmt: skip


def credit(lowest: float = 0.0) -> st.SearchStrategy[float]:
    return st.sampled_from([0.0, 0.5, 1 / 3, 0.3333333, 0.25]) | st.floats(lowest, 1.0).map(lambda share: share or 0.0)


def distinct(count: int, least: int = 2, most: int = 5) -> st.SearchStrategy[list[list[str]]]:
    """`count` lists of texts, no two alike, of one length."""
    texts = st.integers(least, most).flatmap(
        lambda size: st.lists(line(), min_size=size * count, max_size=size * count, unique_by=lambda text: text.casefold())
    )
    return texts.map(lambda found: [found[part * len(found) // count : (part + 1) * len(found) // count] for part in range(count)])


@st.composite
def choices(draw: st.DrawFn, *, single: bool) -> tuple[q.Choice, ...]:
    texts = draw(distinct(1))[0]
    right = draw(st.integers(0, len(texts) - 1))
    free = st.floats(-1, 1).map(lambda share: share or 0.0) | st.sampled_from([-0.5, 0.0, 1.0] if single else [-0.5, 0.0, 0.5])
    return tuple(
        q.Choice(str(place), text, 1.0 if place == right + 1 else draw(free), draw(lines()), draw(picture()))
        for place, text in enumerate(texts, 1)
    )


def single() -> st.SearchStrategy[q.SingleChoice]:
    return st.builds(q.SingleChoice, **common(), choices=choices(single=True), shuffle=st.booleans())


def multiple() -> st.SearchStrategy[q.MultipleChoice]:
    return st.builds(q.MultipleChoice, **common(), choices=choices(single=False), shuffle=st.booleans())


def truefalse() -> st.SearchStrategy[q.TrueFalse]:
    return st.builds(q.TrueFalse, **common(), answer=st.booleans(), feedback_true=lines(), feedback_false=lines())


@st.composite
def accepted(draw: st.DrawFn, *, feedback: st.SearchStrategy[str], stars: bool = True) -> tuple[q.Accepted, ...]:
    """One that is right, and known slips with their words."""
    texts = [text.replace("\\*", "*") for text in draw(distinct(1, least=1, most=3))[0]]  # elsewhere « \\* » is a star to type
    texts = texts if stars else [text.replace("*", "x") for text in texts]
    rest = [q.Accepted(text, draw(credit(-1.0)), draw(feedback)) for text in texts[1:]]
    return (q.Accepted(texts[0], 1.0, draw(feedback)), *rest)


def short() -> st.SearchStrategy[q.ShortText]:
    return st.builds(
        q.ShortText, **common(), answers=accepted(feedback=lines()), typos=st.integers(0, 3), case=st.booleans(), accents=st.booleans()
    )


def numbers() -> st.SearchStrategy[float]:
    return st.sampled_from([0.0, 1.0, -12.5, 0.1, 1e-7, 1e20]) | st.floats(-1e12, 1e12).map(lambda number: number or 0.0)


@st.composite
def numeric(draw: st.DrawFn) -> q.Numeric:
    answer = st.builds(q.NumericAnswer, numbers(), numbers().map(abs), credit(-1.0), lines())
    first = q.NumericAnswer(draw(numbers()), draw(numbers().map(abs)), 1.0, draw(lines()))
    unit = draw(st.just("") | line(most=8))
    others = tuple(draw(st.lists(answer, max_size=2)))
    base = {name: draw(strategy) for name, strategy in common().items()}
    return q.Numeric(**base, answers=(first, *others), unit=unit, unit_asked=bool(unit) and draw(st.booleans()))


@st.composite
def matching(draw: st.DrawFn) -> q.Matching:
    lefts, rights, extra = draw(distinct(3))
    base = {name: draw(strategy) for name, strategy in common().items()}
    pairs = tuple(
        q.Pair(str(place), left, draw(st.sampled_from(rights)), draw(lines()), draw(picture())) for place, left in enumerate(lefts, 1)
    )
    return q.Matching(**base, pairs=pairs, extra=tuple(extra[: draw(st.integers(0, len(extra)))]))


@st.composite
def ordering(draw: st.DrawFn) -> q.Ordering:
    texts = draw(distinct(1))[0]
    base = {name: draw(strategy) for name, strategy in common().items()}
    return q.Ordering(**base, items=tuple(q.Item(str(place), text, draw(lines()), draw(picture())) for place, text in enumerate(texts, 1)))


@st.composite
def gaps(draw: st.DrawFn) -> q.Gaps:
    found, parts = [], [draw(line(0))]
    for number in range(1, draw(st.integers(1, 3)) + 1):
        is_list = draw(st.booleans())
        answers = draw(accepted(feedback=line(0), stars=not is_list))
        taken = {one.text for one in answers}
        options = [text for text in draw(distinct(1))[0] if text not in taken] if is_list else []
        found.append(q.Gap(str(number), answers, tuple(options)))
        parts += [f"[[{number}]]", draw(st.sampled_from([" ", "\n"])), draw(line(0))]
    base = {name: draw(strategy) for name, strategy in common().items()}
    return q.Gaps(**base, text="".join(parts), gaps=tuple(found), typos=draw(st.integers(0, 3)))


@st.composite
def hotspot(draw: st.DrawFn) -> q.Hotspot:
    labels = draw(distinct(1, most=4))[0]
    share = st.floats(0, 1)
    zones = []
    for place, label in enumerate(labels, 1):
        shape = draw(st.sampled_from(["rect", "circle", "poly"]))
        if shape == "rect":
            left, top = draw(st.floats(0, 0.4)), draw(st.floats(0, 0.4))
            coords = (left, top, draw(st.floats(0.5, 1)), draw(st.floats(0.5, 1)))
        else:
            coords = tuple(draw(share) for _ in range(3 if shape == "circle" else 6))
        zones.append(q.Zone(str(place), label, shape, coords, 1.0 if place == 1 else draw(credit()), draw(lines())))  # type: ignore[arg-type]
    base = {name: draw(strategy) for name, strategy in common().items()}
    return q.Hotspot(**base, image=draw(media("image")), zones=tuple(zones), several=draw(st.booleans()))


@st.composite
def categorise(draw: st.DrawFn) -> q.Categorise:
    labels, texts = draw(distinct(2))
    base = {name: draw(strategy) for name, strategy in common().items()}
    categories = tuple(q.Category(str(place), label) for place, label in enumerate(labels, 1))
    items = tuple(
        q.Sorted(str(place), text, draw(st.sampled_from(categories)).id, draw(lines()), draw(picture()))
        for place, text in enumerate(texts, 1)
    )
    return q.Categorise(**base, categories=categories, items=items)


RUBRIC = st.just("") | st.uuids().map(str)


@st.composite
def long(draw: st.DrawFn) -> q.LongAnswer:
    least, more = draw(st.integers(0, 200)), draw(st.integers(0, 200))
    base = {name: draw(strategy) for name, strategy in common().items()}
    return q.LongAnswer(**base, min_words=least, max_words=more and least + more, rubric=draw(RUBRIC), guide=draw(lines()))


def file() -> st.SearchStrategy[q.FileAnswer]:
    accepts = st.sampled_from(["file", "photo", "audio", "video"])
    return st.builds(q.FileAnswer, **common(), accepts=accepts, max_files=st.integers(1, 10), rubric=RUBRIC, guide=lines())


KINDS = {
    "single": single(), "multiple": multiple(), "truefalse": truefalse(), "short": short(), "numeric": numeric(), "matching": matching(),
    "ordering": ordering(), "gaps": gaps(), "hotspot": hotspot(), "categorise": categorise(), "long": long(), "file": file(),
}  # fmt: skip


def question(*kinds: str) -> st.SearchStrategy[q.QuestionData]:
    """A question of one of these kinds, or of any."""
    tags = st.lists(line(most=20).filter(lambda tag: not tag.startswith("competence:")), max_size=2, unique=True).map(tuple)
    competencies = st.lists(st.sampled_from(["ON1.1", "ON3.5", "ON6.2"]), max_size=2, unique=True).map(tuple)
    content = st.one_of(*(KINDS[kind] for kind in kinds or KINDS))
    return st.builds(q.QuestionData, line(most=40), content, tags, competencies)


def questions(*kinds: str) -> st.SearchStrategy[list[q.QuestionData]]:
    return st.lists(question(*kinds), min_size=1, max_size=3, unique_by=lambda one: one.code)
