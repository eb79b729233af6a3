"""The evidence behind levels, for programs: read by who may read the levels, written through the services of the pages by trainers."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from competencies.models import EVIDENCE_WORDS, Competency, Evidence
from competencies.rest import asked_uuid, reader_of, uuid_filter, writers
from competencies.rules import HIGHEST, LOWEST
from competencies.services import decide_level, note_opinion, withdraw_evidence
from lms.home.selectors.evidence import evidence_read_by
from lms.people.models import User
from lms.people.rules import Role

KINDS = list(EVIDENCE_WORDS)
SAID = ("client", "tutor", "external")


class EvidenceRow(serializers.ModelSerializer[Evidence]):
    """One piece of evidence: a criterion, or without one a whole competency, seen on one occasion. Without a level it stands beside."""

    trainee = serializers.UUIDField(source="trainee.uuid")
    competency = serializers.UUIDField(source="competency.uuid")
    code = serializers.CharField(source="competency.code")
    criterion = serializers.CharField(source="criterion.code", default=None, allow_null=True)
    kind = serializers.ChoiceField(KINDS)
    assessor = serializers.UUIDField(source="assessor.uuid")
    statement = serializers.UUIDField(source="statement_id")

    class Meta:
        model = Evidence
        fields = [
            "uuid", "trainee", "competency", "code", "criterion", "kind", "level", "note", "occasion", "statement", "assessor", "at",
            "withdrawn_at", "withdrawn_reason",
        ]  # fmt: skip


class OpinionRequest(serializers.Serializer[Evidence]):
    """What somebody said of some competencies. `key` is drawn by the program and names the occasion: sent again, it is kept once."""

    key = serializers.UUIDField()
    trainee = serializers.UUIDField()
    competencies = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=50)
    kind = serializers.ChoiceField(SAID)
    level = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST, required=False, allow_null=True)
    said = serializers.CharField(max_length=500)


class DecisionRequest(serializers.Serializer[Evidence]):
    """A level set by the token's owner, for a reason that the trainee reads. `key`: sent again, it is decided once."""

    key = serializers.UUIDField()
    trainee = serializers.UUIDField()
    competency = serializers.UUIDField()
    level = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    reason = serializers.CharField(max_length=500)


class WithdrawalRequest(serializers.Serializer[Evidence]):
    """Everything that one occasion proved of one trainee, taken back for a reason that they read."""

    trainee = serializers.UUIDField()
    occasion = serializers.UUIDField()
    reason = serializers.CharField(max_length=500)


SINCE = OpenApiParameter("since", OpenApiTypes.DATETIME, description="Only what was seen from that moment on.")
KIND = OpenApiParameter("kind", str, enum=KINDS, description="Only this kind.")


@extend_schema_view(list=extend_schema(parameters=[uuid_filter("trainee"), uuid_filter("competency"), KIND, SINCE]))
class EvidenceRows(ListModelMixin, viewsets.GenericViewSet[Evidence]):
    """The evidence about the trainees one may read, what was withdrawn included. Trainers write, for the trainees they follow."""

    queryset = Evidence.objects.none()
    serializer_class = EvidenceRow
    permission_classes = [writers(Role.TRAINER, words=_("Les preuves s'écrivent par un formateur de la promotion."))]
    parser_classes = [JSONParser, FormParser, MultiPartParser]

    def get_queryset(self) -> QuerySet[Evidence]:
        rows = evidence_read_by(reader_of(self.request))
        for name in ("trainee", "competency"):
            uuid = asked_uuid(self.request, name)
            rows = rows.filter(**{f"{name}__uuid": uuid}) if uuid else rows
        asked = EvidenceFilter(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return rows.filter(**{FILTERS[name]: value for name, value in asked.validated_data.items()})

    @extend_schema(request=OpinionRequest, responses={201: EvidenceRow(many=True)})
    @action(detail=False, methods=["post"])
    def opinion(self, request: Request) -> Response:
        """Keep beside the levels what a client, a tutor or another system said."""
        typed = self._typed(OpinionRequest, request)
        competencies = list(Competency.objects.filter(uuid__in=typed["competencies"], live=True).order_by("pk"))
        if len(competencies) < len(set(typed["competencies"])):
            raise serializers.ValidationError({"competencies": [_("Aucune compétence n'a l'un de ces uuid.")]})
        person = self._person(typed["trainee"])
        note_opinion(
            by=reader_of(request), trainee=person, competencies=competencies, kind=typed["kind"], level=typed.get("level"),
            said=typed["said"], key=typed["key"],
        )  # fmt: skip
        return self._kept(person, typed["key"], status=201)

    @extend_schema(request=DecisionRequest, responses={201: EvidenceRow(many=True)})
    @action(detail=False, methods=["post"])
    def decision(self, request: Request) -> Response:
        """Set a level; what was seen before no longer counts."""
        typed = self._typed(DecisionRequest, request)
        person = self._person(typed["trainee"])
        competency = get_object_or_404(Competency.objects.filter(live=True), uuid=typed["competency"])
        decide_level(
            by=reader_of(request), trainee=person, competency=competency, level=typed["level"], reason=typed["reason"], key=typed["key"]
        )
        return self._kept(person, typed["key"], status=201)

    @extend_schema(request=WithdrawalRequest, responses=EvidenceRow(many=True))
    @action(detail=False, methods=["post"])
    def withdrawal(self, request: Request) -> Response:
        """Take back what one occasion proved."""
        typed = self._typed(WithdrawalRequest, request)
        person = self._person(typed["trainee"])
        withdraw_evidence(by=reader_of(request), trainee=person, occasion=typed["occasion"], reason=typed["reason"])
        return self._kept(person, typed["occasion"], status=200)

    def _typed(self, shape: type[serializers.Serializer[Evidence]], request: Request) -> dict[str, Any]:
        asked = shape(data=request.data)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)

    def _person(self, uuid: UUID) -> User:
        found: User = get_object_or_404(User.objects.trainees_visible_to(reader_of(self.request)), uuid=uuid)
        return found

    def _kept(self, person: User, occasion: UUID, *, status: int) -> Response:
        rows = evidence_read_by(reader_of(self.request)).filter(trainee=person, occasion=occasion)
        if not rows:
            raise serializers.ValidationError({"key": [_("Cette clé a déjà servi. Tirez-en une autre.")]})
        return Response(EvidenceRow(rows, many=True).data, status=status)


class EvidenceFilter(serializers.Serializer[Evidence]):
    kind = serializers.ChoiceField(KINDS, required=False)
    since = serializers.DateTimeField(required=False)


FILTERS = {"kind": "kind", "since": "at__gte"}
