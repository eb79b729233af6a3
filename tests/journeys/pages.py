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
NO_PAGE = {
    "assessments:file",
    "assessments:file-page",
    "assessments:peer-file",
    "badges:achievement",
    "badges:achievement-picture",
    "badges:badge-file",
    "badges:did",
    "badges:issuer",
    "badges:jwks",
    "badges:prior-file",
    "badges:status-list",
    "certification:accrochage-file",
    "exports:bpf-file",
    "exports:checker",
    "exports:document-file",
    "exports:export-download",
    "home:cohort-csv",
    "home:request-file",
    "home:version-file",
    "home:group-export",
    "home:growth-csv",
    "livez",
    "readyz",
    "media-file",
}
NO_PAGE_PREFIXES = ("case-", "api-", "api:", "xapi-")
NO_PAGE |= {f"home:cohort-{name}-csv" for name in ("gaps", "effects", "forecast", "readiness", "assessors")} | {"home:cohorts-beside-csv"}
ACCOUNT = ("/compte/login/", "/compte/password/reset/", "/compte/password/reset/done/", MISSING)
# Doors that look different with other things behind them: an open module, a lesson of every kind of block, work never begun.
MORE = {
    "curriculum:module-open": ("fresh_module",),
    "curriculum:outing": ("fresh_outing",),
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
            "from tests.journeys.looks import badges_of, said_of_a_work\n"
            "from assessments.models import PracticalPage, Submission, SubmittedFile\n"
            "from competencies.models import Standing\n"
            "from content.models import LessonPage\n"
            "from curriculum.models import ModulePage, Outing\n"
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
            "from assessments.selectors.observing import subject_of\n"
            "from assessments.services import observe\n"
            "s = subject_of(t)\n"
            "seen = t.observations.first() or observe(by=f, trainee=t, rubric=s.rubric, practical=s.practical, key=uuid.uuid4(),\n"
            "    levels={line.pk: 2 for line in s.lines})\n"
            "from types import SimpleNamespace\n"
            "from tests.assessments import quizzes\n"
            "from assessments.models import QuizPage\n"
            "from assessments.services.taking import submit_attempt\n"
            "asked = QuizPage.objects.child_of(m['M16']).get()\n"
            "exam = QuizPage.objects.filter(is_exam=True).first()\n"
            "world = SimpleNamespace(module=m['M13'], trainee=t)\n"
            "if exam is None:\n"
            "    lesson = steps(LessonPage, 'M13').first()\n"
            "    lesson.minutes -= 2\n"
            "    lesson.save_revision().publish()\n"
            "    exam = quizzes.quiz(world, quizzes.question(quizzes.SINGLE), is_exam=True, minutes_allowed=30)\n"
            "    to_read = quizzes.quiz(world, quizzes.question(quizzes.LONG), quizzes.question(quizzes.SINGLE))\n"
            "    read = quizzes.begun(world, to_read)\n"
            "    quizzes.answer_all(world, read, {'long': 'J’ai pris la plume.', 'single': 'b'})\n"
            "    submit_attempt(by=t, attempt=read.uuid)\n"
            "from assessments.selectors.answers import waiting_answers\n"
            "waits = waiting_answers(f).filter(attempt__trainee=t).select_related('attempt__quiz', 'version__question').first()\n"
            "read, question = waits.attempt, waits.version.question\n"
            "begun = quizzes.begun(SimpleNamespace(module=m['M16'], trainee=t), asked)\n"
            "pictured = SubmittedFile.objects.filter(submission__judgements=None, file__content_type__startswith='image/').last()\n"
            "from competencies.services import request_review\n"
            "known = Standing.objects.filter(trainee=t).first().competency\n"
            "from competencies.services.opinions import ask_opinion\n"
            "asks = {'kind': 'client', 'name': 'Mme Roy, musée', 'about': 'Les visuels de l’affiche', 'competencies': [known]}\n"
            "_asked, link = ask_opinion(by=f, trainee=t, key=uuid.UUID(int=77), **asks)\n"
            "t.review_requests.first() or request_review(by=t, competency=known, kind='observe', text='Je sais le faire.', key=uuid.uuid4())\n"
            "out = {'outing': Outing.objects.get(code='A01'), 'observation': seen, 'quiz': asked, 'attempt': begun, 'exam': exam, 'read_quiz': read.quiz, 'read_attempt': read, 'question': question, 'cohort': c, 'trainee': t, 'module': m['M08'], 'fresh_module': m['M16'], **said_of_a_work(t, f, c), **badges_of(t, f),\n"
            " 'fresh_outing': Outing.objects.get(code='A13'), 'lesson': steps(LessonPage, 'M08').first(), 'last_lesson': steps(LessonPage, 'M08').last(),\n"
            " 'fresh_lesson': steps(LessonPage, 'M16').first(),\n"
            " 'read_practical': steps(PracticalPage, 'M08').first(), 'fresh_practical': steps(PracticalPage, 'M16').first(),\n"
            " 'waiting': Submission.objects.filter(judgements=None).last(),\n"
            " 'pictured': pictured.submission, 'pictured_file': pictured.file,\n"
            " 'judged': Submission.objects.filter(trainee=t, judgements__isnull=False).last(),\n"
            " 'compared': Submission.objects.filter(trainee=t, number__gte=2).last(),\n"
            " 'delivered': Submission.objects.filter(trainee=t, practical__in=PracticalPage.objects.filter(is_commission=True)).last(),\n"
            " 'competency': known, 'framework': known.block.framework,\n"
            " 'subscriber': told, 'export': request_export(by=f, kind='cohort_matrix', format_='csv', key=uuid.uuid4(), cohort=c.uuid)}\n"
            "from lms.exports.services.documents import issue_for_trainee\n"
            "from tests.exports.papers import described, made\n"
            "k = User.objects.get(username='coordination')\n"
            "described(SimpleNamespace(coordinator=k, programme=m['M08'].get_parent().specific))\n"
            "out['document'] = made(issue_for_trainee(by=k, code='RH', trainee=t.uuid))\n"
            "out['programme'] = m['M08'].get_parent().specific\n"
            "from lms.people.models import WorkingGroup\n"
            "from lms.people.services import save_group\n"
            "named = {'by': f, 'cohort': c, 'name': 'Atelier', 'purpose': 'Reprendre les contours'}\n"
            "out['group'] = WorkingGroup.objects.first() or save_group(**named, teams={t.uuid: 1}, key=uuid.uuid4())\n"
            "from lms.certification.models import Candidate, CertificationSession\n"
            "out['session'] = CertificationSession.objects.get()\n"
            "out['candidate'] = Candidate.objects.get(trainee=t)\n"
            "out['block'] = out['candidate'].presented.first().block\n"
            "out['jury_member'] = out['session'].jury.last()\n"
            "out['unpresented'] = User.objects.get(username='dylan')\n"
            "ids = {word: str(thing.uuid) for word, thing in out.items()}\n"
            "ids |= {'position': '1', 'pictured_page': '0', 'shared_token': out['badge'].share_token, 'opinion_secret': link}\n"
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
    open_to_all = [paths[key] for key in paths if TABLE[key.split("|")[0]].get.startswith("O")]
    pages = {"anonymous": [*ACCOUNT, *open_to_all], "newcomer": ["/mot-de-passe/"]}
    for role in set(SIGN_INS) & set(PEOPLE):
        letter = PEOPLE.index(role)
        open_to = [key for key in paths if TABLE[key.split("|")[0]].get.split()[letter] == "O"]
        looks = role in SEE_MORE
        pages[role] = [paths[key] for key in open_to if looks or not key.split("|")[2]] + [MISSING]
    pages["trainee"].append(REFUSED)
    return pages
