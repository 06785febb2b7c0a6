"""The texts of a vocabulary's tokens, read from a ``tokenizer.json`` without the library that made it.

Byte-level vocabularies (GPT-2's, and most since) spell a token's bytes with printable characters, a space as Ġ. Here
a token is the text it stands for; bytes that are no whole character are shown as Python writes them, ``\\xe2``.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from generators.errors import UsageError


def texts(path: Path) -> tuple[str, ...]:
    """Every token's text, by its number; UsageError when the file is no vocabulary of numbered tokens."""
    try:
        content = json.loads(path.read_bytes())
        numbered = _numbered(content)
        byte_level = '"ByteLevel"' in json.dumps([content.get("pre_tokenizer"), content.get("decoder")])
        added = {each["content"] for each in content.get("added_tokens", ())}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is no vocabulary: expected a tokenizer.json, with model.vocab: {error!r}") from error
    if sorted(numbered) != list(range(len(numbered))):
        raise UsageError(f"{path} numbers {len(numbered)} tokens up to {max(numbered, default=0)}: expected each once")
    ordered = [numbered[token] for token in range(len(numbered))]
    return tuple(_text(token) if byte_level and token not in added else token for token in ordered)


def _numbered(content: Any) -> dict[int, str]:
    """Token number -> token, as the file spells it; a vocabulary is a table, or a list of tokens with scores."""
    vocabulary = content["model"]["vocab"]
    if isinstance(vocabulary, list):
        vocabulary = {token: number for number, (token, _) in enumerate(vocabulary)}
    added = {each["id"]: each["content"] for each in content.get("added_tokens", ())}
    return {number: token for token, number in vocabulary.items()} | added


def _text(token: str) -> str:
    spelled = _spelled_bytes()
    return bytes(spelled[character] for character in token).decode("utf-8", "backslashreplace")


@cache
def _spelled_bytes() -> dict[str, int]:
    """The character that spells each byte: itself where it can be seen, else the next unused one from U+0100 on."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    unseen = [byte for byte in range(256) if byte not in seen]
    return {chr(byte): byte for byte in seen} | {chr(0x100 + n): byte for n, byte in enumerate(unseen)}
