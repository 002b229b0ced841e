"""Reads a pack with dulwich, within our own limits of what it may unpack to.

Objects are found by the hash of their content, so a server cannot exchange any of them. Facts
about the format are from Git's own document gitformat-pack.
"""

from io import BytesIO
from typing import Final

from dulwich.object_format import SHA1
from dulwich.objects import ObjectID, ShaFile
from dulwich.pack import (
    DELTA_TYPES,
    PackData,
    PackInflater,
    UnpackedObject,
    take_msb_bytes_at,
    unpack_object_at,
)

MOST_BYTES: Final = 200_000_000
"""Bytes of all objects together, unpacked, with what deltas make of their bases."""

MOST_OBJECTS: Final = 60_000
_HEADER: Final = 12

Objects = dict[ObjectID, ShaFile]


class PackError(Exception):
    """What the server sent cannot be read as a pack; the text is for people."""


def read(pack: bytes) -> Objects:
    """Return the objects of a pack by their ids. Raises PackError."""
    try:
        with PackData.from_file(BytesIO(pack), SHA1) as data:
            data.check()
            return {found.id: found for found in _inflater(pack, data)}
    except PackError:
        raise
    except Exception as error:
        raise PackError("The pack is damaged.") from error


def _inflater(pack: bytes, data: PackData) -> PackInflater:
    """Return what inflates the objects, after a pass that keeps none and adds up their sizes.

    Dulwich stops an object that is larger than its own header says, and has no limit for what
    headers say. So each size is judged before its object is inflated.
    """
    if len(data) > MOST_OBJECTS:
        raise PackError(f"The source has more than {MOST_OBJECTS} objects.")
    inflater = PackInflater(None, SHA1.hash_func, object_format=SHA1)
    inflater.set_pack_data(data)
    at, total = _HEADER, 0
    for _ in range(len(data)):
        first, *rest = take_msb_bytes_at(pack, at)[0]
        # Beside the size, the first byte holds the kind.
        total += (first & 15) | (_size(rest) << 4)
        _judge(total)
        unpacked, at = unpack_object_at(pack, at, SHA1.hash_func)
        if unpacked.pack_type_num in DELTA_TYPES:
            total += _result_size(unpacked)
            _judge(total)
        inflater.record(unpacked)
    return inflater


def _judge(total: int) -> None:
    if total > MOST_BYTES:
        raise PackError(f"The source has more than {MOST_BYTES // 1_000_000} MB.")


def _result_size(delta: UnpackedObject) -> int:
    """Return the size that a delta says its result has: the second number in it."""
    head = b"".join(delta.decomp_chunks)[:20]
    return _size(take_msb_bytes_at(head, take_msb_bytes_at(head, 0)[1])[0])


def _size(sevens: list[int]) -> int:
    return sum((byte & 127) << (7 * place) for place, byte in enumerate(sevens))
