"""What is measured, and how each is printed."""

import time
import uuid
from collections.abc import Callable
from importlib import import_module

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, reset_queries
from django.test import Client
from django.urls import reverse

from assessments.models import Submission
from content.models import LessonPage
from curriculum.models import ModulePage, ProgrammePage
from curriculum.selectors.path import steps_by_module
from lms.exports.services import request_export, run_export
from lms.home.services import load_programme
from lms.people.models import Cohort, User
from tests.bench.fill import TRAINEES, fill
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
    small, large = Cohort.objects.get(name="Douze"), Cohort.objects.get(name="Réseau")

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
    ]
    pids = family(pid)
    print("\n| page | requêtes SQL | clients | médiane ms | p95 ms | req/s | CPU serveur ms/req | octets | refusées |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, method, make, count in scenarios:
        queries = _queries(make(0)) if method == "GET" else "–"
        for concurrency in (1, 4):
            f = measure(port, make, count=count, concurrency=concurrency, pids=pids)
            print(
                f"| {name} | {queries} | {concurrency} | {f.median:.1f} | {f.p95:.1f} | {f.rate:.0f} | {f.cpu:.1f} | {f.bytes} | {f.failed} |",
                flush=True,
            )
    print("\n| processus | PSS Mo |\n|---|---|")
    for process in family(pid):
        print(f"| {process} | {memory_mb(process):.0f} |")
    _export(large)


def _queries(request: Request) -> int:
    """SQL queries of one page, counted in this process."""
    settings.DEBUG = True
    client = Client(SERVER_NAME="127.0.0.1")
    for cookie in request.headers["Cookie"].split("; "):
        name, _equal, value = cookie.partition("=")
        client.cookies[name] = value
    client.get(request.path)
    reset_queries()
    client.get(request.path)
    settings.DEBUG = False
    return len(connection.queries)


def _export(cohort: Cohort) -> None:
    coordinator = User.objects.get(username="coordination")
    export = request_export(by=coordinator, kind="transcript", format_="xlsx", key=uuid.uuid4(), cohort=cohort.uuid)
    start = time.perf_counter()
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    took = time.perf_counter() - start
    print(f"\nExport XLSX de {TRAINEES} stagiaires : {took:.1f} s, {export.rows} lignes, {export.content.size // 1024} Kio")
