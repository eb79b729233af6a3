"""Files that leave by themselves: by mail, to a real SFTP server, to a real WebDAV folder; and when the other side does not take them (F23)."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import paramiko
import pytest
from pytest_django import Settings

from lms import clock
from lms.exports.formats import sftp
from lms.exports.models import Delivery
from lms.exports.rules.deliveries import fingerprint
from lms.exports.services.deliveries import (
    confirm_host_key,
    create_destination,
    look_again,
)
from lms.exports.services.sending import deliver_exports
from lms.records.formats import outside
from lms.refusal import Refused
from tests.cast import small
from tests.exports.profiles import content, ran, saved
from tests.exports.servers import PASSWORD, USER, DavHost, SftpHost, dav_server, sftp_server
from tests.exports.ways import by_dav, by_mail, by_sftp, delivery, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    settings.HAS_EMAIL = True


@pytest.fixture
def host(tmp_path: Path, settings: Settings) -> Iterator[SftpHost]:
    root = tmp_path / "depot"
    root.mkdir()
    with sftp_server(root) as server:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{server.port}"]
        yield server


@pytest.fixture
def dav(settings: Settings) -> Iterator[DavHost]:
    with dav_server() as server:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{server.port}"]
        yield server


# --- SFTP ---------------------------------------------------------------------------------------------------------
def test_a_file_is_put_whole_under_its_name_and_logged(host: SftpHost) -> None:
    world = small()
    export = sent(world, by_sftp(world, host))
    assert host.files == {export.name: content(export)}
    assert all(names == [f".{export.name}.part"] for names in host.seen)
    row = delivery()
    assert (row.state, row.sha256, row.size, row.tries) == ("sent", export.sha256, len(content(export)), 1)
    assert row.sent_at is not None
    assert deliver_exports() == 0


def test_the_key_of_a_server_is_asked_by_the_worker_shown_and_confirmed(host: SftpHost) -> None:
    world = small()
    way = create_destination(
        by=world.coordinator, name="Dépôt", kind="sftp", address="127.0.0.1", port=host.port, user=USER, secret=PASSWORD
    )
    assert way.host_key == ""
    ran(saved(world, destinations=[way]))
    deliver_exports()
    way.refresh_from_db()
    assert fingerprint(way.host_key) == host.key.fingerprint
    assert way.look_at is None
    assert "confirmée" in delivery().last_error
    assert host.files == {}
    with pytest.raises(Refused) as refused:
        confirm_host_key(by=world.coordinator, destination=way, host_key="ssh-ed25519 AAAA")
    assert refused.value.code == "host_key_changed"
    confirm_host_key(by=world.coordinator, destination=way, host_key=way.host_key)
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert deliver_exports() == 1
    assert len(host.files) == 1


def test_a_server_that_shows_another_key_gets_nothing(host: SftpHost) -> None:
    world = small()
    way = by_sftp(world, host)
    host.key = paramiko.ECDSAKey.generate()
    sent(world, way)
    assert host.files == {}
    assert "n'est plus celle que vous avez confirmée" in delivery().last_error
    look_again(by=world.coordinator, destination=way)
    deliver_exports()
    way.refresh_from_db()
    assert fingerprint(way.host_key) == host.key.fingerprint
    assert way.host_key_confirmed_at is None


def test_a_private_key_opens_as_a_password_does(host: SftpHost) -> None:
    world = small()
    for key in (paramiko.ECDSAKey.generate(), paramiko.RSAKey.generate(2048)):
        text = io.StringIO()
        key.write_private_key(text)
        host.known_key = key
        way = by_sftp(world, host, name=key.get_name(), secret=text.getvalue(), is_key=True)
        sent(world, way)
        assert Delivery.objects.get(destination=way).state == "sent"
        assert text.getvalue() not in way.secret
    way = by_sftp(world, host, name="Illisible", secret="pas une clé", is_key=True)
    sent(world, way)
    assert "la clé privée n'est pas lisible" in Delivery.objects.get(destination=way).last_error


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"cuts": True}, "n'a pas pris le fichier"), ({"is_full": True}, "n'a pas pris le fichier"), ({"hangs": True}, "ne répond pas en SFTP"),
    ],
)  # fmt: skip
def test_what_goes_wrong_there_leaves_no_half_file_and_is_tried_again(
    host: SftpHost, fault: dict[str, bool], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "SECONDS", 0.5)
    world = small()
    way = by_sftp(world, host)
    for name, value in fault.items():
        setattr(host, name, value)
    export = sent(world, way)
    assert words in delivery().last_error
    assert (delivery().state, delivery().tries, delivery().lease_until) == ("waiting", 1, None)
    assert export.name not in host.files
    for name in fault:
        setattr(host, name, False)
    assert deliver_exports() == 0  # not before its pause is over
    monkeypatch.setattr(sftp, "SECONDS", 10)
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert deliver_exports() == 1
    assert host.files == {export.name: content(export)}


def test_a_transfer_has_an_end(host: SftpHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "WHOLE_SECONDS", -1)
    world = small()
    sent(world, by_sftp(world, host))
    assert "trop lentement" in delivery().last_error
    assert host.files == {}


def test_a_wrong_password_and_a_folder_that_is_not_there_are_said(host: SftpHost) -> None:
    world = small()
    for name, change, words in (("A", {"secret": "faux"}, "refuse l'identifiant"), ("B", {"folder": "ailleurs"}, "dossier absent")):
        way = by_sftp(world, host, name=name, **change)
        sent(world, way)
        assert words in Delivery.objects.get(destination=way).last_error
    assert host.files == {}


def test_a_server_of_a_private_network_is_not_called(settings: Settings, host: SftpHost) -> None:
    world = small()
    way = by_sftp(world, host)
    settings.OUTSIDE_ALLOWED = []
    sent(world, way)
    assert "réseau privé" in delivery().last_error
    other = create_destination(
        by=world.coordinator, name="Autre", kind="sftp", address="127.0.0.1", port=host.port, user=USER, secret=PASSWORD
    )
    deliver_exports()
    other.refresh_from_db()
    assert "réseau privé" in other.last_error
    assert other.host_key == ""
    assert other.look_at is not None


def test_nobody_listening_is_said(settings: Settings) -> None:
    settings.OUTSIDE_ALLOWED = ["127.0.0.1:9"]
    with pytest.raises(outside.OutsideError, match="ne répond pas"):
        sftp.host_key("127.0.0.1", 9)


# --- WebDAV -------------------------------------------------------------------------------------------------------
def test_a_webdav_folder_gets_the_file_by_a_temporary_name(dav: DavHost) -> None:
    world = small()
    export = sent(world, by_dav(world, dav))
    assert dav.files == {export.name: content(export)}
    assert [(verb, name) for verb, name, _headers in dav.asked] == [("PUT", f".{export.name}.part"), ("MOVE", f".{export.name}.part")]
    assert {headers["x-tremplin-delivery"] for _verb, _name, headers in dav.asked} == {str(delivery().uuid)}


@pytest.mark.parametrize(
    ("answers", "words"),
    [({"PUT": 409}, "n'existe pas"), ({"PUT": 507}, "plus de place"), ({"MOVE": 500}, "a répondu 500"), ({"PUT": 301}, "a répondu 301")],
)
def test_a_webdav_folder_that_refuses_keeps_nothing(dav: DavHost, answers: dict[str, int], words: str) -> None:
    world = small()
    dav.answers = answers
    sent(world, by_dav(world, dav))
    assert words in delivery().last_error
    assert dav.files == {}


def test_a_webdav_folder_that_hangs_or_hangs_up_is_tried_again(dav: DavHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "SECONDS", 0.3)
    world = small()
    dav.hangs = 1
    export = sent(world, by_dav(world, dav))
    assert "ne répond pas" in delivery().last_error
    dav.hangs, dav.cuts = 0, True
    with clock.at(clock.now() + timedelta(minutes=1)):
        deliver_exports()
    assert delivery().tries == 2
    dav.cuts = False
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert deliver_exports() == 1
    assert dav.files[export.name] == content(export)


def test_a_webdav_folder_may_have_an_accent_and_a_space_in_its_address(dav: DavHost) -> None:
    world = small()
    export = sent(world, by_dav(world, dav, address=f"{dav.url}/Dépôt de mai/"))
    assert delivery().last_error == ""
    assert dav.files == {export.name: content(export)}
    assert dav.asked[1][2]["destination"] == f"{dav.url}/D%C3%A9p%C3%B4t%20de%20mai/{export.name}"


def test_a_server_that_takes_nothing_is_asked_once_a_round(dav: DavHost) -> None:
    world = small()
    profile = saved(world, destinations=[by_dav(world, dav), by_mail(world)])
    for _file in range(3):
        ran(profile)
    dav.answers = {"PUT": 500}
    assert deliver_exports() == 3  # the mails
    assert [verb for verb, _name, _headers in dav.asked] == ["PUT", "DELETE"]
    deliver_exports()
    assert Delivery.objects.filter(tries=1, state="waiting").count() == 2  # the second one's turn


def test_an_address_that_may_not_be_called_is_refused_at_once() -> None:
    world = small()
    for address in ("http://partage.exemple.fr/depot", "ftp://partage.exemple.fr", "partage"):
        with pytest.raises(Refused) as refused:
            create_destination(by=world.coordinator, name="Partage", kind="webdav", address=address, user=USER, secret=PASSWORD)
        assert refused.value.code == "address_refused"
