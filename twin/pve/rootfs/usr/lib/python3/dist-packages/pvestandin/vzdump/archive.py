"""The archive of a guest, in a form of its own: its configuration and every byte that its volumes hold.

One line says what it is, one line of JSON describes the guest, then come pieces of the volumes: which volume, where, how
many bytes, and the bytes. A last record counts them, so that an archive that was cut is known as such. What a file's ending
says of compression is a name: the pieces are kept as they are.
"""
import contextlib
import errno
import json
import os
import struct
import time

from ..errors import PlainError

FIRST_LINE = b'proxmox-ha twin archive 1\n'
RECORD = struct.Struct('>IQI')
END = 0xFFFFFFFF
PIECE = 1024 * 1024
TOLD_S = 3


def write(path, description, sources, per_second, told):
    """(bytes looked at, bytes kept). `sources` are the paths of the volumes that `description` lists, in its order."""
    total, kept, pieces = sum(map(os.path.getsize, sources)), 0, 0
    begun = last = time.monotonic()
    before = 0
    try:
        with open(path, 'wb') as out:
            out.write(FIRST_LINE + json.dumps(description).encode() + b'\n')
            for number, source in enumerate(sources):
                for position, piece in pieces_of(source):
                    out.write(RECORD.pack(number, position, len(piece)) + piece)
                    kept, pieces = kept + len(piece), pieces + 1
                    if per_second:
                        time.sleep(max(0, kept / per_second - (time.monotonic() - begun)))
                    if time.monotonic() - last >= TOLD_S:
                        last = time.monotonic()
                        told(before + position + len(piece), total)
                before += os.path.getsize(source)
            out.write(RECORD.pack(END, pieces, 0))
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PlainError(f'write error - {error.strerror}') from error
        raise
    return total, kept


def pieces_of(source):
    """(position, bytes) of what a volume holds: holes are passed over, and so is what was written as zeros."""
    with open(source, 'rb') as taken:
        length, position, end = os.fstat(taken.fileno()).st_size, 0, 0
        while position < length:
            if position >= end:
                try:
                    position = os.lseek(taken.fileno(), position, os.SEEK_DATA)
                    end = os.lseek(taken.fileno(), position, os.SEEK_HOLE)
                except OSError as error:
                    if error.errno != errno.ENXIO:
                        raise
                    return
            piece = os.pread(taken.fileno(), min(PIECE, end - position), position)
            if not piece:
                return
            if piece.count(0) != len(piece):
                yield position, piece
            position += len(piece)


def description_of(path):
    """What an archive says of its guest."""
    try:
        with open(path, 'rb') as source:
            if source.readline() == FIRST_LINE:
                return json.loads(source.readline())
    except ValueError:
        pass
    raise PlainError(f"unable to read configuration from archive '{path}'")


def read(path, targets, per_second, told):
    """Puts what an archive holds into these files, which are empty and stand in the order of its volumes: bytes put."""
    total, kept, pieces = os.path.getsize(path), 0, 0
    begun = last = time.monotonic()
    with contextlib.ExitStack() as opened, open(path, 'rb') as source:
        if source.readline() != FIRST_LINE:
            raise PlainError('not an archive of this form')
        source.readline()
        files = [opened.enter_context(open(target, 'r+b')) for target in targets]
        while True:
            number, position, length = RECORD.unpack(_exactly(source, RECORD.size))
            if number == END:
                break
            piece = _exactly(source, length)
            if number >= len(files):
                raise PlainError(f'a piece of volume {number} of {len(files)}')
            if position + length > os.fstat(files[number].fileno()).st_size:
                raise PlainError(os.strerror(errno.ENOSPC))
            os.pwrite(files[number].fileno(), piece, position)
            kept, pieces = kept + length, pieces + 1
            if per_second:
                time.sleep(max(0, kept / per_second - (time.monotonic() - begun)))
            if time.monotonic() - last >= TOLD_S:
                last = time.monotonic()
                told(source.tell(), total)
        if position != pieces:
            raise PlainError(f'{pieces} pieces, where its end counts {position}')
        for file in files:
            os.fsync(file.fileno())
    return kept


def _exactly(source, length):
    found = source.read(length)
    if len(found) < length:
        raise PlainError('unexpected end of the archive')
    return found
