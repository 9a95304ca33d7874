"""What a mail says, whoever sent it and in whatever state it comes."""

import time
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.desk.post.quoting import parted
from handrail.desk.post.reading import file_in, read
from tests.core.mails import OURS, bounce, mail

# --- what is new -----------------------------------------------------------------------------------------------------

QUOTED = [
    ("Yes, please.\n\nOn Mon, 4 Jan 2027, Handrail <h@example.com>\nwrote:\n\n> Hello\n> Bye\n", "Yes, please."),
    ("> Shall we?\n\nYes.\n\n> When?\n\nOn Monday.\n", "Yes.\n\n\nOn Monday."),
    ("Am 04.01.2027 um 09:00 schrieb Handrail:\n> Hallo\n\nUnten ist auch neu.\n", "Unten ist auch neu."),
    ("Ja.\n\nVon: Handrail\nGesendet: Montag, 4. Januar 2027\nAn: Ana\nBetreff: Hallo\n\nHallo!\n", "Ja."),
    ("Oui.\n\nLe lun. 4 janv. 2027 à 09:00, Handrail <h@example.com> a écrit :\n\nBonjour\n", "Oui."),
    ("Ok\n________________________________\nFrom: Handrail\nSent: Monday\nTo: Ana\n\nHello\n", "Ok"),
    ("Ok\n\n-----Original Message-----\nFrom: Handrail\n", "Ok"),
    ("Done.\n\n-- \nAna Lima\nCedar Falls\n", "Done."),
    ("Done.\n\nSent from my iPhone\n\n> Hello\n", "Done."),
    ("On Monday I wrote: nothing.\nOn 3 May we meet.\n", "On Monday I wrote: nothing.\nOn 3 May we meet."),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "new"), QUOTED)
def test_what_is_new_is_told_from_what_is_quoted(text: str, new: str) -> None:
    assert parted(text).new == new


def test_html_alone_is_read_as_text() -> None:
    html = (
        "<html><head><style>p{}</style></head><body><p>Yes,&nbsp;<b>please</b>.</p><script>alert(1)</script>"
        "<div class=gmail_quote><div>On Monday somebody wrote:</div><blockquote>Hello</blockquote></div></body></html>"
    )
    letter = read(mail("Content-Type: text/html; charset=utf-8", body=html))
    assert (letter.sort, letter.new) == ("reply", "Yes, please.")


# --- what sort of mail it is -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "sort"),
    [
        (mail(), "reply"),
        (mail("Auto-Submitted: no"), "reply"),
        (mail("Auto-Submitted: auto-replied (vacation)"), "automatic"),
        (mail("Auto-Submitted: auto-generated"), "automatic"),
        (mail("Precedence: auto_reply"), "automatic"),
        (mail("X-Autoreply: yes"), "automatic"),
        (mail("Subject: Automatische Antwort: Hello"), "automatic"),
        (mail("Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Hello?="), "automatic"),
        (mail("Subject: Abwesenheit"), "reply"),
        (mail("Subject: Abwesenheit", "Return-Path: <>"), "automatic"),
        (mail("Subject: Out of office next week?"), "reply"),
        (mail("Subject: unsubscribe", body=""), "unsubscribe"),
        (mail(body="STOP\n"), "unsubscribe"),
        (mail(body="Please stop calling me.\n"), "reply"),
        (mail("Content-Type: text/calendar; method=REPLY", body="BEGIN:VCALENDAR\nMETHOD:REPLY\n"), "calendar"),
        (mail("Content-Type: text/calendar; method=REQUEST", body="BEGIN:VCALENDAR\nMETHOD:REQUEST\n"), "reply"),
        (bounce(), "bounce"),
        (bounce("2.0.0", "delivered"), "automatic"),
    ],
)  # fmt: skip
def test_sort_of_a_mail_is_told_by_its_headers(raw: bytes, sort: str) -> None:
    assert read(raw).sort == sort


@pytest.mark.parametrize(
    ("raw", "for_good", "says"),
    [
        (bounce(), True, "550 5.1.1 No such user here"),
        (bounce("4.2.2", "delayed", "smtp; 452 4.2.2 Mailbox full"), False, "452 4.2.2 Mailbox full"),
        (bounce("5.0.0", "failed", "X-Odd; refused"), True, "5.0.0 refused"),
    ],
)
def test_bounce_by_the_standard_says_whom_and_whether_for_good(raw: bytes, for_good: bool, says: str) -> None:
    letter = read(raw)
    assert letter.bounce is not None
    assert (letter.bounce.recipient, letter.bounce.for_good, letter.bounce.says) == (
        "ana@cedar.example",
        for_good,
        says,
    )
    assert letter.answers == (OURS,)


def test_bounce_without_a_report_is_known_by_sender_and_words() -> None:
    body = f"Hi. This is the qmail-send program.\nana@cedar.example:\n550 No such user\n\nMessage-ID: <{OURS}>\n"
    daemon = "MAILER-DAEMON@mx.example"
    letter = read(mail("Subject: failure notice", "In-Reply-To:", body=body, sender=daemon))
    assert letter.bounce is not None
    assert (letter.sort, letter.answers, letter.bounce.for_good, letter.bounce.says) == (
        "bounce",
        (OURS,),
        True,
        "550 No such user",
    )
    unsure = read(mail("Subject: failure notice", body="It did not work.\n", sender=daemon)).bounce
    assert unsure is not None
    assert not unsure.for_good
    assert read(mail("Subject: failure notice", body="550 I quote\n")).sort == "reply"


# --- what it answers, and which mail it is ---------------------------------------------------------------------------


def test_mail_answers_what_it_replies_to_and_then_its_thread_from_the_end() -> None:
    letter = read(mail("In-Reply-To: <b@x.example>", "References: <a@x.example> <b@x.example>\r\n <c@x.example>"))
    assert letter.answers == ("b@x.example", "c@x.example", "a@x.example")


def test_copy_that_came_another_way_is_the_same_mail() -> None:
    one, other = mail("Received: from a"), mail("Received: from b", "X-Spam: no")
    assert read(one).identity == read(other).identity
    assert read(one).identity != read(mail(body="Something else\n")).identity
    assert read(mail("Message-ID:")).identity != read(mail("Message-ID:", "X-Spam: no")).identity


def test_recipients_are_all_to_whom_it_may_have_come() -> None:
    letter = read(mail("To: R <Replies+t1@h.example>, o@x.example", "Cc: z@x.example", "Delivered-To: d@h.example"))
    assert letter.recipients == ("replies+t1@h.example", "o@x.example", "z@x.example", "d@h.example")


def test_words_of_headers_are_decoded_into_one_line() -> None:
    letter = read(
        mail("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe=0ABcc=3A_x=40y=2Eexample?=", sender="=?x?q?odd?= <A@C.example>")
    )
    assert (letter.subject, letter.sender) == ("Grüße Bcc: x@y.example", "a@c.example")


# --- hostile mail ----------------------------------------------------------------------------------------------------


def many_parts(count: int) -> bytes:
    parts = "".join(f"--b\nContent-Type: text/plain; name=f{n}\n\n{n}\n" for n in range(count))
    return mail('Content-Type: multipart/mixed; boundary="b"', body=f"{parts}--b--\n")


def nested(depth: int) -> bytes:
    begins = "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(depth))
    return mail('Content-Type: multipart/mixed; boundary="b0"', body=f"{begins}--b{depth}\n\nDeep down\n")


HOSTILE = [
    b"",
    b"\0" * 1000,
    b"From",
    b"From: <<<>>>@@\xff\xfe\r\nSubject: =?utf-8?b?////?=\r\n\r\nHi",
    many_parts(20_000),
    nested(3_000),
    mail("Content-Type: text/plain; charset=zlib_codec", body="Hi"),
    mail("Content-Type: text/plain; charset=unicode_escape", body="Hi \\N{BELL}"),
    mail('Content-Type: text/plain; charset="no such thing"', body="Hi"),
    mail("Content-Type: text/plain", "Content-Transfer-Encoding: base64", body="!!!not base64"),
    mail("Content-Type: multipart/mixed", body="no boundary"),
    mail("References: " + "<a@b> " * 50_000),
    mail("From: " + "a@b.example, " * 20_000),
    mail(body="> " * 100_000 + "\n" + "On 1 " * 50_000),
    mail("Content-Type: text/html", body="<div class=gmail_quote>" * 50_000 + "Hi"),
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_mail_is_read_to_an_end(raw: bytes) -> None:
    began = time.process_time()
    letter = read(raw)
    assert time.process_time() - began < 5
    assert len(letter.files) <= 200
    assert "\0" not in letter.new


@given(st.binary(max_size=300), st.sampled_from([mail(), bounce(), many_parts(3)]), st.integers(0, 900))
def test_mail_spoilt_anywhere_is_read_to_an_end(noise: bytes, raw: bytes, at: int) -> None:
    letter = read(raw[:at] + noise + raw[at:])
    assert letter.sort in {"reply", "automatic", "bounce", "unsubscribe", "calendar"}
    assert "\n" not in letter.subject


def test_files_that_came_with_it_are_named_and_handed_out_as_they_are() -> None:
    body = f"""--b
Content-Type: text/plain

See there.
--b
Content-Type: application/pdf; name="../../plan.pdf"
Content-Disposition: attachment; filename="../../plan.pdf"
Content-Transfer-Encoding: base64

{b64encode(b"%PDF-1.7 plan").decode()}
--b
Content-Type: message/rfc822

From: Bo <bo@cedar.example>
Subject: Inner

Inner text
--b--
"""
    raw = mail('Content-Type: multipart/mixed; boundary="b"', body=body)
    letter = read(raw)
    assert (letter.new, [(one.number, one.name) for one in letter.files]) == (
        "See there.",
        [(1, "../../plan.pdf"), (2, "forwarded mail.eml")],
    )
    assert file_in(raw, 1) == b"%PDF-1.7 plan"
    assert b"Inner text" in (file_in(raw, 2) or b"")
    assert file_in(raw, 9) is None
