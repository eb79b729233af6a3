"""Sending finished files to their destinations. Run by the worker, never in a request (promises.md F23).

One delivery at a time and by lease, as `lms.records.services.delivery` does for statements: same pauses, same day of patience, then it waits
for a person. A worker that dies mid-way leaves a temporary name on the other side, which the next try writes over.
"""

import logging
import secrets
import smtplib
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from lms import clock
from lms.exports.formats import sftp, webdav
from lms.exports.models import Delivery, Destination, FileLink
from lms.exports.rules.deliveries import link_digest
from lms.exports.services.deliveries import note_delivered
from lms.exports.services.rights import check_may_leave
from lms.people import services as people
from lms.people.rules import Role
from lms.records.formats.outside import OutsideError
from lms.records.rules.forwarding import TOO_LATE, pause_after
from lms.refusal import Refused
from lms.sealed import unseal

log = logging.getLogger("tremplin.delivery")
LEASE = timedelta(minutes=15)  # longer than a transfer may last
LOOK_AGAIN = timedelta(minutes=1)
MAIL, SFTP = Destination.Kind.MAIL, Destination.Kind.SFTP


def deliver_exports() -> int:
    """Ask new SFTP servers for their key, then send what is due; how many left. One that takes nothing is asked once a round: it stops no other."""
    now = clock.now()
    for way in Destination.objects.filter(look_at__lte=now, closed_at=None):
        _look(way)
    due = Delivery.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), state=Delivery.State.WAITING, next_at__lte=now)
    left, silent = 0, set()
    for pk, destination in list(due.order_by("next_at", "pk").values_list("pk", "destination")):
        if destination in silent:
            continue
        if _deliver(pk):
            left += 1
        else:
            silent.add(destination)
    return left


def _look(way: Destination) -> None:
    """Read the key of a server, for a person to confirm."""
    try:
        key, error = sftp.host_key(way.address, way.port), ""
    except OutsideError as refused:
        key, error = "", str(refused)
    mine = Destination.objects.filter(pk=way.pk, look_at=way.look_at)
    mine.update(host_key=key, last_error=error[:300], look_at=None if key else clock.now() + LOOK_AGAIN)


def _deliver(pk: int) -> bool:
    lease = clock.now() + LEASE
    free = Delivery.objects.filter(Q(lease_until=None) | Q(lease_until__lt=clock.now()), pk=pk, state=Delivery.State.WAITING)
    if not free.update(lease_until=lease):
        return False  # another worker has it
    delivery = Delivery.objects.select_related("export__owner", "asked_by", "destination").get(pk=pk)
    try:
        _check(delivery)
        SENDERS[delivery.destination.kind](delivery)
    except Refused as refusal:
        _give_up(delivery, refusal.message)
        return False
    except (OutsideError, OSError, smtplib.SMTPException) as error:
        _wait(delivery, str(error) if isinstance(error, OutsideError) else _("Le serveur n'a pas pris l'envoi."))
        return False
    except Exception:
        log.exception("delivery %s could not be sent", delivery.uuid)
        _wait(delivery, _("Une panne de notre côté : l'administration en trouve le détail dans le journal."))
        return False
    return _sent(delivery)


def _check(delivery: Delivery) -> None:
    """Rights and the file itself, as they are now. Refused for good, whatever the number of tries."""
    export = delivery.export
    if delivery.destination.closed_at:
        raise Refused("destination_closed", _("Cette destination est fermée."))
    if not delivery.asked_by.is_active or delivery.asked_by.role is not Role.COORDINATOR:
        raise Refused("sender_gone", _("La personne qui a demandé cet envoi n'est plus à la coordination. Renvoyez-le à votre nom."))
    check_may_leave(export)
    if not export.content or export.expires_at < clock.now():
        raise Refused("file_gone", _("Le fichier a été effacé après 7 jours. Faites-en un autre."))


@transaction.atomic
def _sent(delivery: Delivery) -> bool:
    """It has left: said even where it was stopped meanwhile, for the receiver has it."""
    now = clock.now()
    Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.SENT).update(
        state=Delivery.State.SENT, sent_at=now, lease_until=None, last_error="", tries=delivery.tries + 1
    )
    note_delivered(export=delivery.export)
    return True


def _wait(delivery: Delivery, error: str) -> None:
    if clock.now() - delivery.asked_at >= TOO_LATE:
        _give_up(delivery, error)
        return
    log.warning("delivery %s waits: %s", delivery.uuid, error)
    tries = delivery.tries + 1
    _held(delivery).update(tries=tries, last_error=error[:300], next_at=clock.now() + pause_after(tries), lease_until=None)


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    """That row while the lease it was sent by holds: stopped and asked anew meanwhile, it is another's."""
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, lease_until=delivery.lease_until)


@transaction.atomic
def _give_up(delivery: Delivery, error: str) -> None:
    if _held(delivery).update(state=Delivery.State.GIVEN_UP, tries=delivery.tries + 1, last_error=error[:300], lease_until=None):
        words = _("Un envoi n'est pas parti : %(name)s") % {"name": delivery.name}
        people.notify(recipients=[delivery.asked_by], text=words, path=reverse("exports:delivery-list"))


# --- The three ways out -------------------------------------------------------------------------------------------
def _mail(delivery: Delivery) -> None:
    """A link in a mail. Its secret is drawn for each try and kept hashed: a try before, if its mail did leave, opens nothing any more."""
    way, export = delivery.destination, delivery.export
    secret = secrets.token_urlsafe(32)
    until = min(clock.now() + timedelta(days=way.link_days), export.expires_at)
    FileLink.objects.update_or_create(
        delivery=delivery, defaults={"digest": link_digest(secret), "expires_at": until, "most": way.link_downloads, "taken": 0}
    )
    told = {
        "site": settings.WAGTAIL_SITE_NAME, "name": delivery.name, "link": settings.SITE_URL + reverse("exports:link", args=[secret]),
        "until": formats.date_format(timezone.localtime(until), "j F Y"), "most": way.link_downloads, "sha256": delivery.sha256,
    }  # fmt: skip
    EmailMessage(
        subject=_("%(site)s : un fichier pour vous, %(name)s") % told,
        body=_(
            "Bonjour,\n\nUn fichier vous attend : %(name)s\n%(link)s\n\nLe lien sert %(most)s fois, jusqu'au %(until)s. Ne le transmettez pas : "
            "il suffit à prendre le fichier.\n\nEmpreinte SHA-256 : %(sha256)s\n"
        ) % told,
        to=[way.address], headers={"X-Tremplin-Delivery": str(delivery.uuid)},
    ).send()  # fmt: skip


def _sftp(delivery: Delivery) -> None:
    way = delivery.destination
    if not way.host_key_confirmed_at:
        raise OutsideError(_("la clé du serveur attend d'être confirmée, sur la page de la destination"))
    place = sftp.Place(way.address, way.port, way.user, unseal(way.secret), way.is_key, way.host_key, way.folder)
    with delivery.export.content.open("rb") as content:
        sftp.put(place, content, name=delivery.name, size=delivery.size)


def _webdav(delivery: Delivery) -> None:
    way = delivery.destination
    with delivery.export.content.open("rb") as content:
        webdav.put(
            way.address,
            content,
            name=delivery.name,
            size=delivery.size,
            user=way.user,
            secret=unseal(way.secret),
            delivery=str(delivery.uuid),
        )


SENDERS: dict[str, Callable[[Delivery], None]] = {MAIL: _mail, SFTP: _sftp, Destination.Kind.WEBDAV: _webdav}
