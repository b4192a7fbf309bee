#!/usr/bin/env python3
"""A reader of parcode files in plain Python, written from `docs/format.md` alone.

    python3 reader.py FILE                  the whole value as JSON, everything verified
    python3 reader.py FILE --writer H C     besides, whether the reference writer's free choices
                                            were made with threshold H and target C (section 19)

It is the proof that the document is complete, so it shares no code with the library, reads nothing
but the document's words into the bytes, and checks more than a reader has to: every checksum, claim,
tag, order, fence and fingerprint, and that no byte of the file is left unexplained. Section numbers
are those of the document.

How values are shown: integers as numbers, floats as the hex of their bits, text and chars as strings,
options as null or {"some": v}, sequences, arrays and tuples as lists, maps as lists of pairs in the
order of their keys' encoding, structs as objects, enums and named types as {name: …}, CBOR as
{"cbor": hex}, unit as null.
"""

import json
import struct
import sys

sys.setrecursionlimit(20_000)


class Damaged(Exception):
    """The file is not what the document says."""


def require(condition, what, *details):
    if not condition:
        raise Damaged(what if not details else f"{what}: {', '.join(map(str, details))}")


# --- Section 2: numbers and XXH3 ---------------------------------------------------------------

M64 = (1 << 64) - 1
P32 = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
P64 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)
SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
    "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)
KEYS = [struct.unpack_from("<8Q", SECRET, 8 * n) for n in range(16)]
LAST_KEY = struct.unpack_from("<8Q", SECRET, 121)
SCRAMBLE_KEY = struct.unpack_from("<8Q", SECRET, 128)


def u16(data, at):
    return int.from_bytes(data[at : at + 2], "little")


def u32(data, at):
    return int.from_bytes(data[at : at + 4], "little")


def u64(data, at):
    return int.from_bytes(data[at : at + 8], "little")


def fold(a, b):
    product = a * b
    return (product & M64) ^ (product >> 64)


def avalanche(h):
    h = (h ^ (h >> 37)) * 0x165667919E3779F9 & M64
    return h ^ (h >> 32)


def avalanche_xxh64(h):
    h = (h ^ (h >> 33)) * P64[1] & M64
    h = (h ^ (h >> 29)) * P64[2] & M64
    return h ^ (h >> 32)


def rotate(h, by):
    return (h << by | h >> (64 - by)) & M64


def mix16(data, at, secret):
    return fold(u64(data, at) ^ u64(SECRET, secret), u64(data, at + 8) ^ u64(SECRET, secret + 8))


def xxh3(data):
    """XXH3, 64 bits, seed 0."""
    n = len(data)
    if n > 240:
        return xxh3_long(data)
    if n == 0:
        return avalanche_xxh64(u64(SECRET, 56) ^ u64(SECRET, 64))
    if n <= 3:
        word = data[0] << 16 | data[n >> 1] << 24 | data[n - 1] | n << 8
        return avalanche_xxh64(word ^ (u32(SECRET, 0) ^ u32(SECRET, 4)))
    if n <= 8:
        h = (u32(data, n - 4) + (u32(data, 0) << 32)) ^ (u64(SECRET, 8) ^ u64(SECRET, 16))
        h ^= rotate(h, 49) ^ rotate(h, 24)
        h = h * 0x9FB21C651E98DF25 & M64
        h = (h ^ ((h >> 35) + n)) * 0x9FB21C651E98DF25 & M64
        return h ^ (h >> 28)
    if n <= 16:
        low = u64(data, 0) ^ (u64(SECRET, 24) ^ u64(SECRET, 32))
        high = u64(data, n - 8) ^ (u64(SECRET, 40) ^ u64(SECRET, 48))
        swapped = int.from_bytes(low.to_bytes(8, "little"), "big")
        return avalanche((n + swapped + high + fold(low, high)) & M64)
    h = n * P64[0]
    if n <= 128:
        for i in range((n - 1) // 32, -1, -1):
            h += mix16(data, 16 * i, 32 * i) + mix16(data, n - 16 * (i + 1), 32 * i + 16)
        return avalanche(h & M64)
    h += sum(mix16(data, 16 * i, 16 * i) for i in range(8))
    h = avalanche(h & M64)
    h += sum(mix16(data, 16 * i, 16 * (i - 8) + 3) for i in range(8, n // 16))
    h += mix16(data, n - 16, 136 - 17)
    return avalanche(h & M64)


def xxh3_long(data):
    n = len(data)
    acc = [P32[2], P64[0], P64[1], P64[2], P64[3], P32[1], P64[4], P32[0]]

    def stripe(lanes, keys):
        for i in range(8):
            lane = lanes[i]
            keyed = lane ^ keys[i]
            acc[i ^ 1] += lane
            acc[i] += (keyed & 0xFFFFFFFF) * (keyed >> 32)

    stripes = (n - 1) // 64
    for at, lanes in enumerate(struct.iter_unpack("<8Q", data[: stripes * 64])):
        stripe(lanes, KEYS[at % 16])
        if at % 16 == 15 and (at + 1) * 64 <= (n - 1) // 1024 * 1024:
            for i in range(8):
                lane = acc[i] & M64
                acc[i] = (lane ^ (lane >> 47) ^ SCRAMBLE_KEY[i]) * P32[0] & M64
    stripe(struct.unpack_from("<8Q", data, n - 64), LAST_KEY)
    h = n * P64[0]
    for i in range(4):
        h += fold(acc[2 * i] & M64 ^ u64(SECRET, 11 + 16 * i), acc[2 * i + 1] & M64 ^ u64(SECRET, 19 + 16 * i))
    return avalanche(h & M64)


def align(x, a):
    return -(-x // a) * a


def ceil(a, b):
    return -(-a // b)


class Cursor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        require(self.at + n <= len(self.data), "the end of a schema before its types")
        self.at += n
        return self.data[self.at - n : self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                require((byte != 0 or shift == 0) and value <= M64, "a varint in its shortest form")
                return value
            shift += 7
            require(shift < 70, "a varint of 64 bits")

    def name(self):
        return self.take(self.varint()).decode("utf-8")


def put_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


# --- Section 17: LZ4 blocks --------------------------------------------------------------------


def lz4(block, raw_len):
    """An LZ4 block, which must give exactly so many bytes."""
    out, at = bytearray(), 0

    def more(length):
        nonlocal at
        if length == 15:
            while True:
                byte = block[at]
                at += 1
                length += byte
                if byte != 255:
                    break
        return length

    try:
        while True:
            token = block[at]
            at += 1
            literals = more(token >> 4)
            require(at + literals <= len(block), "literals of an LZ4 block")
            out += block[at : at + literals]
            at += literals
            if at == len(block):
                break
            offset = u16(block, at)
            at += 2
            require(0 < offset <= len(out), "a match of an LZ4 block")
            length = more(token & 15) + 4
            require(len(out) + length <= raw_len, "the raw length of an LZ4 block")
            start = len(out) - offset
            if offset >= length:
                out += out[start : start + length]
            else:
                out += (out[start:] * (length // offset + 1))[:length]
    except IndexError:
        raise Damaged("the end of an LZ4 block") from None
    require(len(out) == raw_len, "the raw length of an LZ4 block", len(out), raw_len)
    return bytes(out)


# --- Section 17: arrangements ------------------------------------------------------------------

LANE_BITS = (0, 1, 2, 4, 8)
MOST_KINDS, MOST_PARTS, DEEPEST_PARTS, MOST_LISTS, MOST_LANES = 256, 1024, 16, 1024, 4096
TEXT_SPAN, TABLE_SPAN, POINTER, CHOICE, WIDE_CHOICE, REPETITION, SPAN = range(1, 8)


class Kind:
    """Elements of one type: what the arrangement says of them, and where they are in the content."""

    def __init__(self):
        self.count = self.stride = self.unit = self.used = 0
        self.widths, self.parts, self.elements = [], [], b""

    def pieces(self):
        return self.count * self.stride // self.unit if self.unit else 0

    def packed_len(self):
        return sum(ceil(self.pieces() * width, 8) for width in self.widths)

    def take_lanes(self, content):
        """The elements one behind another, from the content that starts with their lanes."""
        n, at = self.pieces(), 0
        self.elements = bytearray(n * self.unit)
        for lane, width in enumerate(self.widths):
            packed = content[at : at + ceil(n * width, 8)]
            at += len(packed)
            if width == 8:
                self.elements[lane :: self.unit] = packed
            elif width:
                values = [byte >> bit & (1 << width) - 1 for byte in packed for bit in range(0, 8, width)]
                require(not any(values[n:]), "unused bits of a lane that are zero")
                self.elements[lane :: self.unit] = bytes(values[:n])
        return content[at:]


class Arrangement:
    def __init__(self, stored, raw_len):
        cursor, self.raw_len = Cursor(stored), raw_len
        kinds = cursor.varint()
        require(kinds <= MOST_KINDS, "the number of kinds", kinds)
        self.kinds = [Kind() for _ in range(kinds)]
        self.parts = 0
        for kind in self.kinds:
            self.take_kind(cursor, kind)
        elements = sum(kind.count * kind.stride for kind in self.kinds)
        require(elements <= raw_len, "elements of no more bytes than there are", elements, raw_len)
        self.content_len = raw_len - elements + sum(kind.packed_len() for kind in self.kinds)
        self.compressed = stored[cursor.at :]

    def take_kind(self, cursor, kind):
        kind.count = cursor.varint()
        if kind.count == 0:
            return
        kind.stride = cursor.varint()
        require(kind.count * kind.stride <= self.raw_len, "elements of no more bytes than there are")
        kind.unit = cursor.varint()
        require(sum(kind.unit for kind in self.kinds) <= MOST_LANES, "so many lanes", kind.unit)
        require(kind.stride and kind.unit, "elements of some bytes")
        require(kind.stride % kind.unit == 0, "a stride of whole units", kind.stride, kind.unit)
        while len(kind.widths) < kind.unit:
            byte = cursor.byte()
            require(byte % 8 < len(LANE_BITS), "the width of a lane", byte)
            kind.widths += [LANE_BITS[byte % 8]] * (byte // 8 + 1)
        require(len(kind.widths) == kind.unit, "a width for each lane")
        kind.parts, _ = self.take_parts(cursor, kind.stride, 0)

    def take_parts(self, cursor, room, depth):
        """Parts that lie in `room` bytes, and where they end."""
        require(depth <= DEEPEST_PARTS, "choices within choices")
        parts, end = [], 0
        while True:
            number = cursor.varint()
            if number == 0:
                return parts, end
            gap, code = number >> 4, number & 15
            self.count_part()
            at = end + gap
            what, taken = self.take_part(cursor, code, room - at, depth)
            end = at + taken
            require(end <= room, "a part within its element")
            parts.append((at, code, what))

    def count_part(self):
        self.parts += 1
        require(self.parts <= MOST_PARTS, "so many parts")

    def take_part(self, cursor, code, room, depth):
        if code == TEXT_SPAN:
            return None, 8
        if code in (TABLE_SPAN, POINTER) or SPAN <= code < SPAN + 5:
            kind = cursor.varint()
            require(kind < len(self.kinds), "a kind that is there", kind)
            return self.kinds[kind], 4 if code == POINTER else 8
        if code in (CHOICE, WIDE_CHOICE):
            tag, variants, widest = code - CHOICE + 1, {}, 0
            require(tag <= room, "a tag within its element")
            for _ in range(cursor.varint()):
                self.count_part()
                number = cursor.varint()
                require(number > max(variants, default=-1), "variants in the order of their tags")
                variants[number], end = self.take_parts(cursor, room - tag, depth + 1)
                widest = max(widest, end)
            return variants, tag + widest
        require(code == REPETITION, "a known code of a part", code)
        times, stride = cursor.varint(), cursor.varint()
        require(0 < times * stride <= room, "a repetition within its element")
        return (times, stride, self.take_parts(cursor, stride, depth + 1)[0]), times * stride

    def put_together(self, content):
        """The payload that was arranged."""
        if not self.kinds:
            return content
        for kind in self.kinds:
            content = kind.take_lanes(content)
        self.others, self.others_at = content, 0
        self.payload = bytearray(self.next(16))
        self.heap = self.text = self.links = self.lists = 0
        self.put_parts(self.kinds[0].parts, self.claim(self.kinds[0], 1, 0, 1), 0)
        self.payload += self.next(len(self.others) - self.others_at)
        require(len(self.payload) == self.raw_len, "the raw length", len(self.payload), self.raw_len)
        require(all(kind.used == len(kind.elements) for kind in self.kinds), "a place for each element")
        return bytes(self.payload)

    def next(self, n):
        require(self.others_at + n <= len(self.others), "other bytes that are there")
        self.others_at += n
        return self.others[self.others_at - n : self.others_at]

    def claim(self, kind, n, front, a):
        start, end = align(self.heap, a), kind.used + n * kind.stride
        require(end <= len(kind.elements), "elements that are there")
        self.payload += self.next(start + front - self.heap) + kind.elements[kind.used : end]
        kind.used, self.heap = end, start + front + n * kind.stride
        return start

    def start(self, at, start):
        require(not any(self.payload[16 + at : 20 + at]), "zeros where a start will be")
        struct.pack_into("<I", self.payload, 16 + at, start & 0xFFFFFFFF)

    def put_parts(self, parts, base, depth):
        require(depth <= DEEPEST or not parts, "elements at most 128 deep")
        self.lists += 1
        require(self.lists <= MOST_LISTS, "lists of parts at most 1024 within each other")
        for at, code, what in parts:
            at += base
            if code in (CHOICE, WIDE_CHOICE):
                behind = at + code - CHOICE + 1
                tag = int.from_bytes(self.payload[16 + at : 16 + behind], "little")
                if tag in what:
                    self.put_parts(what[tag], behind, depth)
            elif code == REPETITION:
                times, stride, inner = what
                for i in range(times):
                    self.put_parts(inner, at + i * stride, depth)
            elif code != POINTER and (length := u32(self.payload, 16 + at + 4)) == AWAY:
                self.start(at, self.links)
                self.links += 1
            elif code == TEXT_SPAN:
                self.start(at, self.text)
                self.text += length
            else:
                n = 1 if code == POINTER else length
                front = n * fragment_width(n) if code == TABLE_SPAN else 0
                start = self.claim(what, n, front, 1 << code - SPAN if code >= SPAN else 1)
                self.start(at, start)
                for i in range(n if what.parts else 0):
                    self.put_parts(what.parts, start + front + i * what.stride, depth + 1)
        self.lists -= 1


# --- Sections 7 and 14: types ------------------------------------------------------------------

PRIME, TEXT, CBOR, OPTION, ARRAY, TUPLE, SEQUENCE, BOXED = range(8)
HASHED, ORDERED, STRUCT, PLAIN, ENUM, NAMED = range(8, 14)
UNIT, BOOL, CHAR, U8 = range(4)
WIDTHS = (0, 1, 4, 1, 2, 4, 8, 16, 1, 2, 4, 8, 16, 4, 8)
SIGNED, FLOATS = range(8, 13), (13, 14)


class Field:
    def __init__(self, name, ref, chunkable):
        self.name, self.ref, self.chunkable = name, ref, chunkable


class Type:
    """A type of the schema. `refs` are its parts, in the order of the encoding."""

    def __init__(self, cursor):
        self.code = code = cursor.byte()
        self.refs, self.name, self.variants = [], None, []
        self.prime = self.len = None
        require(code <= NAMED, "a known type code", code)
        if code == PRIME:
            self.prime = cursor.byte()
            require(self.prime < len(WIDTHS), "a known prime code", self.prime)
        elif code in (OPTION, SEQUENCE, BOXED):
            self.refs = [cursor.varint()]
        elif code == ARRAY:
            self.refs, self.len = [cursor.varint()], cursor.varint()
        elif code == TUPLE:
            self.refs = [cursor.varint() for _ in range(cursor.varint())]
        elif code in (HASHED, ORDERED):
            self.refs = [cursor.varint(), cursor.varint()]
        elif code in (STRUCT, PLAIN):
            self.name = cursor.name()
            self.variants = [(None, self.take_fields(cursor))]
        elif code == ENUM:
            self.name = cursor.name()
            self.variants = [(cursor.name(), self.take_fields(cursor)) for _ in range(cursor.varint())]
            require(1 <= len(self.variants) <= 65536, "1 to 65536 variants")
        elif code == NAMED:
            self.name = cursor.name()
            self.refs = [cursor.varint()]

    def take_fields(self, cursor):
        fields = []
        for _ in range(cursor.varint()):
            name, ref, flag = cursor.name(), cursor.varint(), cursor.byte()
            require(flag <= 1, "a flag that is 0 or 1")
            fields.append(Field(name, ref, flag == 1))
            self.refs.append(ref)
        return fields

    @property
    def fields(self):
        return self.variants[0][1]

    def encode(self, number, names=False):
        """As in the schema, but renumbered, and without the names of structs and enums (section 15)."""

        def text(name):
            name = name.encode()
            return put_varint(len(name)) + name

        def fields(fields):
            parts = [text(f.name) + put_varint(number(f.ref)) + bytes([f.chunkable]) for f in fields]
            return put_varint(len(parts)) + b"".join(parts)

        refs = b"".join(put_varint(number(ref)) for ref in self.refs)
        out = bytes([self.code]) + (text(self.name) if names and self.code in (STRUCT, PLAIN, ENUM) else b"")
        if self.code == PRIME:
            return out + bytes([self.prime])
        if self.code == ARRAY:
            return out + refs + put_varint(self.len)
        if self.code == TUPLE:
            return out + put_varint(len(self.refs)) + refs
        if self.code in (STRUCT, PLAIN):
            return out + fields(self.fields)
        if self.code == ENUM:
            variants = [text(name) + fields(parts) for name, parts in self.variants]
            return out + put_varint(len(variants)) + b"".join(variants)
        if self.code == NAMED:
            return out + text(self.name) + refs
        return out + refs


class Schema:
    def __init__(self, payload):
        cursor = Cursor(payload)
        self.root = cursor.varint()
        self.types = [Type(cursor) for _ in range(cursor.varint())]
        require(cursor.at == len(payload), "types that fill the schema")
        refs = [self.root] + [ref for ty in self.types for ref in ty.refs]
        require(all(ref < len(self.types) for ref in refs), "references to types")
        for number, ty in enumerate(self.types):
            ty.number = number
            ty.of = [self.types[ref] for ref in ty.refs]
        for ty in self.types:
            self.lay_out(ty, set())
        self.classes = self.find_classes()
        self.fingerprints = {}

    def __getitem__(self, ref):
        return self.types[ref]

    # Section 7: slot, handle slot, plain and alignment.
    def lay_out(self, ty, open_types):
        if hasattr(ty, "slot"):
            return ty
        require(ty.number not in open_types, "a type that does not contain itself inline")
        open_types = open_types | {ty.number}
        of = lambda ref: self.lay_out(self.types[ref], open_types)
        handle, plain, a = None, False, 1
        if ty.code == PRIME:
            slot = WIDTHS[ty.prime]
            plain = ty.prime >= U8
            a = slot if plain else 1
        elif ty.code in (TEXT, CBOR, SEQUENCE, HASHED, ORDERED):
            slot = 8
        elif ty.code == BOXED:
            slot, handle = 4, 8
        elif ty.code == OPTION:
            inner = of(ty.refs[0])
            slot, handle = 1 + inner.slot, 1 + inner.handle
        elif ty.code == ARRAY:
            inner = of(ty.refs[0])
            slot, handle = ty.len * inner.slot, 8
            plain = inner.plain and ty.len > 0
            a = inner.align if plain else 1
        elif ty.code == TUPLE:
            slot, handle = sum(of(ref).slot for ref in ty.refs), 8
        elif ty.code == NAMED:
            slot = of(ty.refs[0]).slot
        else:
            widest = 0
            for _, fields in ty.variants:
                width = 0
                for field in fields:
                    inner = of(field.ref)
                    width += inner.handle if field.chunkable else inner.slot
                    if ty.code == PLAIN:
                        plain, a = True, max(a, inner.align)
                widest = max(widest, width)
            tag = 0 if ty.code != ENUM else 1 if len(ty.variants) <= 256 else 2
            slot = tag + widest
            ty.tag = tag
        require(slot <= 1 << 30, "a slot of at most 2^30 bytes")
        ty.slot, ty.handle = slot, slot if handle is None else handle
        ty.plain, ty.align, ty.stride = plain, a, max(1, slot)
        ty.spanned = ty.code in (TEXT, CBOR, SEQUENCE, HASHED, ORDERED) or (
            ty.code == NAMED and self.types[ty.refs[0]].spanned
        )
        return ty

    # Section 15, step 1.
    def find_classes(self, names=False):
        classes, count = [0] * len(self.types), 1
        while True:
            seen = {}
            encoded = [ty.encode(lambda ref: classes[ref], names) for ty in self.types]
            classes = [seen.setdefault(ty, len(seen)) for ty in encoded]
            if len(seen) == count:
                return classes
            count = len(seen)

    # Section 15, step 2: the types of the classes that a type reaches, and the numbers of the classes.
    def numbered(self, root, classes):
        numbers, order, pending = {}, [], [root]
        while pending:
            ref = pending.pop()
            if classes[ref] not in numbers:
                numbers[classes[ref]] = len(numbers)
                order.append(self.types[ref])
                pending.extend(reversed(self.types[ref].refs))
        return order, numbers

    # Section 15, step 3.
    def fingerprint(self, ty):
        known = self.fingerprints.get(ty.number)
        if known is not None:
            return known
        order, numbers = self.numbered(ty.number, self.classes)
        encoded = [found.encode(lambda ref: numbers[self.classes[ref]]) for found in order]
        self.fingerprints[ty.number] = found = xxh3(put_varint(len(order)) + b"".join(encoded))
        return found

    # Section 19.
    def is_canonical(self):
        order, _ = self.numbered(self.root, self.find_classes(names=True))
        return [ty.number for ty in order] == list(range(len(self.types)))


# --- Section 13: keys --------------------------------------------------------------------------


def run(data, last):
    return data if last else data.replace(b"\0", b"\0\xff") + b"\0\0"


def encode_key(schema, ty, value, last=True):
    """The encoding of a key, from its value as it is shown."""
    of = lambda ref, part, last: encode_key(schema, schema[ref], part, last)
    code = ty.code
    if code == PRIME:
        prime, width = ty.prime, WIDTHS[ty.prime]
        if prime == UNIT:
            return b""
        if prime == CHAR:
            return ord(value).to_bytes(4, "big")
        if prime in SIGNED:
            return (value + (1 << 8 * width - 1)).to_bytes(width, "big")
        if prime in FLOATS:
            bits, sign = int(value, 16), 1 << 8 * width - 1
            return (bits ^ (2 * sign - 1) if bits & sign else bits ^ sign).to_bytes(width, "big")
        return int(value).to_bytes(width, "big")
    if code == TEXT:
        return run(value.encode(), last)
    if code == CBOR:
        return run(bytes.fromhex(value["cbor"]), last)
    if code == SEQUENCE:
        inner = schema[ty.refs[0]]
        if inner.code == PRIME and inner.prime == U8:
            return run(bytes(value), last)
        parts = b"".join(b"\1" + encode_key(schema, inner, part, False) for part in value)
        return parts if last else parts + b"\0"
    if code == OPTION:
        return b"\0" if value is None else b"\1" + of(ty.refs[0], value["some"], last)
    if code == BOXED:
        return of(ty.refs[0], value, last)
    if code == NAMED:
        own = named_key(ty.name, value[ty.name], last)
        return of(ty.refs[0], value[ty.name], last) if own is None else own
    if code in (HASHED, ORDERED):
        key, val = ty.refs
        entries = sorted(of(key, k, False) + of(val, v, False) for k, v in value)
        parts = b"".join(b"\1" + entry for entry in entries)
        return parts if last else parts + b"\0"
    if code == ENUM:
        [(name, body)] = value.items()
        number = [variant for variant, _ in ty.variants].index(name)
        fields = ty.variants[number][1]
        parts = [(field.ref, body[field.name]) for field in fields]
        head = number.to_bytes(2, "big")
    elif code == PLAIN and [field.name for field in ty.fields] in (["f16"], ["bf16"]):
        [bits] = value.values()
        return (bits ^ (0xFFFF if bits >> 15 else 0x8000)).to_bytes(2, "big")
    elif code in (STRUCT, PLAIN):
        parts, head = [(field.ref, value[field.name]) for field in ty.fields], b""
    else:
        refs = ty.refs * ty.len if code == ARRAY else ty.refs
        parts, head = list(zip(refs, value)), b""
    return head + b"".join(of(ref, part, last and i + 1 == len(parts)) for i, (ref, part) in enumerate(parts))


def named_key(name, value, last):
    """Section 16: the keys of types that are equal where their inner values are not."""
    if name == "Path":
        key = b"\2" + run(b"/", False) if value.startswith("/") else b""
        for i, part in enumerate(value.split("/")):
            if part and (part != "." or i == 0):
                kind = {".": 3, "..": 4}.get(part, 5)
                key += bytes([kind]) + run(part.encode(), False)
        return key if last else key + b"\0"
    if name == "NotNan" and int(value, 16) << 1 & ((1 << 4 * len(value)) - 1) == 0:
        return (1 << 4 * len(value) - 1).to_bytes(len(value) // 2, "big")
    if name == "OffsetDateTime":
        return (value[0] + (1 << 63)).to_bytes(8, "big") + value[1].to_bytes(4, "big")
    if name == "Decimal":
        mantissa, scale = value
        bits = abs(mantissa) * 10 ** (28 - scale) + (1 << 191)
        return ((1 << 192) - 1 - bits if mantissa < 0 else bits).to_bytes(24, "big")
    return None


# --- Sections 3 to 6, 11 and 12: the file ------------------------------------------------------

CHUNK, EXTENT, INDEX, SCHEMA = 1, 2, 3, 4
KINDS = {CHUNK: "chunk", EXTENT: "extent", INDEX: "index", SCHEMA: "schema"}
AWAY = 0xFFFFFFFF
POSITIONS, HASHES, SEPARATORS, SHARES = 0, 1, 2, 3
LEVEL_PAGE, HOME_SUMS = 8192, {EXTENT: 128, INDEX: 1024}
DEEPEST = 128
NANOS = 1_000_000_000


def index_page(length):
    """Section 11: the page of an index of so many bytes."""
    return next((page for page in (2048, 4096) if ceil(length, page) <= HOME_SUMS[INDEX]), 8192)


class Mark:
    def __init__(self, data):
        self.bytes = bytes(data)
        require(len(data) == 32 and data[:4] == b"par\x93", "the magic of a mark")
        self.kind, self.codec = data[4], data[5]
        require(self.kind in KINDS and self.codec <= 2 and data[6:8] == b"\0\0", "a mark", self.bytes.hex())
        if self.kind in (EXTENT, INDEX):
            self.stored = self.raw = u64(data, 8)
            require(self.kind == INDEX or self.codec == 0, "an extent without codec")
        else:
            self.stored, self.raw = u32(data, 8), u32(data, 12)
            require(self.stored == self.raw if self.codec == 0 else self.stored < self.raw, "lengths of a mark")
        self.fingerprint, self.checksum = u64(data, 16), u64(data, 24)

    @staticmethod
    def of_shard(index, entry):
        """Section 12: the mark of a shard is made of its entry and the index's mark."""
        stored, raw = u32(entry, 16), u32(entry, 20)
        codec = 0 if stored == raw else index.codec
        lengths = struct.pack("<II", stored, raw)
        return Mark(b"par\x93" + bytes([CHUNK, codec, 0, 0]) + lengths + index.bytes[16:24] + entry[8:16])


class Link:
    def __init__(self, record):
        self.distance, self.mark, self.count = u64(record, 0), Mark(record[8:40]), u64(record, 40)
        self.table_start, self.table_len = u32(record, 48), u32(record, 52)


class Chunk:
    """A chunk while its value is read: its regions, and what of them is claimed (section 8)."""

    def __init__(self, offset, payload, slot):
        require(len(payload) >= 16, "the head of a chunk")
        body, links, tables, text = struct.unpack_from("<4I", payload)
        ends = [16]
        for length in (body, links * 56, tables, text):
            ends.append(ends[-1] + length)
        require(ends[-1] == len(payload), "regions that fill a chunk", ends, len(payload))
        region = lambda i: payload[ends[i] : ends[i + 1]]
        self.offset, self.body, self.text = offset, region(0), region(3)
        self.text.decode("utf-8")
        records, all_tables = region(1), region(2)
        self.links = [Link(records[at : at + 56]) for at in range(0, len(records), 56)]
        end = 0
        for link in self.links:
            require(link.table_start == end, "tables one behind another")
            end += link.table_len
            link.table = all_tables[link.table_start : end]
            require(link.mark.kind in (EXTENT, INDEX) or not link.table, "no table of a chunk")
        require(end == len(all_tables), "tables that fill their region")
        require(slot <= len(self.body), "the slot of a chunk's value")
        self.heap_at, self.text_at, self.links_at = slot, 0, 0

    def slot(self, at, n):
        require(at + n <= len(self.body), "a slot in the body")
        return self.body[at : at + n]

    def span(self, at):
        return struct.unpack("<2I", self.slot(at, 8))

    def claim(self, start, n, a=1):
        require(start == align(self.heap_at, a), "a claim of the heap where the last one ended", start, self.heap_at)
        require(start + n <= len(self.body), "a claim inside the heap")
        require(not any(self.body[self.heap_at : start]), "zeros between claims")
        self.heap_at = start + n
        return self.body[start : start + n]

    def claim_text(self, start, n):
        require(start == self.text_at and start + n <= len(self.text), "a claim of text where the last one ended")
        self.text_at = start + n
        return self.text[start : start + n].decode("utf-8")

    def claim_link(self, number):
        require(number == self.links_at and number < len(self.links), "links claimed in order")
        self.links_at += 1
        return self.links[number]

    def finish(self):
        claimed = (self.heap_at, self.text_at, self.links_at)
        there = (len(self.body), len(self.text), len(self.links))
        require(claimed == there, "a chunk that is claimed as a whole", claimed, there)


class File:
    def __init__(self, data, writer=None):
        self.data, self.writer = data, writer
        self.ranges, self.visited = [], 0
        self.stats = dict.fromkeys(
            "chunks extents indexes home_indexes levels even uneven hashed ordered compressed arranged home away deepest".split(), 0
        )
        self.open()

    def fetch(self, start, end):
        require(0 <= start <= end <= len(self.data), "bytes inside the file", start, end)
        return self.data[start:end]

    # Sections 3 and 4.
    def open(self):
        data = self.data
        require(data[-8:] == b"PARCODE\x93", "the closing magic")
        length, version = u32(data, len(data) - 16), u32(data, len(data) - 12)
        require(8 + 16 <= length <= min(2048, len(data)), "the length of a trailer", length)
        self.end = len(data) - length
        trailer = data[self.end :]
        require(xxh3(trailer[8:]) == u64(trailer, 0), "the checksum of the trailer")
        require(version == 1, "version 1", version)
        require(length == 168 and self.end % 16 == 0, "a trailer of 168 bytes")
        require(not any(trailer[128:152]), "no earlier save")
        header = data[:64]
        require(header == b"\x93PARC\r\n\x1a" + b"\1\0\0\0" + bytes(52), "the header", header.hex())
        self.ranges += [(0, 64), (self.end, len(data))]
        self.root, schema, self.meta = (self.top_link(trailer[at : at + 40]) for at in (8, 48, 88))
        require(self.root is not None and schema is not None, "a root and a schema")
        offset, mark = schema
        require(mark.kind == SCHEMA and mark.codec == 0, "a schema")
        self.schema = Schema(self.payload(offset, mark, self.end))
        root = self.schema[self.schema.root]
        require(mark.fingerprint == self.schema.fingerprint(root), "the fingerprint of the schema")
        require(not self.writer or self.schema.is_canonical(), "a schema as the reference writer writes it")

    def top_link(self, link):
        if not any(link):
            return None
        offset = self.end - u64(link, 0)
        require(64 <= offset, "a top link behind the header")
        return offset, Mark(link[8:])

    def payload(self, offset, mark, before):
        """The raw payload of a chunk or schema, verified."""
        end = offset + 32 + mark.stored
        require(offset >= 64 and offset % 16 == 0 and end <= before, "a child in front of its parent", offset, before)
        self.charge(offset, end)
        require(self.fetch(offset, offset + 32) == mark.bytes, "the mark that the link has", offset)
        stored = self.fetch(offset + 32, end)
        require(xxh3(stored) == mark.checksum, "the checksum of a chunk", offset)
        if mark.codec == 0:
            return stored
        self.stats["compressed"] += 1
        require(mark.codec == 1, "LZ4, the one codec that this reader has")
        require(mark.raw <= 255 * mark.stored, "a raw length that LZ4 can have")
        arrangement = Arrangement(stored, mark.raw)
        self.stats["arranged"] += bool(arrangement.kinds)
        return arrangement.put_together(lz4(arrangement.compressed, arrangement.content_len))

    def charge(self, start, end):
        self.ranges.append((start, end))
        self.visited += end - start
        require(self.visited <= len(self.data), "each byte linked once")

    # Section 11.
    def paged(self, offset, mark, page, home, before):
        """The data of an extent or index."""
        require(offset >= 64 and offset % 16 == 0, "a run behind the header", offset)
        levels, sums, end = [(0, mark.stored, page)], ceil(mark.stored, page), mark.stored
        while sums > HOME_SUMS[mark.kind]:
            start = align(end, 8)
            end = start + 8 * sums
            levels.append((start, end, LEVEL_PAGE))
            sums = ceil(end - start, LEVEL_PAGE)
        one_page = len(levels) == 1 and sums <= 1
        require(len(home) == (0 if one_page else 8 * sums), "as many home checksums as pages", len(home), sums)
        require(offset + 32 + end <= before, "a run in front of its parent")
        self.charge(offset, offset + 32 + end)
        require(self.fetch(offset, offset + 32) == mark.bytes, "the mark that the link has", offset)
        run = self.fetch(offset + 32, offset + 32 + end)
        self.stats["levels"] = max(self.stats["levels"], len(levels) - 1)

        above = struct.pack("<Q", mark.checksum) if one_page else home
        if not one_page:
            require(xxh3(home) == mark.checksum, "the checksum of the home level")
        last = end
        for start, end, page in reversed(levels):
            require(not any(run[end:last]), "zeros in front of a level")
            last = start
            level = run[start:end]
            pages = [level[at : at + page] for at in range(0, len(level), page)] or [b""]
            require(len(above) == 8 * len(pages), "a checksum for each page")
            for i, data in enumerate(pages):
                require(xxh3(data) == u64(above, 8 * i), "the checksum of a page", offset, i)
            above = level
        return run[: mark.stored]

    # Section 12.
    def index(self, link, parent, kinds, ty):
        """Kind of fences and shard_log2 of an index, its anchor, and for each shard: offset, mark, fence."""
        mark, table = link.mark, link.table
        require(mark.fingerprint == self.schema.fingerprint(ty), "the fingerprint of an index")
        require(len(table) >= 16, "an index head")
        shards, log2, kind, reserved, separators = struct.unpack_from("<IBBHQ", table)
        require(shards > 0 and kind in kinds and reserved == 0, "an index head", table[:16].hex())
        require(log2 < 32 or log2 == 255, "a shard_log2", log2)
        require(log2 == 255 or kind == POSITIONS, "a shard_log2 of a map")
        require(kind == SEPARATORS or separators == 0, "separators of an ordered map")
        anchor, length = parent - link.distance, 32 * shards + separators
        if mark.stored == 0:
            self.stats["home_indexes"] += 1
            entries = table[16:]
            require(xxh3(entries) == mark.checksum, "the checksum of a home index")
        else:
            self.stats["indexes"] += 1
            page = index_page(length)
            pages = ceil(shards, page // 32)
            uneven = kind == POSITIONS and log2 == 255
            fences_end = 16 + 8 * pages if uneven and pages <= 512 else 16
            entries = self.paged(anchor, mark, page, table[fences_end:], parent)
            firsts = b"".join(entries[at + 24 : at + 32] for at in range(0, 32 * shards, page))
            require(table[16:fences_end] in (firsts, b""), "home fences: the first of each page")
        require(anchor % 16 == 0 and anchor <= parent, "an anchor")
        require(len(entries) == length, "an index as long as its entries", len(entries), length)
        found = []
        for at in range(0, 32 * shards, 32):
            entry = entries[at : at + 32]
            found.append((anchor - u64(entry, 0), Mark.of_shard(mark, entry), u64(entry, 24)))
        if self.writer:
            require((mark.stored == 0) == (length <= 1024), "an index of at most 1024 bytes at home")
        return kind, log2, anchor, found, entries[32 * shards :]

    # --- Section 8 -----------------------------------------------------------------------------
    #
    # Reading a value gives the value as it is shown, and its measure (section 19).

    def chunk(self, offset, mark, before, ty, handle, depth):
        require(mark.kind == CHUNK, "a chunk", KINDS[mark.kind])
        require(mark.fingerprint == self.schema.fingerprint(ty), "the fingerprint of a chunk", offset)
        self.stats["chunks"] += 1
        chunk = Chunk(offset, self.payload(offset, mark, before), ty.handle if handle else ty.slot)
        value = self.at_handle(chunk, ty, 0, depth) if handle else self.at_slot(chunk, ty, 0, depth)
        chunk.finish()
        return chunk, value

    def deeper(self, depth):
        require(depth < DEEPEST, "nesting of at most 128 levels")
        self.stats["deepest"] = max(self.stats["deepest"], depth + 1)
        return depth + 1

    def at_slot(self, chunk, ty, at, depth):
        code = ty.code
        if code == PRIME:
            return prime(ty.prime, chunk.slot(at, ty.slot)), 0
        if code == TEXT:
            text = chunk.claim_text(*chunk.span(at))
            return text, len(text.encode())
        if code == CBOR:
            item = chunk.claim(*chunk.span(at))
            return {"cbor": item.hex()}, len(item)
        if code == OPTION:
            return self.option(chunk, ty, at, lambda at: self.at_slot(chunk, ty.of[0], at, depth), ty.slot)
        if code == ARRAY or code == TUPLE:
            parts, measure = [], 0
            for inner in ty.of * ty.len if code == ARRAY else ty.of:
                part, size = self.at_slot(chunk, inner, at, depth)
                parts.append(part)
                measure += size
                at += inner.slot
            return parts, measure
        if code in (STRUCT, PLAIN):
            return self.fields(chunk, ty.fields, at, depth)[:2]
        if code == ENUM:
            tag = int.from_bytes(chunk.slot(at, ty.tag), "little")
            require(tag < len(ty.variants), "a known variant", tag)
            name, fields = ty.variants[tag]
            value, measure, end = self.fields(chunk, fields, at + ty.tag, depth)
            require(not any(chunk.slot(end, at + ty.slot - end)), "zeros behind a narrow variant")
            return {name: value}, measure
        if code == NAMED:
            value, measure = self.at_slot(chunk, ty.of[0], at, depth)
            check_named(ty.name, value)
            return {ty.name: value}, measure
        if code == SEQUENCE:
            values, sizes = self.elements(chunk, ty.of[0], chunk.span(at), depth)
            return values, ty.of[0].stride * len(values) + sum(sizes)
        if code == BOXED:
            inner, start = ty.of[0], u32(chunk.slot(at, 4), 0)
            chunk.claim(start, inner.slot)
            value, measure = self.at_slot(chunk, inner, start, self.deeper(depth))
            return value, inner.slot + measure
        entries, sizes = self.table(chunk, ty, chunk.span(at), depth)
        return self.show_map(entries), self.map_measure(ty, sizes)

    def at_handle(self, chunk, ty, at, depth):
        code = ty.code
        if code == OPTION:
            return self.option(chunk, ty, at, lambda at: self.at_handle(chunk, ty.of[0], at, depth), ty.handle)
        if code not in (TEXT, CBOR, SEQUENCE, HASHED, ORDERED, ARRAY, TUPLE, BOXED):
            return self.at_slot(chunk, ty, at, depth)
        start, length = chunk.span(at)
        held = ty.of[0] if code == BOXED else ty
        away = length == AWAY
        if away:
            value, measure = self.away(chunk, ty, held, chunk.claim_link(start), self.deeper(depth))
        elif held.spanned:
            value, measure = self.at_slot(chunk, held, at, depth)
        else:
            require(length == 1, "a span of one value", length)
            chunk.claim(start, held.slot)
            value, measure = self.at_slot(chunk, held, start, self.deeper(depth))
        self.stats["away" if away else "home"] += 1

        # Section 19: home or away, and what the value counts for in its parent.
        whole = held.slot + measure
        counted = measure if code in (TEXT, CBOR, SEQUENCE, HASHED, ORDERED) else whole
        if self.writer:
            decides = measure if code in (SEQUENCE, HASHED, ORDERED) else whole
            require(away == (decides > self.writer[0]), "home or away as the reference writer decides", decides, away)
            return value, counted if counted <= self.writer[0] else 56
        return value, counted

    def option(self, chunk, ty, at, inner, slot):
        tag = chunk.slot(at, 1)[0]
        require(tag <= 1, "0 for nothing or 1 for a value", tag)
        if tag == 0:
            require(not any(chunk.slot(at, slot)), "zeros in the place of nothing")
            return None, 0
        value, measure = inner(at + 1)
        return {"some": value}, measure

    def fields(self, chunk, fields, at, depth):
        values, measure = {}, 0
        for field in fields:
            inner = self.schema[field.ref]
            read = self.at_handle if field.chunkable else self.at_slot
            values[field.name], size = read(chunk, inner, at, depth)
            measure += size
            at += inner.handle if field.chunkable else inner.slot
        return values, measure, at

    def elements(self, chunk, inner, span, depth):
        """The elements of a span, and the measure of each."""
        start, n = span
        data = chunk.claim(start, n * inner.stride, inner.align if inner.plain else 1)
        if inner.plain:
            return self.plain_elements(inner, data), [0] * n
        depth = self.deeper(depth)
        values, sizes = [], []
        for i in range(n):
            value, size = self.at_slot(chunk, inner, start + i * inner.stride, depth)
            values.append(value)
            sizes.append(size)
            if inner.slot == 0:
                require(data[i] == 0, "zeros in the place of units")
        return values, sizes

    def plain_elements(self, inner, data):
        """Elements of plain data: slots, one behind another."""
        if inner.code == PRIME and inner.prime not in FLOATS and inner.slot <= 8:
            letter = {1: "b", 2: "h", 4: "i", 8: "q"}[inner.slot]
            letter = letter if inner.prime in SIGNED else letter.upper()
            return list(struct.unpack(f"<{len(data) // inner.slot}{letter}", data))
        if inner.code == PRIME:
            return [prime(inner.prime, data[at : at + inner.slot]) for at in range(0, len(data), inner.slot)]
        if inner.code == ARRAY:
            flat, n = self.plain_elements(inner.of[0], data), inner.len
            return [flat[at : at + n] for at in range(0, len(flat), n)]
        values = []
        for at in range(0, len(data), inner.slot):
            value = {}
            for field in inner.fields:
                ty = self.schema[field.ref]
                [value[field.name]] = self.plain_elements(ty, data[at : at + ty.slot]) if ty.slot else [[]]
                at += ty.slot
            values.append(value)
        return values

    # Section 10: tables.
    def table(self, chunk, ty, span, depth):
        """Entries in the order of the table, as (encoded key, key, value), and the measure of each."""
        start, n = span
        key_type, value_type = ty.of
        stride, front = self.stride(ty), self.table_front(n) if ty.code == HASHED else 0
        table = chunk.claim(start, front + n * stride)
        depth = self.deeper(depth)
        entries, sizes = [], []
        for record in range(start + front, start + front + n * stride, stride):
            key, key_size = self.at_slot(chunk, key_type, record, depth)
            value, size = self.at_slot(chunk, value_type, record + key_type.slot, depth)
            entries.append((encode_key(self.schema, key_type, key), key, value))
            sizes.append(key_size + size)
        if key_type.slot + value_type.slot == 0:
            require(not any(table[front:]), "zeros in the place of units")
        if ty.code == ORDERED:
            ascending([entry[0] for entry in entries], "records in the order of their keys")
            return entries, sizes

        hashes = [xxh3(entry[0]) for entry in entries]
        width = fragment_width(n)
        fragments = [(h & 0xFFFFFFFF) >> (32 - 8 * width) for h in hashes]
        ascending([(part, entry[0]) for part, entry in zip(fragments, entries)], "records in the order of fragments")
        found = [int.from_bytes(table[at : at + width], "little") for at in range(0, front, width)]
        require(found == fragments, "the fragments of the hashes")
        return entries, sizes

    @staticmethod
    def stride(ty):
        return max(1, ty.of[0].slot + ty.of[1].slot)

    @staticmethod
    def table_front(n):
        """Bytes of the fragments."""
        return n * fragment_width(n)

    def map_measure(self, ty, sizes):
        return len(sizes) * self.stride(ty) + self.table_front(len(sizes)) + sum(sizes)

    def show_map(self, entries):
        entries = sorted(entries, key=lambda entry: entry[0])
        ascending([entry[0] for entry in entries], "keys that are all different")
        return [[key, value] for _, key, value in entries]

    # --- What is away: sections 8, 9 and 10 ----------------------------------------------------

    def away(self, parent, ty, held, link, depth):
        mark, offset = link.mark, parent.offset - link.distance
        if mark.kind == CHUNK:
            chunk, (value, measure) = self.chunk(offset, mark, parent.offset, held, False, depth)
            counted = ty.code in (SEQUENCE, HASHED, ORDERED)
            require(link.count == (chunk.span(0)[1] if counted else 1), "the count of a link", link.count)
            return value, measure
        if mark.kind == EXTENT:
            require(ty.code == SEQUENCE and ty.of[0].plain, "an extent of plain data")
            return self.extent(parent, ty, link, offset)
        require(mark.kind == INDEX and ty.code in (SEQUENCE, HASHED, ORDERED), "an index of a sequence or map")
        if ty.code == SEQUENCE:
            return self.sequence_shards(parent, ty, link, depth)
        return self.map_shards(parent, ty, link, depth)

    def extent(self, parent, ty, link, offset):
        inner = ty.of[0]
        self.stats["extents"] += 1
        require(link.mark.fingerprint == self.schema.fingerprint(ty), "the fingerprint of an extent")
        require(link.count * inner.slot == link.mark.stored, "an extent as long as its elements")
        page = max(65536 // inner.slot, 1) * inner.slot
        data = self.paged(offset, link.mark, page, link.table, parent.offset)
        return self.plain_elements(inner, data), link.mark.stored

    def sequence_shards(self, parent, ty, link, depth):
        _, log2, anchor, shards, _ = self.index(link, parent.offset, [POSITIONS], ty)
        self.stats["uneven" if log2 == 255 else "even"] += 1
        values, sizes, firsts = [], [], []
        for i, (offset, mark, fence) in enumerate(shards):
            first = len(values)
            firsts.append(first)
            require(fence == first, "the fence of a shard: its first position", fence, first)
            self.stats["chunks"] += 1
            require(mark.fingerprint == self.schema.fingerprint(ty), "the fingerprint of a shard")
            chunk = Chunk(offset, self.payload(offset, mark, anchor), 8)
            part, part_sizes = self.elements(chunk, ty.of[0], chunk.span(0), depth)
            chunk.finish()
            require(part, "a shard with elements")
            values += part
            sizes += part_sizes
            if log2 != 255:
                require(first == i << log2 and len(part) <= 1 << log2, "elements of an even shard")
        require(len(values) == link.count, "as many elements as the link says", len(values), link.count)
        require(log2 == 255 or len(shards) == ceil(link.count, 1 << log2), "the number of even shards")
        stride = ty.of[0].stride
        if self.writer:
            wanted = cut_sequence([stride + min(size, 1 << 20) for size in sizes], self.writer[1])
            require((log2, firsts) == wanted, "shards as the reference writer cuts them", log2, wanted[0])
        return values, stride * len(values) + sum(sizes)

    def map_shards(self, parent, ty, link, depth):
        ordered = ty.code == ORDERED
        kinds = [SEPARATORS] if ordered else [HASHES, SHARES]
        kind, log2, anchor, shards, separators = self.index(link, parent.offset, kinds, ty)
        require(log2 == 255, "a shard_log2 of 255 in a map")
        self.stats["ordered" if ordered else "hashed"] += 1
        entries, sizes, firsts, separator_at = [], [], [], 0
        for i, (offset, mark, fence) in enumerate(shards):
            firsts.append(len(entries))
            self.stats["chunks"] += 1
            require(mark.fingerprint == self.schema.fingerprint(ty), "the fingerprint of a shard")
            chunk = Chunk(offset, self.payload(offset, mark, anchor), 8)
            part, part_sizes = self.table(chunk, ty, chunk.span(0), depth)
            chunk.finish()
            require(part, "a shard with entries")
            if ordered:
                start, length = fence & 0xFFFFFFFF, fence >> 32
                require(start == separator_at and start + length <= len(separators), "separators one behind another")
                separator_at += length
                separator, first = separators[start : start + length], part[0][0]
                before = entries[-1][0] if entries else None
                require(separator <= first, "a separator not above its shard")
                require(separator == b"" if before is None else before < separator, "a separator above what is before")
                if self.writer and before is not None:
                    shortest = next(n for n in range(len(first) + 1) if first[:n] > before)
                    require(length == shortest, "the shortest separator")
            else:
                pairs = sorted((xxh3(entry[0]), size, entry[0], entry) for entry, size in zip(part, part_sizes))
                if kind == SHARES:
                    require(fence == ceil(i << 64, len(shards)), "the fence of a share: its least hash")
                    shares = {pair[0] * len(shards) >> 64 for pair in pairs}
                    require(shares == {i}, "hashes of the share", shares, i)
                else:
                    require(fence == pairs[0][0], "the fence of a shard: its least hash")
                    require(not entries or xxh3(entries[-1][0]) < fence, "hashes above those of the shard before")
                part, part_sizes = [pair[3] for pair in pairs], [pair[1] for pair in pairs]
            entries += part
            sizes += part_sizes
        require(separator_at == len(separators), "separators that fill their bytes")
        require(len(entries) == link.count, "as many entries as the link says")
        if self.writer:
            whole = [0] * len(entries) if ordered else [xxh3(entry[0]) for entry in entries]
            taken = [self.stride(ty) + (0 if ordered else 2) + min(size, 1 << 20) for size in sizes]
            target = max(self.writer[1] // 8, 1)
            shares = None if ordered else cut_shares(taken, whole, target)
            wanted = shares or cut_map(taken, None if ordered else whole, target)
            require(firsts == wanted, "shards as the reference writer cuts them")
            require(ordered or (kind == SHARES) == (shares is not None), "shares where they are even enough")
        return self.show_map(entries), self.map_measure(ty, sizes)

    # --- The whole -----------------------------------------------------------------------------

    def value(self):
        offset, mark = self.root
        root = self.schema[self.schema.root]
        return self.chunk(offset, mark, self.end, root, True, 0)[1][0]

    def metadata(self):
        if self.meta is None:
            return {}
        # A type that is not in the file's schema: Sequence((Text, Text)), root 0.
        schema, own = Schema(bytes([0, 3, SEQUENCE, 1, TUPLE, 2, 2, 2, TEXT])), self.schema
        self.schema = schema
        _, (pairs, _) = self.chunk(*self.meta, self.end, schema[0], False, 0)
        self.schema = own
        ascending([key.encode() for key, _ in pairs], "metadata in the order of its keys")
        return dict(pairs)

    def check_coverage(self):
        """Section 2: runs, and zeros up to the next multiple of 16. Nothing else."""
        at = 0
        for start, end in sorted(self.ranges):
            require(start == align(at, 16), "runs one behind another", at, start)
            require(not any(self.data[at:start]), "zeros between runs")
            at = end
        require(at == len(self.data), "a file without unexplained bytes")


def fragment_width(n):
    return 2 if n <= 4096 else 4


def ascending(items, what):
    require(all(a < b for a, b in zip(items, items[1:])), what)


def prime(code, data):
    number = int.from_bytes(data, "little", signed=code in SIGNED)
    if code == UNIT:
        return None
    if code == BOOL:
        require(number <= 1, "a bool", number)
        return number == 1
    if code == CHAR:
        require(number < 0xD800 or 0xDFFF < number <= 0x10FFFF, "a char", number)
        return chr(number)
    return f"{number:0{2 * len(data)}x}" if code in FLOATS else number


def check_named(name, value):
    """Section 16."""

    def ip(version, octets):
        require(version == 6 or version == 4 and not any(octets[4:]), "an IP address")

    def time_of_day(seconds, nanos):
        require(seconds < 86_400 and nanos < 2 * NANOS, "a time of day")

    if name in ("Duration", "SystemTime"):
        require(value[1] < NANOS, "nanoseconds of one second")
    elif name == "NonZero":
        require(value != 0, "a number that is not zero")
    elif name == "IpAddr":
        ip(*value)
    elif name == "SocketAddr":
        ip(*value[:2])
        require(value[0] == 6 or value[3:] == [0, 0], "a socket address of version 4")
    elif name in ("Ipv4Net", "Ipv6Net"):
        require(value[1] <= 8 * len(value[0]), "a prefix length")
    elif name == "IpNet":
        ip(*value[:2])
        require(value[2] <= (32 if value[0] == 4 else 128), "a prefix length")
    elif name == "TimeOfDay":
        time_of_day(*value)
    elif name == "DateTime":
        time_of_day(*value[1:])
    elif name in ("Timestamp", "OffsetDateTime"):
        require(value[1] < 2 * NANOS, "nanoseconds of one second or a leap second")
    elif name == "SignedDuration":
        seconds, nanos = value
        require(abs(nanos) < NANOS and seconds * nanos >= 0, "nanoseconds of the sign of the seconds")
    elif name == "Weekday":
        require(value < 7, "a day of the week")
    elif name == "Month":
        require(1 <= value <= 12, "a month")
    elif name == "NotNan":
        bits, infinity = int(value, 16), 0x7F80_0000 if len(value) == 8 else 0x7FF << 52
        require(bits & ((1 << 4 * len(value) - 1) - 1) <= infinity, "a number")
    elif name == "Decimal":
        require(abs(value[0]) < 1 << 96 and value[1] <= 28, "a decimal")


# --- Section 19: the cuts of the reference writer ----------------------------------------------


def cut_sequence(sizes, target):
    """`shard_log2`, and the first positions of the shards."""
    mean = max(sum(sizes) // len(sizes), 1)
    k = min(max(target // mean, 1), 1 << 30).bit_length() - 1
    firsts = list(range(0, len(sizes), 1 << k))
    shards = [sizes[at : at + (1 << k)] for at in firsts]
    if all(len(shard) == 1 or sum(shard) <= 4 * target for shard in shards):
        return k, firsts
    return 255, cut_map(sizes, None, target)


def cut_shares(sizes, hashes, target):
    """The first positions of equal shares of the hashes, where those are even enough."""
    count = max(ceil(sum(sizes), target), 1)
    held = [[] for _ in range(count)]
    for size, h in zip(sizes, hashes):
        held[h * count >> 64].append(size)
    if not all(len(share) == 1 or share and sum(share) <= 4 * target for share in held):
        return None
    firsts, at = [], 0
    for share in held:
        firsts.append(at)
        at += len(share)
    return firsts


def cut_map(sizes, hashes, target):
    firsts, filled = [], None
    for i, size in enumerate(sizes):
        together = hashes is not None and i > 0 and hashes[i] == hashes[i - 1]
        if filled is None or filled + size > target and not together:
            firsts.append(i)
            filled = 0
        filled += size
    return firsts


def main():
    path, *rest = sys.argv[1:]
    writer = None
    if rest:
        require(len(rest) == 3 and rest[0] == "--writer", "usage: reader.py FILE [--writer H C]")
        writer = int(rest[1]), int(rest[2])
    with open(path, "rb") as file:
        data = file.read()
    try:
        file = File(data, writer)
        value, metadata = file.value(), file.metadata()
        file.check_coverage()
    except Damaged as damaged:
        print(f"expected {damaged}", file=sys.stderr)
        return 1
    root = file.schema[file.schema.root]
    report = {
        "fingerprint": f"{file.schema.fingerprint(root):016x}",
        "metadata": metadata,
        "stats": file.stats,
        "value": value,
    }
    out = json.dumps(report, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(out.encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
