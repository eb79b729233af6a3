"""What may not leave, or not any more: several dossiers at once, behind a link of a closed way, for who lost the role, past one's turn."""

import re
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lms.exports.models import Delivery
from lms.exports.rules.sharing import CURRENT_CONSENT
from lms.exports.services import request_cohort_dossiers, request_dossier
from lms.exports.services.deliveries import send_export
from lms.exports.services.dossiers import give_consent
from lms.refusal import Refused
from tests.cast import signed_in, small
from tests.exports.profiles import made
from tests.exports.ways import by_mail

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://[^/\s]+(/fichier/[^/]+/)")


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    settings.HAS_EMAIL = True


def test_the_dossiers_of_a_cohort_do_not_leave_together() -> None:
    world = small()
    way = by_mail(world)
    together = made(request_cohort_dossiers(by=world.coordinator, cohort=world.cohort.uuid, key=uuid4()))
    give_consent(by=world.trainee, text_version=CURRENT_CONSENT)
    with pytest.raises(Refused) as refused:
        send_export(by=world.coordinator, export=together, destination=way)
    assert refused.value.code == "one_by_one"
    assert not Delivery.objects.exists()
    alone = made(request_dossier(by=world.coordinator, trainee=world.trainee.uuid, key=uuid4()))
    boss = signed_in(world.coordinator)
    pages = [boss.get(reverse("exports:export-detail", args=[one.uuid])).content.decode() for one in (together, alone)]
    assert [reverse("exports:export-send", args=[one.uuid]) in page for one, page in zip((together, alone), pages, strict=True)] == [False, True]
    send_export(by=world.coordinator, export=alone, destination=way)
    assert Delivery.objects.count() == 1
