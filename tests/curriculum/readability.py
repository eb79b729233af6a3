"""How hard a French text is to read: sentences, words, syllables as they are heard, and the Flesch measure in its French form."""

import re
from dataclasses import dataclass
from html import unescape

from curriculum.formats import ContentBlock

VOWELS = "aàâäeéèêëiîïoôöuùûüyœæ"
GROUP = re.compile(rf"[{VOWELS}]+")
WORD = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿœŒæÆ]+(?:[’'-][0-9A-Za-zÀ-ÖØ-öø-ÿœŒæÆ]+)*")
END = re.compile(r"(?<=[.!?…])[»)\s]*\s|\n")
# Two vowels heard apart inside a group: thé-orie, ré-el, No-ël, cli-ent, pa-ys.
APART = re.compile(r"é(?=[aoiuâôéè]|e[lr])|[aou](?=[ïëü])|(?<=[bcdfgptv][lr])i(?=[aoéè]|en)|^pay(?=s)")


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one text: how many sentences, words and syllables."""

    sentences: int
    words: int
    syllables: int

    @property
    def words_a_sentence(self) -> float:
        return self.words / max(self.sentences, 1)

    @property
    def flesch(self) -> float:
        """207 − 1.015 × words a sentence − 73.6 × syllables a word: 100 is very plain, under 50 hard."""
        return 207 - 1.015 * self.words_a_sentence - 73.6 * self.syllables / max(self.words, 1)


def reading_of(text: str) -> Reading:
    sentences = [words for part in END.split(text) if (words := WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    return Reading(len(sentences), len(words), sum(syllables_of(word) for word in words))


def syllables_of(word: str) -> int:
    """Syllables of a French word: groups of vowels, the silent e and -es, -ent of the end aside. At least one; figures count one."""
    total = 0
    for part in re.split(r"[-’']", word.lower()):
        heard = len(GROUP.findall(re.sub(r"(?<=[qg])u(?=[eéèêiïîaoy])", "", part))) + len(APART.findall(part))
        if heard > 1 and re.search(rf"[^{VOWELS}](?:e|es)$", part):
            heard -= 1
        total += heard
    return max(total, 1)


def text_of(blocks: list[ContentBlock]) -> str:
    """What a reader reads of a lesson, a sentence or a line of a list at a time. Words to type and code stand as they are."""
    lines: list[str] = []
    for block in blocks:
        lines += _lines_of(block)
    return "\n".join(lines)


def _lines_of(block: ContentBlock) -> list[str]:
    if block.texte is not None:
        return [plain(block.texte)]
    if block.procedure:
        return [block.procedure.titre, *(step.texte for step in block.procedure.etapes)]
    if block.verification:
        return [block.verification.titre, *block.verification.points]
    if block.attention:
        return [block.attention.titre, block.attention.texte]
    if block.glossaire:
        return [f"{entry.mot}.\n{entry.sens}" for entry in block.glossaire]
    if block.figure:
        return [block.figure.legende]
    return []


def plain(html: str) -> str:
    """Rich text without its marks: the end of a paragraph, title or line of a list ends a sentence."""
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"</(?:p|h3|li)>|<br\s*/?>", "\n", html)))
