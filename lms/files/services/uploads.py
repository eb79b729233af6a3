"""Large files that come piece by piece and go on where the network cut them (tus 1.0, ADR 25)."""

from datetime import timedelta
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from lms import clock
from lms.files.models import PrivateFile, Upload, UploadPart, private_storage, random_name
from lms.files.rules import check_file, check_part, check_room, shown_name
from lms.files.services.keeping import keep_file, used_by
from lms.refusal import Refused

KEPT_FOR = timedelta(days=1)
HEAD = 512  # bytes that tell a format
BLOCK = 64 * 1024


class _Stream(File[bytes]):
    """`length` bytes of a request, read once."""

    def __init__(self, source: IO[bytes], length: int, head: bytes) -> None:
        super().__init__(None)
        self._source, self._left, self._head, self.count = source, length - len(head), head, 0

    def chunks(self, chunk_size: int | None = None) -> Any:  # noqa: ARG002  Django's signature
        block = self._head
        while block:
            self.count += len(block)
            yield block
            block = self._source.read(min(BLOCK, self._left)) if self._left else b""
            self._left -= len(block)


def begin_upload(*, owner: UUID, name: str, size: int) -> Upload:
    """A large file is announced. Refused by its name, its size, or for want of room, before a byte of it travels."""
    name = shown_name(name)
    check_file(name, size, b"", max_bytes=settings.MAX_LARGE_BYTES, is_whole=False)
    check_room(used=used_by(owner), size=size, quota=settings.QUOTA_BYTES)
    return Upload.objects.create(owner=owner, name=name, size=size, created_at=clock.now())


def add_part(*, upload: Upload, offset: int, length: int, source: IO[bytes]) -> Upload:
    """Keep the next piece. Of two that begin at the same byte one is kept; the other, and one out of its place, are refused (`Stale`).

    Refused too: past the end, not all there (nothing of it is kept), and a first piece that is not of the format its name says.
    """
    check_part(name=upload.name, size=upload.size, received=upload.received, offset=offset, length=length)
    head = source.read(min(HEAD, length))
    if offset == 0:
        check_file(upload.name, upload.size, head, max_bytes=settings.MAX_LARGE_BYTES)
    storage, stream = private_storage(), _Stream(source, length, head)
    path = storage.save(random_name(upload, ""), stream)
    try:
        if stream.count != length:
            raise Refused("part_broken", f"« {upload.name} » s'est arrêté en route. Reprends l'envoi.")
        with transaction.atomic():
            taken = Upload.objects.filter(pk=upload.pk, received=offset).update(received=offset + length)
            now = Upload.objects.filter(pk=upload.pk).values_list("received", flat=True).first()
            if not taken:
                check_part(name=upload.name, size=upload.size, received=now or 0, offset=-1, length=length)
            UploadPart.objects.create(upload=upload, offset=offset, content=path)
    except BaseException:
        storage.delete(path)
        raise
    upload.received = offset + length
    return upload


def keep_upload(*, owner: UUID, uuid: UUID) -> PrivateFile | None:
    """Make a private file of one that has come whole, in the caller's transaction. None: not there, or kept already. Refused as `keep_file`."""
    upload = Upload.objects.select_for_update().filter(owner=owner, uuid=uuid).first()
    if upload is None:
        return None
    if upload.received != upload.size:
        raise Refused("upload_unfinished", f"« {upload.name} » n'est pas encore arrivé en entier. Choisis-le à nouveau : l'envoi reprend.")
    with TemporaryUploadedFile(upload.name, "", upload.size, None) as whole:
        for part in upload.parts.all():
            with part.content.open("rb") as piece:
                for block in iter(lambda piece=piece: piece.read(BLOCK), b""):  # type: ignore[misc]  # a stored file gives bytes
                    whole.write(block)
        whole.seek(0)
        drop_upload(upload=upload)
        return keep_file(owner=owner, upload=whole, max_bytes=settings.MAX_LARGE_BYTES)


@transaction.atomic
def drop_upload(*, upload: Upload) -> None:
    """Forget a file on its way; its pieces leave the disk when the transaction commits."""
    storage, paths = private_storage(), [str(part.content.name) for part in upload.parts.all()]
    upload.delete()

    def clear() -> None:
        for path in paths:
            storage.delete(path)

    transaction.on_commit(clear)


def remove_unfinished(*, older_than: timedelta = KEPT_FOR) -> int:
    """Forget the files that never came whole. Run by the worker; returns how many."""
    late = list(Upload.objects.filter(created_at__lt=clock.now() - older_than))
    for upload in late:
        drop_upload(upload=upload)
    return len(late)
