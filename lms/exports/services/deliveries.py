"""Verbs of the outbox of exports: what is put in it with the file, and what a person does to it. Who sends is `services.sending`."""

from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from lms import clock
from lms.exports.models import Delivery, Destination, Export, FileLink, ProfileRun
from lms.exports.services.rights import check_may_leave
from lms.people.models import User
from lms.people.rules import Role
from lms.records.formats.outside import OutsideError, check_address
from lms.refusal import Refused
from lms.sealed import seal

WAITING, SENT = Delivery.State.WAITING, Delivery.State.SENT


def queue_deliveries(*, export: Export, size: int, mark: bytes | None) -> None:
    """The file of a profile is complete: it sets out to each destination, in the caller's transaction. Other files go nowhere by themselves."""
    run = ProfileRun.objects.select_related("profile").filter(export=export).first()
    if run is None:
        return
    ways = list(run.profile.destinations.filter(closed_at=None))
    Delivery.objects.bulk_create(_delivery(export, way, size, export.owner) for way in ways)
    is_same = run.profile.saved_at <= export.created_at  # else somebody may be new to whom this file tells changes alone
    run.mark, run.delivered_at = mark if is_same else None, None if ways else clock.now()
    run.save(update_fields=["mark", "delivered_at"])
    if not ways:
        _forget_older_marks(run)


def _delivery(export: Export, way: Destination, size: int, by: User) -> Delivery:
    now = clock.now()
    return Delivery(
        export=export, destination=way, name=export.name, sha256=export.sha256, size=size, asked_at=now, asked_by=by, next_at=now
    )  # fmt: skip


def note_delivered(*, export: Export) -> None:
    """One destination more has the file, in the caller's transaction: once every one of them does, it is what the next run is compared with."""
    run = ProfileRun.objects.select_for_update().filter(export=export, delivered_at=None).first()
    if run and not export.deliveries.exclude(state=SENT).exists():
        run.delivered_at = clock.now()
        run.save(update_fields=["delivered_at"])
        _forget_older_marks(run)


def _forget_older_marks(run: ProfileRun) -> None:
    """Only the latest delivered, and those after it, are ever compared with."""
    ProfileRun.objects.filter(profile=run.profile_id, pk__lt=run.pk).update(mark=None)


@transaction.atomic
def send_export(*, by: User, export: Export, destination: Destination) -> Delivery:
    """Send a finished file to one destination more; asked twice, it goes once. Refused: another role, a file that is not
    there, a closed way, a dossier whose trainee did not say yes."""
    _check_coordinator(by)
    storage: Storage = export.content.storage
    if not export.content or export.expires_at < clock.now() or not storage.exists(str(export.content.name)):
        raise Refused("file_gone", _("Ce fichier n'est pas là. Faites-en un autre, puis envoyez-le."))
    if destination.closed_at:
        raise Refused("destination_closed", _("Cette destination est fermée. Choisissez-en une autre."))
    check_may_leave(export)
    already = Delivery.objects.filter(export=export, destination=destination).first()
    if already:
        return already
    made = _delivery(export, destination, export.content.size, by)
    made.save()
    return made


@transaction.atomic
def send_again(*, by: User, delivery: Delivery) -> None:
    """Let one that was given up or stopped set out anew, for another day, asked by `by`; the link of a former mail opens nothing any more.

    Refused: one that waits or has left.
    """
    _check_coordinator(by)
    over = Delivery.objects.filter(pk=delivery.pk, state__in=(Delivery.State.GIVEN_UP, Delivery.State.STOPPED))
    if not over.update(state=WAITING, tries=0, asked_at=clock.now(), asked_by=by, next_at=clock.now(), last_error=""):
        raise Refused("delivery_under_way", _("Cet envoi est déjà en route, ou parti."))
    FileLink.objects.filter(delivery=delivery).delete()  # one that was closed by hand would close the next mail's too


@transaction.atomic
def stop_delivery(*, by: User, delivery: Delivery) -> None:
    """Have one that waits not leave, nor open by a mail that may have left in spite of its error. Refused: one that is over."""
    _check_coordinator(by)
    if not Delivery.objects.filter(pk=delivery.pk, state=WAITING).update(state=Delivery.State.STOPPED, lease_until=None):
        raise Refused("delivery_over", _("Cet envoi n'attend plus : il n'y a rien à arrêter."))
    _close_links(FileLink.objects.filter(delivery=delivery), by)


@transaction.atomic
def revoke_link(*, by: User, link: FileLink) -> None:
    """The link of a mail gives nothing any more. Twice is once."""
    _check_coordinator(by)
    _close_links(FileLink.objects.filter(pk=link.pk), by)


def _close_links(links: QuerySet[FileLink], by: User) -> None:
    links.filter(revoked_at=None).update(revoked_at=clock.now(), revoked_by=by)


def count_download(*, link: FileLink) -> bool:
    """Count one download, before the file leaves. False where the link has none left, or ended meanwhile: two at once take one each."""
    now = clock.now()
    open_links = FileLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=now, taken__lt=F("most"))
    return bool(open_links.update(taken=F("taken") + 1, last_taken_at=now))


@transaction.atomic
def create_destination(
    *, by: User, name: str, kind: str, address: str, port: int = 22, folder: str = "", user: str = "", secret: str = "", is_key: bool = False,
    link_days: int = 7, link_downloads: int = 3,
) -> Destination:  # fmt: skip
    """A new way out. An SFTP server is asked for its key by the worker, never here; nothing leaves before somebody confirmed it.

    Refused: another role, a name taken, an address that may not be called, a secret that is missing, mail on a site that sends none.
    """
    _check_coordinator(by)
    if Destination.objects.filter(name=name, closed_at=None).exists():
        raise Refused("name_taken", _("Une destination porte déjà ce nom. Choisissez-en un autre."))
    if kind == Destination.Kind.MAIL and not settings.HAS_EMAIL:
        raise Refused("no_email", _("Ce site n'envoie pas d'e-mails : EMAIL_URL manque dans son environnement."))
    if kind == Destination.Kind.WEBDAV:
        _check_url(address)
    if kind != Destination.Kind.MAIL and not (user and secret):
        raise Refused("secret_missing", _("Donnez l'identifiant et le mot de passe (ou la clé privée) de ce serveur."))
    is_sftp = kind == Destination.Kind.SFTP
    return Destination.objects.create(
        name=name, kind=kind, address=address.strip(), port=port, folder=folder.strip().rstrip("/"), user=user, secret=seal(secret) if secret else "",
        is_key=is_key, link_days=link_days, link_downloads=link_downloads, look_at=clock.now() if is_sftp else None, created_at=clock.now(), created_by=by,
    )  # fmt: skip


def _check_url(address: str) -> None:
    try:
        check_address(address)
    except OutsideError as error:
        raise Refused("address_refused", _("Vérifiez l'adresse : %(why)s.") % {"why": error}) from None


@transaction.atomic
def confirm_host_key(*, by: User, destination: Destination, host_key: str) -> None:
    """Pin the key that was shown: files leave for that server and no other. Refused: another key than the one shown."""
    _check_coordinator(by)
    shown = Destination.objects.filter(pk=destination.pk, host_key=host_key, host_key_confirmed_at=None).exclude(host_key="")
    if not shown.update(host_key_confirmed_at=clock.now(), host_key_confirmed_by=by, last_error=""):
        raise Refused("host_key_changed", _("La clé a changé depuis que la page s'est ouverte. Regardez-la à nouveau."))


@transaction.atomic
def look_again(*, by: User, destination: Destination) -> None:
    """Forget the server's key and have the worker ask for it anew: nothing leaves until it is confirmed again."""
    _check_coordinator(by)
    Destination.objects.filter(pk=destination.pk, kind=Destination.Kind.SFTP).update(
        host_key="", host_key_confirmed_at=None, host_key_confirmed_by=None, look_at=clock.now(), last_error=""
    )


@transaction.atomic
def close_destination(*, by: User, destination: Destination) -> None:
    """Nothing leaves for it any more: what waited is stopped, the links of its mails are closed, its secret is forgotten. The log keeps its name."""
    _check_coordinator(by)
    secret = seal("closed") if destination.secret else ""
    Destination.objects.filter(pk=destination.pk, closed_at=None).update(closed_at=clock.now(), look_at=None, secret=secret)
    Delivery.objects.filter(destination=destination, state=WAITING).update(state=Delivery.State.STOPPED, lease_until=None)
    _close_links(FileLink.objects.filter(delivery__destination=destination), by)


def _check_coordinator(by: User) -> None:
    if by.role is not Role.COORDINATOR:
        raise Refused("role_not_allowed", _("Les envois reviennent à la coordination."))
