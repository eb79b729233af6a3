"""Every page of ours a role can open, filled with ids of the demo: read off the written table of doors."""

import json

from tests.house.access import PEOPLE, TABLE
from tests.journeys.conftest import PASSWORD, Site

MISSING, REFUSED = "/n-existe-pas/", "/personnes/?q="  # REFUSED: to a trainee
STATUS = {MISSING: 404, REFUSED: 403}
SIGN_INS = {
    "trainee": "stagiaire", "trainer": "formateur", "counsellor": "accompagnement", "certifier": "certificateur",
    "coordinator": "coordination", "administrator": "administration", "newcomer": "nouvelle",
}  # fmt: skip
# Answers that are no page: files, feeds, watchmen.
NO_PAGE = {"assessments:file", "exports:export-download", "home:cohort-csv", "livez", "readyz", "media-file"}
NO_PAGE_PREFIXES = ("api-", "api:", "xapi-")
ACCOUNT = ("/compte/login/", "/compte/password/reset/", "/compte/password/reset/done/", MISSING)
# Doors that look different with other things behind them: an open module, a lesson of every kind of block, work never begun.
MORE = {
    "curriculum:module-open": ("fresh_module",),
    "step-lesson": ("fresh_lesson", "last_lesson"),
    "step-practical": ("fresh_practical", "read_practical"),
    "assessments:sheet": ("judged",),
}
SEE_MORE = {"trainee", "trainer"}  # the other roles see the same templates


def look_up(site: Site) -> dict[str, str]:
    """Word of the table -> an id of the demo, the trainee being its Inès."""
    return json.loads(
        site.shell(
            "import json, uuid\n"
            "from assessments.models import PracticalPage, Submission\n"
            "from competencies.models import Standing\n"
            "from content.models import LessonPage\n"
            "from curriculum.models import ModulePage\n"
            "from lms.exports.services import request_export\n"
            "from lms.people.models import Cohort, User\n"
            "from lms.people.rules import Role\n"
            "from lms.people.services import create_person\n"
            "from lms.records.models import Subscriber\n"
            "from lms.records.services.subscribers import create_subscriber, pause_subscriber\n"
            "if not User.objects.filter(username='nouvelle').exists():\n"
            "    new, _code = create_person(by=None, username='nouvelle', first_name='Rosa', last_name='Neuve', role=Role.TRAINEE)\n"
            f"    new.set_password({PASSWORD!r})\n"
            "    new.save()\n"
            "t, f, c = User.objects.get(username='stagiaire'), User.objects.get(username='formateur'), Cohort.objects.get()\n"
            "m = {code: ModulePage.objects.get(code=code) for code in ('M08', 'M13', 'M16')}\n"
            "steps = lambda kind, code: kind.objects.live().child_of(m[code]).order_by('path')\n"
            "told = Subscriber.objects.first()\n"
            "if told is None:\n"
            "    asked = {'name': 'Réseau', 'kind': 'webhook', 'address': 'https://reseau.exemple.org/'}\n"
            "    told, _secret = create_subscriber(by=f.uuid, **asked)\n"
            "    pause_subscriber(subscriber=told)\n"
            "    told.held.create(statement=uuid.uuid4(), reason='Refusée (400).', held_at=told.created_at)\n"
            "out = {'cohort': c, 'trainee': t, 'module': m['M08'], 'fresh_module': m['M16'],\n"
            " 'lesson': steps(LessonPage, 'M08').first(), 'last_lesson': steps(LessonPage, 'M08').last(),\n"
            " 'fresh_lesson': steps(LessonPage, 'M16').first(), 'practical': steps(PracticalPage, 'M13').first(),\n"
            " 'read_practical': steps(PracticalPage, 'M08').first(), 'fresh_practical': steps(PracticalPage, 'M16').first(),\n"
            " 'waiting': Submission.objects.filter(judgements=None).last(),\n"
            " 'judged': Submission.objects.filter(trainee=t, judgements__isnull=False).last(),\n"
            " 'competency': Standing.objects.filter(trainee=t).first().competency,\n"
            " 'subscriber': told, 'export': request_export(by=f, kind='cohort_matrix', format_='csv', key=uuid.uuid4(), cohort=c.uuid)}\n"
            "ids = {word: str(thing.uuid) for word, thing in out.items()}\n"
            "print(json.dumps({**ids, 'statement': str(out['judged'].statement_id)}))"
        )
    )


def addresses(site: Site) -> dict[str, list[str]]:
    """Role -> the paths of its pages; «anonymous» has those of signing in."""
    to = look_up(site)
    wanted = {
        f"{name}|{'|'.join(row.to)}|{extra}": [to[extra] if extra and word == row.to[-1] else to[word] for word in row.to]
        for name, row in TABLE.items()
        if name not in NO_PAGE and not name.startswith(NO_PAGE_PREFIXES) and "O" in row.get
        for extra in ("", *MORE.get(name, ()))
    }
    paths = json.loads(
        site.shell(
            "import json\nfrom django.urls import reverse\n"
            f"print(json.dumps({{key: reverse(key.split('|')[0], args=args) for key, args in {wanted!r}.items()}}))"
        )
    )
    pages = {"anonymous": list(ACCOUNT), "newcomer": ["/mot-de-passe/"]}
    for role in set(SIGN_INS) & set(PEOPLE):
        letter = PEOPLE.index(role)
        open_to = [key for key in paths if TABLE[key.split("|")[0]].get.split()[letter] == "O"]
        looks = role in SEE_MORE
        pages[role] = [paths[key] for key in open_to if looks or not key.split("|")[2]] + [MISSING]
    pages["trainee"].append(REFUSED)
    return pages
