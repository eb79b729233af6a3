"""Sessions and decisions, for programs: those one may read; a jury's account decides and signs where a person may."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from competencies.rest import reader_of, writers
from lms.certification.models import Candidate, CertificationSession, Decision, Outcome, PresentedBlock
from lms.certification.services.decisions import decide, sign_decisions
from lms.people.models import User
from lms.people.rest import IDEMPOTENCY_KEY, once
from lms.people.rules import Role


class JuryDecisionRow(serializers.ModelSerializer[Decision]):
    """One decision: `text` as it was signed, `signatures` with their own texts and detached JWS (docs/certification.md)."""

    trainee = serializers.UUIDField(source="presented.candidate.trainee.uuid")
    block = serializers.UUIDField(source="presented.block.uuid")
    corrects = serializers.UUIDField(source="corrects.uuid", default=None, allow_null=True)
    is_current = serializers.SerializerMethodField()
    signatures = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields = [
            "uuid",
            "trainee",
            "block",
            "outcome",
            "comment",
            "corrects",
            "reason",
            "at",
            "is_current",
            "text",
            "statement_id",
            "signatures",
        ]

    def get_is_current(self, decision: Decision) -> bool:
        return not hasattr(decision, "corrected_by")

    def get_signatures(self, decision: Decision) -> list[dict[str, str]]:
        return [
            {"member": str(one.member.uuid), "name": one.member.name, "text": one.text, "jws": one.jws} for one in decision.signatures.all()
        ]


class PresentedRow(serializers.ModelSerializer[PresentedBlock]):
    """One block presented, and what it lacked that day."""

    block = serializers.UUIDField(source="block.uuid")
    code = serializers.CharField(source="block.code")

    class Meta:
        model = PresentedBlock
        fields = ["block", "code", "is_eligible", "missing", "despite"]


class CandidateRow(serializers.ModelSerializer[Candidate]):
    """One candidate: the trainee's uuid, never a name."""

    trainee = serializers.UUIDField(source="trainee.uuid")
    presented = PresentedRow(many=True)

    class Meta:
        model = Candidate
        fields = ["uuid", "trainee", "convoked_at", "presented"]


class SessionRow(serializers.ModelSerializer[CertificationSession]):
    """One session, what is certified there, and the candidates one may read."""

    certification = serializers.SerializerMethodField()
    candidates = CandidateRow(many=True, source="told")

    class Meta:
        model = CertificationSession
        fields = [
            "uuid",
            "name",
            "certification",
            "opens_on",
            "starts_on",
            "ends_on",
            "mode",
            "place",
            "postal_code",
            "closed_at",
            "candidates",
        ]

    def get_certification(self, session: CertificationSession) -> dict[str, Any]:
        one = session.certification
        named = {
            name: getattr(one, name)
            for name in ("title", "certifier", "kind", "code", "acquired_percent", "hours_percent", "needs_validation")
        }
        return {"uuid": str(one.uuid), "version": one.number, "framework": str(one.framework.uuid), **named}


class JuryDecisionRequest(serializers.Serializer[Decision]):
    """What the jury decided of one block; `corrects` is the uuid of the decision that it takes the place of, with the reason."""

    candidate = serializers.UUIDField()
    block = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    comment = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    corrects = serializers.UUIDField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class SignRequest(serializers.Serializer[Decision]):
    """The uuids of the decisions that were read."""

    decisions = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=500)


class Sessions(ListModelMixin, RetrieveModelMixin, viewsets.GenericViewSet[CertificationSession]):
    """The certification sessions one may read: the coordination all, a jury its own while they are open to it, others those of their people."""

    queryset = CertificationSession.objects.none()
    serializer_class = SessionRow
    permission_classes = [writers(Role.CERTIFIER, words=gettext_lazy("Seul le jury de cette session décide et signe."))]
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[CertificationSession]:
        reader = reader_of(self.request)
        candidates = Candidate.objects.visible_to(reader).filter(withdrawn_at=None).select_related("trainee")
        rows = CertificationSession.objects.visible_to(reader).select_related("certification__framework").order_by("-starts_on", "pk")
        return rows.prefetch_related(Prefetch("candidates", candidates.prefetch_related("presented__block"), to_attr="told"))

    @extend_schema(responses=JuryDecisionRow(many=True))
    @action(detail=True, methods=["get"])
    def decisions(self, request: Request, uuid: UUID) -> Response:  # noqa: ARG002  found by get_object
        """Every decision of a session that one may read, the corrected ones too."""
        session = self.get_object()
        rows: Any = _decisions(reader_of(request)).filter(presented__candidate__session=session)  # of another model than the view's
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(JuryDecisionRow(page, many=True).data)

    @extend_schema(request=JuryDecisionRequest, responses={201: JuryDecisionRow}, parameters=[IDEMPOTENCY_KEY])
    @decisions.mapping.post
    @once
    def decide(self, request: Request, uuid: UUID) -> Response:  # noqa: ARG002  found by get_object
        """One more decision by the session's jury, signed by who sends it."""
        session, reader = self.get_object(), reader_of(request)
        asked = JuryDecisionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        typed = asked.validated_data
        blocks = PresentedBlock.objects.filter(
            candidate__in=Candidate.objects.visible_to(reader).filter(session=session, withdrawn_at=None)
        )
        blocks = blocks.select_related("block", "candidate__trainee", "candidate__session__certification__framework")
        presented = get_object_or_404(blocks, candidate__uuid=typed.pop("candidate"), block__uuid=typed.pop("block"))
        made = decide(by=reader, presented=presented, **typed)
        return Response(JuryDecisionRow(_decisions(reader).get(pk=made.pk)).data, status=201)

    @extend_schema(request=SignRequest, responses={200: dict[str, int]})
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, uuid: UUID) -> Response:  # noqa: ARG002  found by get_object
        """Sign the decisions one has read, of those that count and that one has not signed yet."""
        session = self.get_object()
        asked = SignRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        read = [str(uuid) for uuid in asked.validated_data["decisions"]]
        return Response({"signed": sign_decisions(by=reader_of(request), session=session, read=read)})


def _decisions(reader: User) -> QuerySet[Decision]:
    rows = Decision.objects.visible_to(reader).select_related(
        "presented__candidate__trainee", "presented__block", "corrects", "corrected_by"
    )
    return rows.prefetch_related("signatures__member")
