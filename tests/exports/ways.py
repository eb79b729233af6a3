"""Ways out for the files of a world, and a file that takes them."""

from typing import Any

from lms.exports.models import Delivery, Destination, Export
from lms.exports.services.deliveries import (
    confirm_host_key,
    create_destination,
)
from lms.exports.services.sending import deliver_exports
from tests.cast import Small
from tests.exports.profiles import ran, saved
from tests.exports.servers import PASSWORD, USER, DavHost, SftpHost


def by_sftp(world: Small, host: SftpHost, **change: Any) -> Destination:
    """A way to that server, its key looked at and confirmed."""
    asked = {"name": "Dépôt", "kind": "sftp", "address": "127.0.0.1", "port": host.port, "user": USER, "secret": PASSWORD, **change}
    way = create_destination(by=world.coordinator, **asked)
    deliver_exports()
    way.refresh_from_db()
    confirm_host_key(by=world.coordinator, destination=way, host_key=way.host_key)
    way.refresh_from_db()
    return way


def by_dav(world: Small, dav: DavHost, **change: Any) -> Destination:
    asked = {"name": "Partage", "kind": "webdav", "address": dav.url, "user": USER, "secret": PASSWORD, **change}
    return create_destination(by=world.coordinator, **asked)


def by_mail(world: Small, **change: Any) -> Destination:
    return create_destination(by=world.coordinator, **{"name": "IFOCOP", "kind": "mail", "address": "suivi@ifocop.example", **change})


def sent(world: Small, *ways: Destination, **change: Any) -> Export:
    """A file of a profile that goes there, made and on its way once."""
    export = ran(saved(world, destinations=list(ways), **change))
    deliver_exports()
    return export


def delivery() -> Delivery:
    return Delivery.objects.select_related("destination").get()
