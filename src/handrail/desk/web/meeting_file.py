"""A planned meeting as a file that a calendar takes in (RFC 5545).

One rule: it has when the meeting is and what people outside call it, and nothing of what it is called inside.
"""

from datetime import UTC, datetime
from hashlib import sha256

from icalendar import Calendar, Event

from handrail.handoff.history import Meeting


def meeting_file(handoff_id: int, meeting: Meeting, title: str, now: datetime) -> bytes:
    event = Event()
    name = sha256(f"{handoff_id}.{meeting.key}".encode()).hexdigest()[:32]
    event.add("uid", f"{name}@handrail")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", meeting.meets_at.astimezone(UTC))
    event.add("summary", title)
    calendar = Calendar()
    calendar.add("prodid", "-//Handrail//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
