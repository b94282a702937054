"""The cases of the person who asks."""

from __future__ import annotations

from uuid import UUID

from ninja import Router

from heli.api.auth import KnownBearer, KnownRequest
from heli.api.case_schemas import CaseOut
from heli.api.openapi import refuses_strangers
from heli.cases import queries
from heli.ground import clock
from heli.ground.refusals import NotFound

router = Router(tags=["cases"], auth=KnownBearer())


@router.get("", response=list[CaseOut], openapi_extra=refuses_strangers())
def get_cases(request: KnownRequest) -> list[CaseOut]:
    """This person's cases, the latest first."""
    return [CaseOut.of(view) for view in queries.cases_of(by=request.known, at=clock.now())]


@router.get("/{id}", response=CaseOut, openapi_extra=refuses_strangers(NotFound))
def get_case(request: KnownRequest, id: UUID) -> CaseOut:
    """One case. Somebody else's is `not_found`."""
    return CaseOut.of(queries.case_view(str(id), by=request.known, at=clock.now()))
