"""One page of a PDF as a picture: a program of its own, run by `files.services.pages`, so that a hostile file harms this process alone.

`python pages.py NUMBER` reads the file on its standard input and writes one line, « pages width height » (points of the picture), then
a JPEG. It ends with a number of `ENDS` where it cannot. It imports nothing of the site, and reaches neither its settings nor its data.
"""

import contextlib
import io
import resource
import sys

import pypdfium2

MAX_SIDE, MAX_PAGES = 1600, 200  # points of the longer side; pages looked at
MAX_SCALE = 4.0  # of a page smaller than a stamp: 288 points an inch
MAX_SECONDS, MAX_MEMORY = 10, 1024**3
ENDS = {"locked": 3, "broken": 4, "no_page": 5}
WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD of fpdfview.h


def main(number: int) -> int:
    """Write page `number`, the first being 1; how the program ends."""
    _hold_back()
    try:
        document = pypdfium2.PdfDocument(io.BytesIO(sys.stdin.buffer.read()))
        count = min(len(document), MAX_PAGES)
        if not 1 <= number <= count:
            return ENDS["no_page"]
        page = document[number - 1]
        scale = min(MAX_SIDE / max(*page.get_size(), 1.0), MAX_SCALE)
        picture = page.render(scale=scale, fill_color=(255, 255, 255, 255)).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as error:
        return ENDS["locked"] if getattr(error, "err_code", None) == WRONG_PASSWORD else ENDS["broken"]
    picture.thumbnail((MAX_SIDE, MAX_SIDE))  # a side may be one point over, by rounding
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    sys.stdout.buffer.write(f"{count} {picture.width} {picture.height}\n".encode() + out.getvalue())
    return 0


def _hold_back() -> None:
    """Time, memory, no file written, no other program: what the system lets this process have from now on."""
    limits = {
        resource.RLIMIT_CPU: MAX_SECONDS, resource.RLIMIT_AS: MAX_MEMORY, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for name, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(name, (most, most))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
