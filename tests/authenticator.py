"""A passkey in software: makes a key pair, answers challenges as a phone does, and can be copied."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
"""Flags of an answer: somebody touched it, it knew them, a new key is with it."""
ES256 = -7


@dataclass
class Authenticator:
    """One passkey of one user, for pages at `origin`."""

    origin: str = "http://localhost"
    party: str = "localhost"
    count: int = 0
    """Of its uses, as it says itself; stays 0 where `counts` is off."""
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    handle: bytes = b""

    def __post_init__(self) -> None:
        self._key = generate_private_key(SECP256R1())

    def makes(self, question: str) -> str:
        """Answer what a page asks a browser to make."""
        asked = json.loads(question)
        self.handle = asked["user"]["id"]
        numbers = self._key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        public = encode_cbor({1: 2, 3: ES256, -1: 1, -2: x, -3: y})
        known = b"\0" * 16 + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(HAS_KEY) + known
        made = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._sent(
            {
                "clientDataJSON": self._client("webauthn.create", asked["challenge"]),
                "attestationObject": made,
            }
        )

    def answers(self, question: str) -> str:
        """Answer what a page asks a browser to sign."""
        self.count += self.counts
        client, data = self._client("webauthn.get", json.loads(question)["challenge"]), self._data()
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        parts: dict[str, bytes | str] = {"clientDataJSON": client, "authenticatorData": data}
        return self._sent(parts | {"signature": signature, "userHandle": self.handle})

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int = 0) -> bytes:
        party = hashlib.sha256(self.party.encode()).digest()
        return party + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _sent(self, parts: dict[str, bytes | str]) -> str:
        text = bytes_to_base64url(self.id)
        response = {
            name: part if isinstance(part, str) else bytes_to_base64url(part) for name, part in parts.items()
        }
        return json.dumps({"id": text, "rawId": text, "type": "public-key", "response": response})
