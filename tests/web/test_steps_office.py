"""The step of booking that finds an office and a time there."""

from __future__ import annotations

import pytest

from heli.ground import clock
from heli.law.services import Service
from heli.places.models import Office
from tests.bookings.factories import a_couple, an_office, hold
from tests.web.walking import DAY, Visitor, a_slot, an_office_in

pytestmark = pytest.mark.usefixtures("database")


class TestOffice:
    def at_office(self) -> Visitor:
        visitor = Visitor().proves(a_couple().applicant)
        visitor.sends("/book/replacement")
        visitor.sends()
        visitor.sends()
        assert visitor.step == "office"
        return visitor

    def test_shows_the_offices_with_how_many_days_are_free(self):
        slot = a_slot(Service.REPLACEMENT)

        visitor = self.at_office()

        assert slot.office.name in visitor.text
        assert "今后30天里有 1 天有空" in visitor.text

    @pytest.mark.parametrize("typed", ["天河", "tianhe", "440106", "广州", "演示第"])
    def test_finds_by_region_in_characters_pinyin_and_code_and_by_name(self, typed):
        slot, visitor = a_slot(Service.REPLACEMENT), self.at_office()

        visitor.opens(f"{visitor.here}?q={typed}")

        assert f'value="{slot.office_id}"' in visitor.text

    def test_shows_those_around_where_the_region_has_none(self):
        slot, visitor = a_slot(Service.REPLACEMENT), self.at_office()

        visitor.opens(f"{visitor.here}?q=越秀")

        assert "附近可以网上预约的" in visitor.text
        assert f'value="{slot.office_id}"' in visitor.text

    def test_names_the_telephone_where_there_is_no_online_way(self):
        Office.objects.create(
            id="by-phone",
            name="电话登记处",
            region_id="530102",
            phone="0871-00000000",
            services=["replacement"],
            source="tests",
            as_of="2026-11-24",
            confidence="high",
            is_bookable=False,
        )
        visitor = self.at_office()

        visitor.opens(f"{visitor.here}?q=昆明 五华")

        assert "这里暂时没有网上预约" in visitor.text
        assert "0871-00000000" in visitor.text

    def test_of_like_names_takes_the_one_with_bookings_and_shows_the_others(self):
        slot = a_slot(Service.REPLACEMENT, office=an_office_in("530102"))
        visitor = self.at_office()

        visitor.opens(f"{visitor.here}?q=五华")

        assert f'value="{slot.office_id}"' in visitor.text
        assert "名字相近的地方" in visitor.text
        assert "广东省 梅州市 五华县" in visitor.text

    def test_says_so_when_nothing_is_found(self):
        visitor = self.at_office()

        visitor.opens(f"{visitor.here}?q=qqqq")

        assert "没有找到。" in visitor.text

    def test_another_office_lets_go_of_the_time(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()
        visitor.reaches_check(couple, slot)
        draft, other = visitor.draft, a_slot()

        visitor.sends(f"/book/{draft}/office", office=other.office_id)

        assert visitor.step == "time"
        visitor.opens(f"/book/{draft}/check")
        assert visitor.step == "time"

    def test_an_unknown_office_is_refused_and_the_draft_stays(self):
        visitor = self.at_office()
        draft = visitor.draft

        visitor.sends(office="nowhere")

        assert visitor.page.status_code == 404
        visitor.opens(f"/book/{draft}/office")
        assert visitor.page.status_code == 200


class TestTime:
    def test_coming_back_shows_the_day_chosen_before(self):
        couple, office, visitor = a_couple(), an_office(), Visitor()
        now = clock.now()
        a_slot(office=office, starts_at=now + 3 * DAY)
        slot = a_slot(office=office, starts_at=now + 9 * DAY)
        visitor.reaches_check(couple, slot)

        visitor.opens(f"/book/{visitor.draft}/time")

        assert f'value="{slot.id}"' in visitor.text

    @pytest.mark.parametrize("slot_id", ["", "x", "-1", "9" * 40, "１"])
    def test_what_is_no_slot_leads_back_to_the_times(self, slot_id):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()
        visitor.reaches_check(couple, slot)

        visitor.sends(f"/book/{visitor.draft}/time", slot=slot_id)

        assert visitor.step == "time"

    def test_an_office_without_free_places_says_what_to_do(self):
        couple, slot, visitor = a_couple(), a_slot(places=1), Visitor()
        visitor.reaches_check(couple, slot)
        hold(a_couple(), slot, at=clock.now())

        visitor.opens(f"/book/{visitor.draft}/time")

        assert "可以换一个登记处" in visitor.text
