"""Form fields for places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import NotFound
from heli.places.queries import QUERY_LENGTH_MAX, RegionView, find_regions, is_called
from heli.places.retired import region_now

CODE_DIGITS = 6
NO_PLACE = _("没有找到这个地方。可以换个写法，或者不填。")
SEVERAL_PLACES = _("叫这个名字的地方不止一个，请把省和市也写上。")


class RegionField(forms.CharField):
    """A region by what people call it, or by its code; None where nothing is typed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("您在哪里（可以不填）"))
        options.setdefault("error_messages", {}).update(
            max_length=NO_PLACE, null_characters_not_allowed=NO_PLACE
        )
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(required=False, max_length=QUERY_LENGTH_MAX, widget=widget, **options)

    def clean(self, value: Any) -> RegionView | None:
        """The region. Raises ValidationError where none or more than one is meant."""
        typed = super().clean(value)
        return region_typed(typed) if typed else None


def region_typed(typed: str) -> RegionView:
    """The region that somebody means. Raises ValidationError for none, or for more than one.

    Where a province and a smaller place have the same name, the province is meant.
    """
    if typed.isascii() and typed.isdigit() and len(typed) == CODE_DIGITS:
        try:
            return region_now(typed)[0]
        except NotFound:
            raise forms.ValidationError(NO_PLACE) from None
    found = find_regions(typed)
    if not found:
        raise forms.ValidationError(NO_PLACE)
    word = typed.split()[-1]
    named = [region for region in found if is_called(region.name, word)]
    if len(named) > 1 and not named[0].code.endswith("0000"):
        raise forms.ValidationError(SEVERAL_PLACES)
    return found[0]


def words_of(region: RegionView) -> str:
    """A region as it can be typed again, and is meant alone."""
    return region.path.replace("/", " ")
