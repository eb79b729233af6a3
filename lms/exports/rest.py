"""Exports, for programs: one's own files, how far each is, and asking for another where a person may."""

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from competencies.rest import reader_of, writers
from lms import clock
from lms.exports.formats import content_type_of
from lms.exports.formats.dossier import json_bytes
from lms.exports.kinds import EVERY_KIND
from lms.exports.models import Export, SharingConsent
from lms.exports.selectors import Follower, followers_of
from lms.exports.selectors.dossier import dossier_of
from lms.exports.selectors.profiles import profiles_for
from lms.exports.selectors.sharing import consents_by_trainee, dossier_enrolments
from lms.exports.services import cancel_export, request_dossier, request_export
from lms.exports.services.profiles import run_profile
from lms.exports.services.rights import dossier_reader, opened_for
from lms.people.models import User
from lms.people.rest import IDEMPOTENCY_KEY, once
from lms.people.rules import Role


class ExportRow(serializers.ModelSerializer[Export]):
    """One file: `state` waiting, running, done, failed, cancelled or expired; `done` of `total` says how far; `file` is where it is taken, once done.

    `profile` is the saved export it is a run of; `sha256` is of the whole file.
    """

    state = serializers.SerializerMethodField()
    done = serializers.IntegerField(source="job.progress", default=0)
    total = serializers.IntegerField(source="job.total", default=0)
    error = serializers.CharField(source="job.error", default="")
    profile = serializers.UUIDField(source="run.profile.uuid", default=None, allow_null=True)
    file = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = [
            "uuid", "kind", "format", "name", "state", "done", "total", "error", "rows", "sha256", "profile", "file", "created_at", "expires_at",
        ]  # fmt: skip

    def get_state(self, export: Export) -> str:
        state = str(export.job.state) if export.job else "waiting"
        return "expired" if state == "done" and not self._is_there(export) else state

    def get_file(self, export: Export) -> str | None:
        return reverse("api:export-file", args=[export.uuid], request=self.context.get("request")) if self._is_there(export) else None

    def _is_there(self, export: Export) -> bool:
        return bool(export.content) and export.expires_at > clock.now()


class ExportRequest(serializers.Serializer[Export]):
    """What to make: a `kind` and `format` of one `cohort` or one `trainee` (a dossier: of a trainee, its format is its own); or one run of a `profile`."""

    kind = serializers.CharField(max_length=40, required=False)
    format = serializers.CharField(max_length=7, required=False)
    cohort = serializers.UUIDField(required=False)
    trainee = serializers.UUIDField(required=False)
    profile = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(name in attrs for name in ("cohort", "trainee", "profile")) != 1:
            raise serializers.ValidationError(
                _("Nommez une promotion (cohort), un stagiaire (trainee) ou un profil (profile), et un seul.")
            )
        if "profile" not in attrs and "kind" not in attrs:
            raise serializers.ValidationError({"kind": [_("Dites quel contenu faire.")]})
        if "cohort" in attrs and attrs["kind"] == "dossier":
            raise serializers.ValidationError({"cohort": [_("Un dossier est d'un seul stagiaire : nommez-le (trainee).")]})
        return attrs


class Exports(ListModelMixin, RetrieveModelMixin, viewsets.GenericViewSet[Export]):
    """The files one asked for, and for the coordination those of the saved exports. Made by trainers, the coordination and certifiers."""

    queryset = Export.objects.none()
    serializer_class = ExportRow
    permission_classes = [
        writers(
            Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER,
            words=gettext_lazy("Un fichier est demandé par un formateur, la coordination ou un certificateur."),
        )
    ]  # fmt: skip
    parser_classes = [JSONParser, FormParser, MultiPartParser]
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Export]:
        return Export.objects.visible_to(reader_of(self.request)).select_related("job", "run__profile").order_by("-created_at", "-pk")

    @extend_schema(request=ExportRequest, responses={201: ExportRow}, parameters=[IDEMPOTENCY_KEY])
    @once
    def create(self, request: Request) -> Response:
        """Ask for a file; it is made in the background: look at it again until its state is `done`."""
        asked = ExportRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(self.get_serializer(_requested(request, asked.validated_data)).data, status=201)

    @extend_schema(request=None, responses=ExportRow)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, uuid: UUID) -> Response:  # noqa: ARG002  found by get_object
        """Stop a file that is being made; nothing is left of it."""
        cancel_export(by=reader_of(request), export=self.get_object())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, uuid: UUID) -> FileResponse:  # noqa: ARG002  found by get_object
        """The file itself, if one may still read whom it is about."""
        export = self.get_object()
        content = opened_for(reader_of(request), export)
        if content is None:
            raise Http404
        return FileResponse(content, as_attachment=True, filename=export.name, content_type=content_type_of(export.name))


class DossierRow(serializers.Serializer[Follower]):
    """Whose dossier one may read, on which programme; `consent`: when they said yes to it being given to the certifying body, or null."""

    trainee = serializers.UUIDField(source="uuid")
    programme = serializers.CharField(source="programme_title")
    enrolled_at = serializers.DateTimeField()
    consent = serializers.DateTimeField(allow_null=True)


class DossierRequest(serializers.Serializer[Export]):
    """Whose signed dossier to make."""

    trainee = serializers.UUIDField()


class DossierReaders(IsAuthenticated):
    """The trainee, and who teaches, coordinates or certifies them: as on the page of a dossier."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if reader_of(request).role not in EVERY_KIND["dossier"].roles:
            raise PermissionDenied(_("Un dossier est lu par le stagiaire, un formateur, la coordination ou un certificateur."))
        return True


class Dossiers(viewsets.GenericViewSet[SharingConsent]):
    """Dossiers of certification: of whom one may read them, what each says now, and the signed file, made in the background."""

    queryset = SharingConsent.objects.none()
    serializer_class = DossierRow  # type: ignore[assignment]  # rows of several tables
    permission_classes = [DossierReaders]
    lookup_field = "trainee"
    lookup_value_converter = "uuid"

    def list(self, request: Request) -> Response:
        """The trainees whose dossier one may read, each on their latest programme."""
        page: Any = self.paginate_queryset(dossier_enrolments(seen_by=reader_of(request)))  # type: ignore[arg-type]  # rows of another table
        told = consents_by_trainee([row.trainee_id for row in page])
        about = followers_of(dossier_enrolments(seen_by=reader_of(request)).filter(pk__in=[row.pk for row in page]))
        rows: Any = [{**asdict(who), "consent": told.get(who.trainee)} for who in about]
        return self.get_paginated_response(DossierRow(rows, many=True).data)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def retrieve(self, request: Request, trainee: UUID) -> Response:
        """What the dossier of one trainee says now: `dossier.json` as docs/dossier.schema.json describes it, without its statements."""
        by = reader_of(request)
        get_object_or_404(User.objects.trainees_visible_to(by), uuid=trainee)
        who = dossier_reader(by, trainee)
        return Response(json.loads(json_bytes(dossier_of(who))))

    @extend_schema(request=DossierRequest, responses={201: ExportRow}, parameters=[IDEMPOTENCY_KEY])
    @once
    def create(self, request: Request) -> Response:
        """Ask for the signed file; it is followed and taken as any export."""
        asked = DossierRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        export = request_dossier(by=reader_of(request), trainee=asked.validated_data["trainee"], key=uuid4())
        return Response(ExportRow(export, context=self.get_serializer_context()).data, status=201)


def _requested(request: Request, typed: dict[str, Any]) -> Export:
    by, key = reader_of(request), uuid4()
    if "profile" in typed:
        return run_profile(by=by, profile=get_object_or_404(profiles_for(by), uuid=typed["profile"]), key=key)
    if typed["kind"] == "dossier":
        return request_dossier(by=by, trainee=typed["trainee"], key=key)
    return request_export(
        by=by, kind=typed["kind"], format_=typed.get("format", ""), key=key, cohort=typed.get("cohort"), trainee=typed.get("trainee")
    )
