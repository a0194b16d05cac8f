"""A second reader of the write-ahead log: it knows nothing but the tables and sentences of FORMAT.md, whose path is its
first argument; the tables are taken from that page while it runs. Standard library only.

    decode_wal.py FORMAT.md STORE            one line per record, as in the listing of the golden store
    decode_wal.py FORMAT.md STORE --json     one object per record
    decode_wal.py FORMAT.md STORE --summary  one object about the store

It checks everything the page promises, also of a log whose older segments were retired and of one that was saved from
damage; only where nothing is missing is there a digest. It ends with exit code 1 and a line on stderr at the first
thing that is wrong.
"""
import json
import sys

from wal_store import BYTES, Page, Store, Wrong, show_id


def line_of(page, record):
    """A line of the golden store's listing: bytes of ids as they lie there."""
    head, fields = record.header, []
    for _, _, field, kind in page.layouts[record.body_name]:
        value = record.body()[field]
        if kind == "Text64":
            value = value.rstrip(b"\0").decode()
        elif kind in BYTES:
            value = value.hex()
        elif kind in page.enums:
            value = page.word(kind, value)
        fields.append(f"{field}={value}")
    tail = record.payload[page.sizes[record.body_name]:].decode()
    return (f"{record.segment.number}:{record.offset} {head['Sequence']} {record.name} v{head['Version']} "
            f"flags={page.word('RecordFlags', head['Flags'])} source={page.word('SourceId', head['Source'])} "
            f"event={head['EventTimeNs']} receive={head['ReceiveTimeNs']} instrument={head['InstrumentId']} "
            f"cause={head['CauseSequence']} feed={head['FeedPosition']} "
            f"bytes={head['TotalLength']}/{head['PayloadLength']} "
            f"crcs={head['PreviousCrc']:08x}/{head['HeaderCrc']:08x}/{record.crc:08x} {' '.join(fields)}{tail}")


def object_of(page, record):
    """An object with the names that `trader inspect --json` gives the fields."""
    head, body = record.header, {}
    for _, _, field, kind in page.layouts[record.body_name]:
        value = record.body()[field]
        if kind == "Text64":
            value = value.rstrip(b"\0").decode()
        elif kind == "Id16":
            value = show_id(value)
        elif kind in BYTES:
            value = value.hex()
        elif kind == "Cost":
            value = str(value)
        elif kind in page.enums:
            value = page.word(kind, value)
        if not field.startswith("Reserved"):
            body[camel(field)] = value
    tail = record.payload[page.sizes[record.body_name]:]
    if tail:
        body["configuration"] = json.loads(tail)
    flags = [camel(word) for word in page.word("RecordFlags", head["Flags"]).split(", ") if word != "None"]
    source = page.word("SourceId", head["Source"])
    return {"sequence": head["Sequence"], "kind": record.name, "version": head["Version"], "flags": flags,
            "source": int(source) if source.isdigit() else source, "eventTimeNs": head["EventTimeNs"],
            "receiveTimeNs": head["ReceiveTimeNs"], "causeSequence": head["CauseSequence"],
            "feedPosition": head["FeedPosition"], "body": body}


def camel(name):
    return name[0].lower() + name[1:]


def main(arguments):
    page = Page(arguments[0])
    try:
        store = Store(page, arguments[1])
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    if "--summary" in arguments:
        print(json.dumps(store.summary()))
        return 0
    for record in store.records():
        print(json.dumps(object_of(page, record)) if "--json" in arguments else line_of(page, record))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
