"""Free places: the door and the web processes behind it answer the same questions the same."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from tests.door.ends import QUIET_OFFICE, Ends, at_both, code_of, is_of_the_door

QUERIES = {
    "a service": "service=divorce_application",
    "another service": "service=counselling",
    "from a day": "service=marriage&from={0}",
    "to a day": "service=marriage&to={30}",
    "both": "service=divorce_application&from={0}&to={91}",
    "one day": "service=divorce_application&from={20}&to={20}",
    "more than is asked for": "service=marriage&x=1&y=%E5%B9%BF",
    "an escape": "service=%6darriage&fro%6d={3}",
    "a name twice": "service=marriage&service=counselling",
    "a name twice, wrong first": "service=x&service=counselling",
    "a name twice, wrong last": "service=counselling&service=x",
}
WRONG_QUERIES = {
    "nothing": "",
    "no service": "from={0}",
    "an unknown service": "service=divorce",
    "an empty service": "service=",
    "93 days": "service=marriage&from={0}&to={93}",
    "to before from": "service=marriage&from={3}&to={2}",
    "no day": "service=marriage&from=tomorrow",
    "an empty day": "service=marriage&from=",
    "31 February": "service=marriage&from=2027-02-31",
    "another form": "service=marriage&from=2027-2-1",
    "a moment": "service=marriage&from=2027-02-01T00:00:00Z",
    "the last day there is": "service=marriage&from=9999-12-31",
    "the first day there is": "service=marriage&from=0001-01-01",
    "until the last": "service=marriage&to=9999-12-31",
    "full-width digits": "service=marriage&from=%EF%BC%92027-02-01",
    "not UTF-8": "service=%ff",
    "NUL": "service=marriage%00",
    "NUL where nobody asks": "service=marriage&x=%00",
}
ODD_QUERIES = {
    "no value": "service=marriage&x",
    "nothing between": "&&service=marriage&&",
    "a semicolon": "service=marriage;x=1",
    "a space": "service=marriage+",
    "very many": "service=marriage" + "&x=1" * 1200,
}

AVAILABILITY = f"/api/v1/offices/{QUIET_OFFICE}/availability"


@pytest.fixture(scope="module", autouse=True)
def places(ends: Ends) -> None:
    """Slots of three services, known to both: a jump of the clock makes the doors look anew."""
    for service in ("divorce_application", "marriage", "counselling"):
        ends.a_slot(service, office=QUIET_OFFICE)
    ends.door.post("/api/v1/demo/clock", json={"advance_days": 0})


class TestAvailability:
    @pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
    def test_of_a_question_in_order(self, ends, query):
        answer = at_both(ends, f"{AVAILABILITY}?{with_days(ends, query)}", {}, "GET")

        if "x" not in query:
            assert answer.status_code == 200
            assert is_of_the_door(answer)

    @pytest.mark.parametrize("query", WRONG_QUERIES.values(), ids=WRONG_QUERIES)
    def test_of_a_question_that_is_not(self, ends, query):
        answer = at_both(ends, f"{AVAILABILITY}?{with_days(ends, query)}", {}, "GET")

        assert code_of(answer) == (422, "invalid_input")
        assert answer.json()["errors"]

    @pytest.mark.parametrize("query", ODD_QUERIES.values(), ids=ODD_QUERIES)
    def test_of_an_odd_question(self, ends, query):
        answer = at_both(ends, f"{AVAILABILITY}?{query}", {}, "GET")

        assert answer.status_code < 500

    @pytest.mark.parametrize(
        "path",
        [
            "/api/v1/offices/nowhere-1/availability?service=marriage",
            "/api/v1/offices/nowhere-1/availability?service=x",
            f"/api/v1/offices/{'x' * 41}/availability?service=marriage",
            "/api/v1/offices/%E5%B9%BF/availability?service=marriage",
            "/api/v1/offices//availability?service=marriage",
            f"{AVAILABILITY}/?service=marriage",
            f"/api/v1/offices/{QUIET_OFFICE}%0A/availability?service=marriage",
            f"/api/v1/offices/{QUIET_OFFICE}%2F/availability?service=marriage",
        ],
    )
    def test_of_an_office_that_is_not_there(self, ends, path):
        answer = at_both(ends, path, {}, "GET")

        assert answer.status_code in (404, 422)

    @pytest.mark.parametrize(
        "path",
        [
            f"/api/v1/offices/{QUIET_OFFICE.replace('-', '%2D')}/availability?service=counselling",
            f"/api/v1/offices/{QUIET_OFFICE}/%61vailability?service=counselling",
        ],
    )
    def test_of_a_path_with_escapes(self, ends, path):
        assert at_both(ends, path, {}, "GET").status_code == 200

    @pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "OPTIONS"])
    def test_of_other_methods(self, ends, method):
        answer = at_both(ends, f"{AVAILABILITY}?service=marriage", {}, method)

        assert answer.status_code in (200, 405)

    def test_with_a_header_twice(self, ends):
        sent = {"headers": [("accept", "a/b"), ("accept", "c/d")]}

        assert at_both(ends, f"{AVAILABILITY}?service=marriage", sent, "GET").status_code == 200


def with_days(ends: Ends, query: str) -> str:
    """The query with days from business time's today, in Shanghai, for their numbers."""
    today = date.fromisoformat(
        ends.web.post("/api/v1/demo/clock", json={"advance_days": 0}).json()["today"]
    )
    return re.sub(r"\{(\d+)\}", lambda days: str(today + timedelta(days=int(days[1]))), query)
