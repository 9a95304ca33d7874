"""Mails as people and programs send them."""

OURS = "handrail.7.12.x0123456789abcdef0123@handrail.example"


def mail(*headers: str, body: str = "Thank you!\n", sender: str = "Ana Lima <ana@cedar.example>") -> bytes:
    """A reply to a message of ours, unless `headers` say otherwise."""
    usual = {
        "From": sender,
        "To": "Handrail <replies@handrail.example>",
        "Subject": "Re: Hello",
        "Message-ID": "<1@cedar.example>",
        "In-Reply-To": f"<{OURS}>",
    }
    given = {one.partition(":")[0]: one.partition(":")[2].strip() for one in headers}
    lines = [f"{name}: {value}" for name, value in {**usual, **given}.items() if value]
    return "\r\n".join([*lines, "", body.replace("\n", "\r\n")]).encode()


def bounce(status: str = "5.1.1", action: str = "failed", code: str = "smtp; 550 5.1.1 No such user here") -> bytes:
    """A report by RFC 3464 about a message of ours."""
    body = f"""--b
Content-Type: text/plain

I could not deliver your mail.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.cedar.example

Final-Recipient: rfc822; Ana@Cedar.example
Action: {action}
Status: {status}
Diagnostic-Code: {code}

--b
Content-Type: text/rfc822-headers

From: Handrail <handrail@handrail.example>
Message-ID: <{OURS}>
Subject: Hello

--b--
"""
    return mail(
        "Subject: Undelivered Mail Returned to Sender",
        "In-Reply-To:",
        "Message-ID: <b1@mx.cedar.example>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "Auto-Submitted: auto-replied",
        body=body,
        sender="Mail Delivery System <MAILER-DAEMON@mx.cedar.example>",
    )
