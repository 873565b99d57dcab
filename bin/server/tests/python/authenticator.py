"""An authenticator app (RFC 6238: SHA-1, six digits, 30 seconds)."""

import base64
import hmac
import struct
import time

STEP = 30


def code(secret, step=0):
    """The code of now, or of some steps from now."""
    count = int(time.time()) // STEP + step
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", count), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def wait_for_room(seconds=5):
    """Waits until a code that is made now stands for so long, so that no step ends on its way to the server."""
    left = STEP - time.time() % STEP
    if left < seconds:
        time.sleep(left)


def wrong(secret):
    """A code that is none of those that may be accepted now or soon."""
    taken = {code(secret, step) for step in range(-3, 4)}
    return next(text for text in (f"{number:06}" for number in range(10)) if text not in taken)
