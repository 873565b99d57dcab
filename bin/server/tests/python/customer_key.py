"""Values that a customer seals: 0x01, 12 bytes of nonce, AES-256-GCM ciphertext and tag (NIST SP 800-38D), in base64.

The standard library has no AES. This one is for the stories alone: slow, and it hides nothing from who measures time.
"""

import base64
import hashlib
import os


def _product(left, right):
    """In GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197, 4.2)."""
    product = 0
    while right:
        product ^= left if right & 1 else 0
        left = left << 1 ^ (0x11B if left & 0x80 else 0)
        right >>= 1
    return product


def _substitution(byte):
    inverse = next((other for other in range(256) if _product(byte, other) == 1), 0)
    turned = [inverse << turn | inverse >> 8 - turn for turn in range(1, 5)]
    for other in turned:
        inverse ^= other & 0xFF
    return inverse ^ 0x63


def _substitutions():
    return bytes(_substitution(byte) for byte in range(256))


BOX = _substitutions()


def _round_keys(key):
    words, factor = [key[at : at + 4] for at in range(0, 32, 4)], 1
    for at in range(8, 60):
        word = words[-1]
        if at % 8 == 0:
            word = bytes(BOX[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ factor]) + word[1:]
            factor = _product(factor, 2)
        elif at % 8 == 4:
            word = bytes(BOX[byte] for byte in word)
        words.append(bytes(a ^ b for a, b in zip(words[-8], word)))
    return [b"".join(words[at : at + 4]) for at in range(0, 60, 4)]


def _block(keys, block):
    state = bytes(a ^ b for a, b in zip(block, keys[0]))
    for number, key in enumerate(keys[1:], 1):
        state = bytes(BOX[state[(at + 4 * (at % 4)) % 16]] for at in range(16))
        if number < 14:
            mixed = []
            for at in range(0, 16, 4):
                column = state[at : at + 4]
                for row in range(4):
                    a, b, c, d = (column[(row + more) % 4] for more in range(4))
                    mixed.append(_product(a, 2) ^ _product(b, 3) ^ c ^ d)
            state = bytes(mixed)
        state = bytes(a ^ b for a, b in zip(state, key))
    return state


def _authenticated(subkey, blocks):
    """GHASH of whole blocks (SP 800-38D, 6.4)."""
    total = 0
    for block in blocks:
        left, right, total = total ^ int.from_bytes(block, "big"), subkey, 0
        for bit in range(127, -1, -1):
            total ^= right if left >> bit & 1 else 0
            right = right >> 1 ^ (0xE1 << 120 if right & 1 else 0)
    return total


def _blocks(text):
    return [text[at : at + 16].ljust(16, b"\0") for at in range(0, len(text), 16)]


def _crypted(keys, nonce, text):
    stream = (_block(keys, nonce + (2 + at).to_bytes(4, "big")) for at in range(len(_blocks(text))))
    return bytes(a ^ b for a, b in zip(text, b"".join(stream)))


def _tag(keys, nonce, sealed):
    subkey = int.from_bytes(_block(keys, bytes(16)), "big")
    lengths = (len(sealed) * 8).to_bytes(16, "big")
    total = _authenticated(subkey, [*_blocks(sealed), lengths])
    first = _block(keys, nonce + (1).to_bytes(4, "big"))
    return bytes(a ^ b for a, b in zip(total.to_bytes(16, "big"), first))


def new_key():
    return os.urandom(32)


def fingerprint(key):
    return hashlib.sha256(key).hexdigest()


def shown(key):
    """As it goes over the wire for a rotation."""
    return base64.b64encode(key).decode()


def seal(key, text, nonce=None):
    keys, nonce = _round_keys(key), nonce or os.urandom(12)
    sealed = _crypted(keys, nonce, text.encode())
    return base64.b64encode(b"\1" + nonce + sealed + _tag(keys, nonce, sealed)).decode()


def open_sealed(key, value):
    blob, keys = base64.b64decode(value), _round_keys(key)
    assert blob[0] == 1, blob[:1]
    nonce, sealed, tag = blob[1:13], blob[13:-16], blob[-16:]
    assert _tag(keys, nonce, sealed) == tag, "another key, or another value"
    return _crypted(keys, nonce, sealed).decode()


def checks_itself():
    """Test case 14 of the specification of GCM (McGrew and Viega, 2005): 16 zero bytes under a zero key."""
    value = base64.b64decode(seal(bytes(32), "\0" * 16, bytes(12)))
    assert value[13:].hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


checks_itself()
