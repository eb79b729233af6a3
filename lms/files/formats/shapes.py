"""Reading a YAML file into its shape. A fault is told with its file and line (« operateur_numerique.yaml, ligne 812 : … »)."""

import re
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from lms.refusal import Refused

T = TypeVar("T")


def read(path: Path, text: str, shape: type[T]) -> T:
    """The text in its shape. Refused with the line at fault: broken YAML, a field missing, unknown, too long or of another type."""
    try:
        return msgspec.convert(yaml.load(text, Loader=Loader), shape)  # noqa: S506  the safe loader, in C where there is one
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Refused("file_shape", f"{path.name}, ligne {line} : {error.problem or 'ce YAML ne se lit pas'}.") from error
    except msgspec.ValidationError as error:
        message, _at, pointer = str(error).partition(" - at `")
        raise fault(path, text, pointer.rstrip("`"), f"{message}.") from error


def fault(path: Path, text: str, pointer: str, message: str) -> Refused:
    """The refusal that names the file and the line of what is wrong."""
    return Refused("file_shape", f"{path.name}, ligne {line_of(text, pointer)} : {message}")


def line_of(text: str, pointer: str) -> int:
    """Line (from 1) of `$.modules[3].titre` in a YAML text; of its nearest parent when it is missing."""
    node = yaml.compose(text, Loader=Loader)
    for key in re.findall(r"[^.\[\]$]+", pointer):
        child = None
        if isinstance(node, yaml.MappingNode):
            child = next((value for name, value in node.value if name.value == key), None)
        elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
            child = node.value[int(key)]
        if child is None:
            break
        node = child
    return node.start_mark.line + 1 if node else 1


Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
