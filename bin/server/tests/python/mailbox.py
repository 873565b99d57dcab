"""The mail of a server that writes it into a folder, and what people do with it; the folder is the stories' second argument."""

import email
import email.policy
import re
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

MAIL = Path(sys.argv[2])
# Longer than a mail may take, also on a busy machine, in seconds.
PATIENCE = 60


def mails(to):
    """The texts of the mails to an address, oldest first."""
    read = []
    for file in sorted(MAIL.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if mail["to"] == to:
            read.append(mail.get_body(("plain",)).get_content())
    return read


def mailed_links(to, page):
    """The links to a page in the mail to an address, oldest first."""
    found = [re.search(rf"\S+/{page}\S*", text) for text in mails(to)]
    return [match.group() for match in found if match]


def mailed_link(to, page, earlier=()):
    """The newest of them, once one has come that is not an earlier one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if links := [link for link in mailed_links(to, page) if link not in earlier]:
            return links[-1]
        time.sleep(0.05)
    raise AssertionError(f"no link to {page} came for {to}")


def mailed_token(to, page, earlier=()):
    """The token of such a link, wherever in the link it is kept."""
    link = urlsplit(mailed_link(to, page, earlier))
    (token,) = parse_qs(link.fragment or link.query)["token"]
    return token
