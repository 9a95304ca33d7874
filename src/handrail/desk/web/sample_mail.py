"""Mail that came in, made up for the page of the components: a reply, one of somebody else, and one that came back."""

from datetime import datetime, timedelta

from handrail.desk.queries.post import FileLine, MailLine, Reply

_FILES = (
    FileLine(
        number=1, name="Plan of the go-live, as agreed in the second meeting.pdf", size=240_000, is_handed_out=True
    ),
    FileLine(number=2, name="page.html", size=900, is_handed_out=False),
)


def sample_mails(now: datetime) -> tuple[Reply, ...]:
    return (
        _reply("Ana Lima", "ana@cedar.example", "Yes, please.\n\nWhen do we see the first file?", now, files=_FILES),
        _reply(
            "Xu Li", "xu.li@elsewhere.example", "I answer for Ana, who is away.", now, instead_of="ana@cedar.example"
        ),
        _reply("Mail Delivery System", "mailer-daemon@mx.cedar.example", "550 5.1.1 No such user", now, sort="refused"),
    )


def _reply(
    name: str,
    sender: str,
    text: str,
    now: datetime,
    *,
    files: tuple[FileLine, ...] = (),
    instead_of: str = "",
    sort: str = "open",
) -> Reply:
    line = MailLine(
        key="sample",
        at=now - timedelta(hours=3),
        sender=sender,
        name=name,
        subject="Re: Your go-live",
        begins=" ".join(text.split()),
        look=sort,
        word="Not delivered" if sort == "refused" else "Reply",
        files=len(files),
        reason="",
        settled_by="",
        handoff_id=None,
        customer="",
    )
    return Reply(
        line=line, text=text, files=files, instead_of=instead_of, answer="" if sort == "refused" else f"mailto:{sender}"
    )
