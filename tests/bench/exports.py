"""Exports, each made in a process of its own: rows and dossiers a second, processor, memory at most.

`python -m tests.bench.exports KIND COHORT [NUMBER]` makes one and prints a line of JSON; `run` has them made and prints the table. Where the
time of a dossier goes is in it: what is read and written here, and the pages, set by the program apart.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]
DOSSIERS = 24


def run(cohort: str) -> None:
    """Make each in its own process, about the trainees of a cohort, and print what it took."""
    print("\n| export | fait | secondes | par seconde | processeur s | dont pages s | mémoire Mo (au plus) |")
    print("|---|---|---|---|---|---|---|")
    for kind, words in (("xlsx", "XLSX, lignes"), ("dossiers", "dossiers signés, avec leur PDF"), ("pdf", "PDF seuls")):
        command = [sys.executable, "-m", "tests.bench.exports", kind, cohort]
        told = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.splitlines()[-1])
        a_second = told["made"] / told["seconds"]
        print(
            f"| {words} | {told['made']} | {told['seconds']:.1f} | {a_second:.1f} | {told['own'] + told['apart']:.1f} | "
            f"{told['apart']:.1f} | {told['peak']:.0f} |",
            flush=True,
        )


def main(kind: str, cohort: str, number: int = DOSSIERS) -> None:
    """Make one sort of export of a cohort and say what it took, the program apart by itself."""
    makers: dict[str, Callable[[Any, Path, int], int]] = {"xlsx": _xlsx, "dossiers": _dossiers, "pdf": _pages}
    group = Cohort.objects.get(name=cohort)
    with tempfile.TemporaryDirectory() as folder:
        begin, before, apart = time.perf_counter(), time.process_time(), _apart()
        made = makers[kind](group, Path(folder), number)
        seconds, own = time.perf_counter() - begin, time.process_time() - before
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"made": made, "seconds": seconds, "own": own, "apart": _apart() - apart, "peak": peak}))


def _apart() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _xlsx(cohort: Any, _folder: Path, _number: int) -> int:
    export = request_export(
        by=User.objects.get(username="coordination"), kind="transcript", format_="xlsx", key=uuid.uuid4(), cohort=cohort.uuid
    )
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    return int(export.rows)


def _followed(cohort: Any, number: int) -> list[Any]:
    found = followers_of(followers(seen_by=User.objects.get(username="coordination"), cohort=cohort), cohort=cohort)
    return found[:number]


def _dossiers(cohort: Any, folder: Path, number: int) -> int:
    about = _followed(cohort, number)
    return dossier.write_all(folder / "dossiers.zip", about, lambda _done, _total: None)


def _pages(cohort: Any, folder: Path, number: int) -> int:
    """The pages alone, of dossiers already read."""
    about = _followed(cohort, number)
    for who in about:
        (folder / str(who.trainee)).mkdir()
        write_pdf(folder / str(who.trainee) / "dossier.pdf", dossier_of(who), folder / str(who.trainee))
    return len(about)


if __name__ == "__main__":
    django.setup()

    from curriculum.selectors.cohort import followers
    from lms.exports.formats.pages import write_pdf
    from lms.exports.kinds import dossier
    from lms.exports.selectors import followers_of
    from lms.exports.selectors.dossier import dossier_of
    from lms.exports.services import request_export, run_export
    from lms.people.models import Cohort, User

    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else DOSSIERS)
