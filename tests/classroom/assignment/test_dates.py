"""Moments as a person writes and reads them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.assignment.dates import moment, said, typed_moment

zones = st.timedeltas(min_value=timedelta(hours=-14), max_value=timedelta(hours=14)).map(
    lambda shift: timezone(timedelta(minutes=shift // timedelta(minutes=1)))
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-30", datetime(2026, 11, 30, 23, 59, 59).astimezone()),
        ("2026-11-30 18:00", datetime(2026, 11, 30, 18).astimezone()),
        ("2026-11-30T18:00+01:00", datetime(2026, 11, 30, 17, tzinfo=UTC)),
        ("2026-11-30T18:00Z", datetime(2026, 11, 30, 18, tzinfo=UTC)),
        ("20261130", datetime(2026, 11, 30, 23, 59, 59).astimezone()),
    ],
)
def test_a_typed_date_is_taken_as_it_is_meant(typed, meant):
    assert typed_moment(typed) == meant


@given(st.text())
def test_whatever_is_typed_is_a_moment_with_a_time_zone_or_none_at_all(text):
    found = typed_moment(text)

    assert found is None or found.tzinfo


@pytest.mark.parametrize("written", [None, "2026-11-30", 3, 1.5, True, [], {}])
def test_what_is_no_date_is_none(written):
    assert moment(written) is None


def test_a_moment_is_told_in_english_with_its_time_zone():
    assert said(datetime(2026, 11, 30, 23, 59, 59, tzinfo=timezone(timedelta(hours=1)))) == (
        "Mon 30 Nov 2026 23:59 +01:00"
    )
    assert said(datetime(2026, 3, 1, 8, 5, tzinfo=UTC)) == "Sun 1 Mar 2026 08:05 UTC"


@given(when=st.datetimes(timezones=zones))
def test_every_moment_can_be_told(when):
    assert str(when.year) in said(when)


@given(day=st.dates())
def test_a_day_alone_ends_with_its_last_second_or_is_out_of_reach(day):
    end = moment(day)

    assert end is None or (end.hour, end.minute, end.second) == (23, 59, 59)
    assert end is None or date(end.year, end.month, end.day) == day
