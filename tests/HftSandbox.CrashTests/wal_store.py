"""The store behind decode_wal.py: what FORMAT.md says of segments, records, seals, indexes and snapshots."""
import hashlib
import json
import pathlib
import re
import struct

HEADER_BYTES = 4096
FIRST_RECORD = 8192
RECORD_HEADER_BYTES = 64
SEGMENT_MAGIC = bytes.fromhex("8957414c0d0a1a0a")
INDEX_MAGIC = b"WALINDEX"
TRAILER_MAGIC = b"WALTRAIL"
RECOVERED, SALVAGED = 2, 3
SIGNED = {"i64", "Px", "Qty", "Notional", "Fee", "Cost"}
BYTES = {"Id16", "Sha256Bytes", "Text64", "ZeroBytes"}
MASK = (1 << 64) - 1


class Wrong(Exception):
    pass


def check(holds, what):
    if not holds:
        raise Wrong(what)


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


TABLE = crc_table()


def crc32c(*parts):
    crc = 0xFFFFFFFF
    for part in parts:
        for byte in part:
            crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


class Page:
    """The tables of FORMAT.md."""

    def __init__(self, path):
        text = pathlib.Path(path).read_text(encoding="utf-8")
        self.layouts, self.sizes, self.kinds, self.enums = {}, {}, {}, {}
        for name, size, table in re.findall(r"^### `(\w+)`, (\d+) bytes\n\n((?:\|.*\n)+)", text, re.M):
            rows = [[cell.strip() for cell in row.split("|")[1:5]] for row in table.splitlines()[2:]]
            self.layouts[name] = [(int(off), int(length), field, kind) for off, length, field, kind in rows]
            self.sizes[name] = int(size)
        for kind, name, body in re.findall(r"^\| 0x(\w{4}) \| (\w+) \| [\w ]+ \| (\w+) \|", text, re.M):
            self.kinds[int(kind, 16)] = (name, body)
        for name, values in re.findall(r"^\| (\w+) \| u\d+ \| (0 \w+, .*) \|$", text, re.M):
            pairs = [value.split(" ") for value in values.split(", ")]
            self.enums[name] = {int(number): word for number, word in pairs}

    def read(self, name, data):
        fields = {}
        for offset, size, field, kind in self.layouts[name]:
            raw = data[offset:offset + size]
            fields[field] = raw if kind in BYTES else int.from_bytes(raw, "little", signed=kind in SIGNED)
        return fields

    def word(self, enum, value):
        names = self.enums[enum]
        if enum in ("RecordFlags", "ExecInst") and value not in names:
            return ", ".join(names[1 << bit] for bit in range(8) if value >> bit & 1)
        return names.get(value, str(value))


class Digest:
    """MurmurHash3 x64 128 over the events, as the page describes it."""

    def __init__(self):
        self.h1 = self.h2 = self.length = 0

    def add(self, event, payload):
        padded = payload + bytes(-len(payload) % 16)
        stream = event[8:40] + event[40:44] + event[4:8] + event[48:56] + padded
        self.length += len(stream)
        for k1, k2 in struct.iter_unpack("<QQ", stream):
            k1 = rotl(k1 * 0x87C37B91114253D5 & MASK, 31) * 0x4CF5AD432745937F & MASK
            self.h1 = (rotl(self.h1 ^ k1, 27) + self.h2) * 5 + 0x52DCE729 & MASK
            k2 = rotl(k2 * 0x4CF5AD432745937F & MASK, 33) * 0x87C37B91114253D5 & MASK
            self.h2 = (rotl(self.h2 ^ k2, 31) + self.h1) * 5 + 0x38495AB5 & MASK

    def value(self):
        h1, h2 = self.h1 ^ self.length, self.h2 ^ self.length
        h1 = h1 + h2 & MASK
        h2 = h2 + h1 & MASK
        h1, h2 = mix(h1), mix(h2)
        h1 = h1 + h2 & MASK
        return f"{h1:016x}{h2 + h1 & MASK:016x}"


def rotl(value, bits):
    return (value << bits | value >> 64 - bits) & MASK


def mix(k):
    k = (k ^ k >> 33) * 0xFF51AFD7ED558CCD & MASK
    k = (k ^ k >> 33) * 0xC4CEB9FE1A85EC53 & MASK
    return k ^ k >> 33


class Segment:
    """One file: its header, and its records up to the first place where none follows."""

    def __init__(self, page, path):
        self.page, self.path, self.data = page, path, path.read_bytes()
        copies = [self.data[:HEADER_BYTES], self.data[HEADER_BYTES:FIRST_RECORD]]
        valid = [copy for copy in copies if self.is_header(copy)]
        check(valid, f"{path.name}: no valid header")
        for copy in reversed(valid):
            self.use(copy)
            if len(set(valid)) == 2 and self.record_at(FIRST_RECORD) is not None:
                break
        self.number = self.header["SegmentNumber"]
        check((self.header["FormatMajor"], self.header["ChecksumKind"], self.header["HeaderLength"]) ==
              (1, 1, HEADER_BYTES), f"{path.name}: another format")
        check(int(path.name[-14:-4]) == self.number, f"{path.name}: holds segment {self.number}")
        self.records = []

    def use(self, copy):
        self.raw, self.header = copy, self.page.read("SegmentHeader", copy)
        self.salt = struct.pack("<I", crc32c(self.header["SegmentId"]))

    @staticmethod
    def is_header(copy):
        return (len(copy) == HEADER_BYTES and copy[:8] == SEGMENT_MAGIC
                and struct.unpack_from("<I", copy, HEADER_BYTES - 4)[0] == crc32c(copy[:-4]))

    def record_at(self, offset):
        """The valid record at a place; None if there is none."""
        raw = self.data[offset:offset + RECORD_HEADER_BYTES]
        if len(raw) < RECORD_HEADER_BYTES:
            return None
        header = self.page.read("RecordHeader", raw)
        total, payload = header["TotalLength"], header["PayloadLength"]
        if (total != payload + 68 + 7 & ~7 or not 0 < total <= self.header["MaxRecordLength"]
                or offset + total > len(self.data) or header["HeaderCrc"] != crc32c(self.salt, raw[:60])):
            return None
        body = self.data[offset + RECORD_HEADER_BYTES:offset + total - 4]
        crc = struct.unpack_from("<I", self.data, offset + total - 4)[0]
        if crc != crc32c(self.salt, raw[:60], body):
            return None
        return Record(self, offset, header, body[:payload], crc)

    def end_of(self, next_header):
        recovered = next_header is not None and next_header["PredecessorEnd"] == RECOVERED
        return next_header["PredecessorDataLength"] if recovered else len(self.data)


class Record:
    def __init__(self, segment, offset, header, payload, crc):
        self.segment, self.offset, self.header, self.payload, self.crc = segment, offset, header, payload, crc
        self.kind, self.is_control = header["Kind"], 0x7F00 <= header["Kind"] <= 0x7FFF
        self.name, self.body_name = segment.page.kinds.get(self.kind, (str(self.kind), None))
        self.raw = segment.data[offset:offset + RECORD_HEADER_BYTES]
        self.end = offset + header["TotalLength"]

    def body(self):
        return self.segment.page.read(self.body_name, self.payload) if self.body_name else {}


class Store:
    """The segments in order, and what must hold between them."""

    def __init__(self, page, directory):
        self.page, self.directory = page, pathlib.Path(directory)
        self.segments = sorted((Segment(page, path) for path in self.directory.glob("*.wal")), key=lambda s: s.number)
        check(self.segments, "no segments")
        first, numbers = self.segments[0].header, [segment.number for segment in self.segments]
        check(numbers == list(range(numbers[0], numbers[0] + len(numbers))), f"segments {numbers}")
        check(len({segment.header["StoreId"] for segment in self.segments}) == 1, "several stores")
        lock = (self.directory / "wal.lock").read_text(encoding="ascii")
        check(lock == show_id(first["StoreId"]) + "\n", f"lock file says {lock!r}")
        self.last_sequence, self.last_crc, self.seal, self.durable, self.missing = 0, 0, bytes(32), 0, 0
        self.places, self.digest, self.previous, self.retirements = {}, Digest(), None, []
        if numbers[0] > 1:
            # Retired: the log starts where its header says.
            self.last_sequence = self.missing = first["FirstSequence"] - 1
            self.last_crc, self.seal = first["PredecessorLastCrc"], first["PredecessorSealDigest"]
        followers = [segment.header for segment in self.segments[1:]] + [None]
        for segment, follower in zip(self.segments, followers):
            self.follow(segment, follower)
        check(numbers[0] == 1 or self.is_retired(first), f"nothing says where the segments before {numbers[0]} are")
        self.check_snapshots()

    def is_retired(self, first):
        return any(body["FirstKeptSegment"] > first["SegmentNumber"]
                   or (body["FirstKeptSegment"] == first["SegmentNumber"]
                       and body["LastDeletedSeal"] == first["PredecessorSealDigest"]) for body in self.retirements)

    def records(self):
        return (record for segment in self.segments for record in segment.records)

    def follow(self, segment, follower):
        self.check_link(segment)
        self.durable = max(self.durable, segment.header["DurableSequence"])
        offset, end, sealed = FIRST_RECORD, segment.end_of(follower), None
        while offset < end and sealed is None and (record := segment.record_at(offset)) is not None:
            where = f"{segment.path.name}:{offset}"
            check(record.header["PreviousCrc"] == self.last_crc, f"{where}: does not continue the chain")
            expected = self.last_sequence + (0 if record.is_control else 1)
            check(record.header["Sequence"] == expected, f"{where}: sequence {record.header['Sequence']}")
            if record.name == "Seal":
                sealed = record
                self.check_seal(segment, record)
            self.take(record)
            segment.records.append(record)
            offset = record.end
        segment.length = offset
        if follower is not None:
            check(offset == follower["PredecessorDataLength"], f"{segment.path.name} ends at {offset}")
            is_sealed = follower["PredecessorEnd"] != RECOVERED
            check((sealed is not None) == is_sealed, f"{segment.path.name}: sealed or not")
        if sealed is not None:
            self.check_index(segment, sealed)
        self.previous = segment

    def take(self, record):
        self.last_sequence, self.last_crc = record.header["Sequence"], record.crc
        if record.name in ("Sync", "Seal"):
            self.durable = max(self.durable, record.body()["DurableSequence"])
        if record.name == "Retire":
            self.retirements.append(record.body())
        if record.is_control:
            check(record.raw[11] == 0 and record.header["InstrumentId"] == 0 and record.header["CauseSequence"] == 0,
                  f"control record at {record.offset} with flags, instrument or cause")
            return
        payload = bytes(8) + record.payload[8:] if record.name == "RunStarted" else record.payload
        self.digest.add(record.raw, payload)
        self.places[record.header["Sequence"]] = record

    def check_link(self, segment):
        header, name = segment.header, segment.path.name
        is_salvaged = header["PredecessorEnd"] == SALVAGED
        missing = header["FirstSequence"] - self.last_sequence - 1
        check(missing > 0 if is_salvaged else missing == 0, f"{name}: {missing} events are missing before it")
        check(header["PredecessorLastCrc"] == self.last_crc, f"{name}: CRC of the predecessor")
        check(header["PredecessorSealDigest"] == self.seal, f"{name}: seal digest of the predecessor")
        check(header["PredecessorLastSequence"] == self.last_sequence, f"{name}: last sequence of the predecessor")
        check(header["PredecessorNumber"] == segment.number - 1, f"{name}: predecessor")
        check(self.previous is None or header["Epoch"] >= self.previous.header["Epoch"], f"{name}: epoch")
        if is_salvaged:
            self.last_sequence = self.missing = header["FirstSequence"] - 1

    def check_seal(self, segment, record):
        body, records = record.body(), segment.records
        times = [entry.header["ReceiveTimeNs"] for entry in records if not entry.is_control]
        events = [entry.header["Sequence"] for entry in records if not entry.is_control]
        crcs = b"".join(struct.pack("<I", entry.crc) for entry in records)
        digest = hashlib.sha256(self.seal + segment.raw + crcs).digest()
        found = (body["RecordCount"], body["FirstSequence"], body["LastSequence"], body["MinReceiveTimeNs"],
                 body["MaxReceiveTimeNs"], body["DataLength"], body["Digest"])
        expected = (len(records), min(events, default=0), max(events, default=0), min(times, default=0),
                    max(times, default=0), record.offset, digest)
        check(found == expected, f"{segment.path.name}: Seal says {found}, the records {expected}")
        self.seal = digest

    def check_index(self, segment, sealed):
        name, data = segment.path.name, segment.data
        raw = data[-64:]
        trailer = self.page.read("SegmentTrailer", raw)
        check(raw[:8] == TRAILER_MAGIC and trailer["TrailerCrc"] == crc32c(segment.salt, raw[:60]), f"{name}: trailer")
        start, length = trailer["IndexOffset"], trailer["IndexLength"]
        check((trailer["SegmentNumber"], trailer["SealOffset"], trailer["SegmentId"], start, start + length + 64) ==
              (segment.number, sealed.offset, segment.header["SegmentId"], sealed.end, len(data)), f"{name}: trailer")
        index = data[start:start + length]
        header = self.page.read("IndexHeader", index)
        end = 16 + header["EntryCount"] * header["EntrySize"]
        check(index[:8] == INDEX_MAGIC and header["EntrySize"] == 24 and end + 8 == length, f"{name}: index")
        check(index[end:] == struct.pack("<II", crc32c(segment.salt, index[:end]), 0), f"{name}: CRC of the index")
        for at in range(16, end, 24):
            entry = self.page.read("IndexEntry", index[at:at + 24])
            record = self.places.get(entry["Sequence"])
            check(record is not None and record.segment is segment and record.offset == entry["Offset"]
                  and record.header["ReceiveTimeNs"] == entry["ReceiveTimeNs"], f"{name}: index entry {entry}")

    def check_snapshots(self):
        for path in sorted(self.directory.glob("positions*.json")):
            data = path.read_bytes()
            snapshot = json.loads(data)
            check(snapshot["storeId"] == show_id(self.segments[0].header["StoreId"]), f"{path.name}: another store")
            check(snapshot["crc32c"] == crc32c(data[data.index(b",") + 1:]), f"{path.name}: CRC")
            state = data[data.index(b'"state":') + 8:data.rindex(b',"stateSha256"')]
            check(snapshot["stateSha256"] == hashlib.sha256(state).hexdigest(), f"{path.name}: SHA-256 of the state")
            check(snapshot["sequence"] <= self.last_sequence, f"{path.name}: beyond the end of the log")
            self.durable = max(self.durable, snapshot["sequence"])

    def summary(self):
        return {"segments": len(self.segments), "records": sum(1 for _ in self.records()),
                "lastSequence": self.last_sequence, "durableSequence": self.durable, "lastMissing": self.missing,
                "epoch": self.segments[-1].header["Epoch"],
                "digest": None if self.missing else self.digest.value()}


def show_id(raw):
    high, low = struct.unpack("<QQ", raw)
    return f"{high:016x}{low:016x}"
