"""How each version of QTI spells its names, and how ours become theirs and come back."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lms.refusal import Refused

TOOL: Final = "Tremplin"  # `toolName` of what we wrote: its white space and its identifiers are kept to the letter
MARK: Final = "tremplin-"  # begins each class that tells what QTI has no field for
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
COATED: Final = re.compile(r"x-((?:[A-Za-z0-9.-]|_[0-9a-f]{1,6}_)*)")
KEBAB: Final = re.compile(r"-([a-z0-9])")
HUMP: Final = re.compile(r"([A-Z])")
KEPT: Final = ("data-", "aria-")
HTML: Final = frozenset({"p", "b", "ul", "ol", "li", "a", "br", "div", "span", "img", "object", "audio", "video", "source"})


@dataclass(frozen=True, slots=True)
class Version:
    """One version of QTI: where its names live, what its manifest says."""

    number: str
    items: str
    package: str
    schema: str
    schema_version: str
    resource: str
    templates: str
    is_kebab: bool = False

    def element(self, name: str) -> str:
        if not self.is_kebab or name in HTML:
            return name
        return f"qti-{_kebab(name)}"

    def attribute(self, name: str) -> str:
        return _kebab(name) if self.is_kebab and ":" not in name else name


QTI21: Final = Version(
    number="2.1",
    items="http://www.imsglobal.org/xsd/imsqti_v2p1",
    package="http://www.imsglobal.org/xsd/imscp_v1p1",
    schema="QTIv2.1 Package",
    schema_version="1.0.0",
    resource="imsqti_item_xmlv2p1",
    templates="http://www.imsglobal.org/question/qti_v2p1/rptemplates/{}",
)
QTI22: Final = Version(
    number="2.2",
    items="http://www.imsglobal.org/xsd/imsqti_v2p2",
    package="http://www.imsglobal.org/xsd/imscp_v1p1",
    schema="QTIv2.2 Package",
    schema_version="1.0.0",
    resource="imsqti_item_xmlv2p2",
    templates="http://www.imsglobal.org/question/qti_v2p2/rptemplates/{}",
)
QTI30: Final = Version(
    number="3.0",
    items="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    package="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    schema="QTI Package",
    schema_version="3.0.0",
    resource="imsqti_item_xmlv3p0",
    templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/{}.xml",
    is_kebab=True,
)


def plain_name(name: str) -> str:
    """A name as QTI 2 spells it, without its prefix: `qti-map-entry` and `mapEntry` are one."""
    local = name.rpartition(":")[2]
    if local.startswith(KEPT):
        return local
    return KEBAB.sub(lambda found: found[1].upper(), local.removeprefix("qti-"))


def _kebab(name: str) -> str:
    return name if name.startswith(KEPT) else HUMP.sub(lambda found: f"-{found[1].lower()}", name)


def as_identifier(name: str) -> str:
    """A name of ours as an identifier that XML allows; `from_identifier` gives it back. Refused: half of a pair of signs."""
    if NAME.fullmatch(name) and not name.startswith("x-"):
        return name
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in name):
        raise Refused("xml_sign", _("Un nom dans la question a un signe que le XML ne porte pas. Effacez-le."))
    return "x-" + "".join(sign if re.fullmatch(r"[A-Za-z0-9.-]", sign) else f"_{ord(sign):x}_" for sign in name)


def from_identifier(identifier: str) -> str:
    found = COATED.fullmatch(identifier)
    if not found:
        return identifier
    name = re.sub(r"_([0-9a-f]{1,6})_", lambda code: _sign(code[1]), found[1])
    return name if as_identifier(name) == identifier else identifier


def _sign(code: str) -> str:
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "_"
