"""What is measured, and how each is printed."""

import json
import re
import time
import uuid
from collections.abc import Callable
from importlib import import_module
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, reset_queries
from django.test import Client
from django.urls import reverse

from assessments.models import AnswerKept, QuestionBank, QuizPage, Submission
from assessments.rules.questions import Choice, QuestionData, SingleChoice
from assessments.selectors import module_of
from assessments.services.bank import keep_question
from assessments.services.taking import start_attempt
from competencies.models import Evidence
from competencies.services import rebuild_standings
from content.models import LessonPage
from curriculum.models import ModulePage, ProgrammePage
from curriculum.selectors.path import steps_by_module
from lms.home.services import load_programme
from lms.people.models import Cohort, User
from tests.bench.exam import percentile, run_exam
from tests.bench.exports import run as run_exports
from tests.bench.fill import fill
from tests.bench.measure import Request, family, measure, memory_mb

TOKEN = "a" * 32  # one CSRF secret, sent as cookie and as field


def prepare() -> None:
    """The programme and the large cohort, once."""
    if not ProgrammePage.objects.exists():
        load_programme()
    fill(ProgrammePage.objects.get())


def session_of(user: User) -> str:
    """A session as signing in makes it, without the half second of hashing."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def cookies(session: str) -> dict[str, str]:
    return {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}


def run(port: int, pid: int, _label: str) -> None:
    learners = [(user, session_of(user)) for user in User.objects.filter(username__startswith="stagiaire").order_by("pk")[:200]]
    trainer = session_of(User.objects.get(username="formateur"))
    modules = list(ModulePage.objects.live().order_by("path")[:15])
    steps = steps_by_module(modules)
    module = next(one for one in modules if one.code == "M16") if any(one.code == "M16" for one in modules) else modules[3]
    lesson = max(
        (step for step in steps[modules[2].pk] if step.kind == "lesson"), key=lambda step: len(str(LessonPage.objects.get(pk=step.pk).body))
    )
    practical = next(step for step in steps[modules[2].pk] if step.kind == "practical")
    submission = Submission.objects.order_by("-pk").first()
    small, large, crowd = (Cohort.objects.get(name=name) for name in ("Douze", "Réseau", "Cinq mille"))

    def as_learner(path: str) -> Callable[[int], Request]:
        return lambda number: Request("GET", path, cookies(learners[number % len(learners)][1]))

    def as_trainer(path: str) -> Callable[[int], Request]:
        return lambda _number: Request("GET", path, cookies(trainer))

    def hand_in(number: int) -> Request:
        body = f"csrfmiddlewaretoken={TOKEN}&key={uuid.uuid4()}&text=Voici+ma+version+{number}".encode()
        headers = {**cookies(learners[number % len(learners)][1]), "Content-Type": "application/x-www-form-urlencoded"}
        return Request("POST", reverse("assessments:work-submit", args=[practical.uuid]), headers, body)

    scenarios: list[tuple[str, str, Callable[[int], Request], int]] = [
        ("accueil stagiaire", "GET", as_learner(reverse("home:home")), 400),
        ("page module", "GET", as_learner(module.door_path()), 400),
        ("leçon", "GET", as_learner(lesson.door_path()), 400),
        ("travail pratique", "GET", as_learner(practical.door_path()), 400),
        ("remise (POST)", "POST", hand_in, 200),
        ("feuille d'évaluation", "GET", as_trainer(reverse("assessments:sheet", args=[submission.uuid])), 200),
        ("promotion de 12", "GET", as_trainer(reverse("home:cohort", args=[small.uuid])), 100),
        ("promotion de 1 000", "GET", as_trainer(reverse("home:cohort", args=[large.uuid])), 40),
        ("promotion de 5 000", "GET", as_trainer(reverse("home:cohort", args=[crowd.uuid])), 20),
        *(
            (f"{name}, {size}", "GET", as_trainer(reverse(door, args=[cohort.uuid])), 40)
            for name, door in (("matrice", "home:cohort-levels"), ("groupes", "home:group-list"), ("blocs", "home:cohort-readiness"))
            for size, cohort in (("12", small), ("1 000", large), ("5 000", crowd))
        ),
    ]
    pids = family(pid)
    print("\n| page | requêtes SQL | points | clients | médiane ms | p95 ms | req/s | CPU serveur ms/req | octets | refusées |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, method, make, count in scenarios:
        queries, points = _looked_at(make(0)) if method == "GET" else ("–", "–")
        for concurrency in (1, 4):
            f = measure(port, make, count=count, concurrency=concurrency, pids=pids)
            print(
                f"| {name} | {queries} | {points} | {concurrency} | {f.median:.1f} | {f.p95:.1f} | {f.rate:.0f} | {f.cpu:.1f} | {f.bytes} | {f.failed} |",
                flush=True,
            )
    print("\n| processus | PSS Mo |\n|---|---|")
    for process in family(pid):
        print(f"| {process} | {memory_mb(process):.0f} |")
    _quiz(port, pids)
    _exam(port)
    run_exports(large.name)
    _replay()


def _replay() -> None:
    """Every level made again from evidence alone, each piece read once; nothing may differ."""
    pieces, began = Evidence.objects.count(), time.perf_counter()
    changed = rebuild_standings()
    seconds = time.perf_counter() - began
    print(f"\nRejouer les niveaux : {pieces} preuves en {seconds:.1f} s, {pieces / seconds:.0f} par seconde, {changed} différents.")


def _quiz(port: int, pids: list[int]) -> None:
    """Begin, answer and hand in a quiz of ten questions, each request on a take of its own."""
    page = exam_page("Questions à mesurer", is_exam=False)
    people = [(user, session_of(user)) for user in User.objects.filter(username__startswith="stagiaire").order_by("-pk")[:400]]
    for concurrency in (1, 4):
        takes = _takes(page, people[:120] if concurrency == 1 else people[120:240])
        begin = people[240:300] if concurrency == 1 else people[300:360]

        def start(number: int, begin: list[tuple[User, str]] = begin) -> Request:
            return _post(reverse("assessments:quiz-start", args=[page.uuid]), begin[number % len(begin)][1], {"key": str(uuid.uuid4())})

        def answer(number: int, takes: list[tuple[str, str]] = takes) -> Request:
            place, session = takes[number % len(takes)]
            return _post(f"{place}1/", session, {"q1.rev": 0, "q1.a": number % 3}, accept="application/json")

        def submit(number: int, takes: list[tuple[str, str]] = takes) -> Request:
            place, session = takes[number % len(takes)]
            return _post(f"{place}envoyer/", session, {})

        for name, make, count in (("quiz, début", start, 60), ("quiz, réponse", answer, 240), ("quiz, envoi", submit, 120)):
            f = measure(port, make, count=count, concurrency=concurrency, pids=pids)
            print(
                f"| {name} | – | – | {concurrency} | {f.median:.1f} | {f.p95:.1f} | {f.rate:.0f} | {f.cpu:.1f} | {f.bytes} | {f.failed} |",
                flush=True,
            )


def _post(path: str, session: str, fields: dict[str, object], *, accept: str = "text/html") -> Request:
    headers = {**cookies(session), "Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
    return Request("POST", path, headers, urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode())


def _takes(page: QuizPage, people: list[tuple[User, str]]) -> list[tuple[str, str]]:
    """An open take each, and the session of its owner."""
    module = module_of(page)
    found = []
    for user, session in people:
        last = page.attempts.filter(trainee=user, submitted_at=None).first()
        attempt = last or start_attempt(by=user, quiz=page, module=module, key=uuid.uuid4())
        found.append((reverse("assessments:quiz-take", args=[page.uuid, attempt.uuid]), session))
    return found


def exam_page(title: str, *, is_exam: bool) -> QuizPage:
    """A quiz of ten questions in a module, published."""
    bank = QuestionBank.objects.create(title=f"{title} {uuid.uuid4().hex[:6]}")
    choices = tuple(Choice(name, f"Réponse {name}", float(name == "a")) for name in "abc")
    asked = [
        keep_question(
            bank=bank, data=QuestionData(f"q{n}", SingleChoice(title=f"Question {n}", stem=f"<p>Question {n} ?</p>", choices=choices))
        )[0]
        for n in range(10)
    ]
    module = ModulePage.objects.live().order_by("path").last()
    lesson = LessonPage.objects.live().child_of(module).first()
    lesson.minutes -= 1
    lesson.save_revision().publish()
    page = QuizPage(
        title=title, slug=f"mesure-{uuid.uuid4().hex[:8]}", minutes=1, hours_kind=lesson.hours_kind, live=False, is_exam=is_exam,
        minutes_allowed=60 if is_exam else None,
    )  # fmt: skip
    page.plan = json.dumps([{"type": "question", "value": question.pk} for question in asked])
    module.add_child(instance=page)
    page.save_revision().publish()
    return QuizPage.objects.get(pk=page.pk)


def _exam(port: int) -> None:
    """F07: everyone begins within five seconds, then answers twenty times with two to six seconds between; counted afterwards."""
    learners = 500 if connection.vendor == "postgresql" else 100
    page = exam_page("Examen à mesurer", is_exam=True)
    sessions = [session_of(user) for user in User.objects.filter(username__startswith="stagiaire").order_by("pk")[:learners]]
    found = run_exam(port=port, path=page.door_path(), sessions=sessions, starting=5.0, answers=20, think=(2.0, 6.0))
    kept = AnswerKept.objects.filter(item__attempt__quiz=page).count()
    print(
        f"\nExamen, {learners} à la fois : {page.attempts.count()} passages, {len(found.saves)} réponses envoyées, {kept} gardées différentes"
    )
    print(f"refusées : {len(found.refused)} {sorted(set(found.refused))[:5]}")
    for name, times in (("début", found.starts), ("réponse", found.saves)):
        print(
            f"{name} : médiane {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms, p99 {percentile(times, 0.99):.0f} ms"
        )


FIGURE = re.compile(r'<script id="plot-[\w-]+" type="application/json">(.*?)</script>', re.DOTALL)


def _looked_at(request: Request) -> tuple[int, int]:
    """SQL queries of one page, counted in this process, and the points its figures send."""
    settings.DEBUG = True
    client = Client(SERVER_NAME="127.0.0.1")
    for cookie in request.headers["Cookie"].split("; "):
        name, _equal, value = cookie.partition("=")
        client.cookies[name] = value
    client.get(request.path)
    reset_queries()
    html = client.get(request.path).content.decode()
    settings.DEBUG = False
    traces = [trace for figure in FIGURE.findall(html) for trace in json.loads(figure)["data"]]
    return len(connection.queries), sum(sum(map(len, trace["z"])) if "z" in trace else len(trace["x"]) for trace in traces)
