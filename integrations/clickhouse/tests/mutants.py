"""Lines that say what others say, or nearly, in another spelling."""

import json
import random
import re

Line = bytes


def _parsed(line: Line) -> dict:
    return json.loads(line)


def _written(event: object, **how: object) -> Line:
    return json.dumps(event, **{"separators": (",", ":"), "ensure_ascii": False, **how}).encode()


def _escaped_letter(line: Line, rng: random.Random) -> Line:
    """One letter of a key or text as an escape."""
    places = [match.start() for match in re.finditer(rb"(?<=[a-z])[a-z](?=[a-z])", line)]
    at = rng.choice(places)
    return line[:at] + b"\\u%04x" % line[at] + line[at + 1 :]


def _escaped_key(line: Line, rng: random.Random) -> Line:
    """A key of a body or of the event, with each of its letters as an escape."""
    key = rng.choice(re.findall(rb'"([a-zA-Z]+)":', line))
    return line.replace(b'"%s":' % key, b'"%s":' % b"".join(b"\\u%04x" % c for c in key))


def _slashes(line: Line, _: random.Random) -> Line:
    return line.replace(b"/", b"\\/")


def _spaced(line: Line, rng: random.Random) -> Line:
    return _written(_parsed(line), separators=(rng.choice([", ", ","]), rng.choice([": ", " : ", ":\t"])))


def _blank_around(line: Line, rng: random.Random) -> Line:
    return rng.choice([b" ", b"\t", b""]) + line + rng.choice([b" ", b"\t\t", b" \r"])


def _ordered(line: Line, rng: random.Random) -> Line:
    def shuffled(value: object) -> object:
        if isinstance(value, list):
            return [shuffled(each) for each in value]
        if not isinstance(value, dict):
            return value
        pairs = list(value.items())
        rng.shuffle(pairs)
        return {key: shuffled(each) for key, each in pairs}

    return _written(shuffled(_parsed(line)))


def _double(line: Line, rng: random.Random) -> Line:
    """A key twice in one object, before or behind the other, with another value."""
    found = rng.choice(list(re.finditer(rb'"([a-zA-Z]+)":("[^"\\]*"|true|false|\d+|\{\}|\[\])', line)))
    other = rng.choice([b'"get"', b'"create"', b"null", b"true", b'"pods"', b"200", b'"All"', b"{}"])
    again = b'"%s":%s' % (found[1], other)
    pair = found[0]
    return line[: found.start()] + rng.choice([again + b"," + pair, pair + b"," + again]) + line[found.end() :]


def _value(line: Line, rng: random.Random) -> Line:
    """Another type, or an empty text, where a text or number was."""
    found = rng.choice(list(re.finditer(rb'":("[^"\\]*"|\d+|true|false)', line)))
    kinds = [b"null", b"5", b"1.0", b"2e2", b"-0", b'""', b"{}", b"[]", b'["x"]', b'{"a":1}', b"true"]
    kinds += [b"123456789012345678901234567890", b'"a\\u0000b"', b'"\\ud83d\\ude00"', b'"\\""', b'"200"']
    return line[: found.start(1)] + rng.choice(kinds) + line[found.end(1) :]


def _code(line: Line, rng: random.Random) -> Line:
    codes = [b"200.0", b"2e2", b"201.0", b"-0", b"00", b'"200"', b"403", b"0", b"99999999999999999999"]
    return re.sub(rb'"code":\d+', b'"code":' + rng.choice(codes), line, count=1)


def _uri(line: Line, rng: random.Random) -> Line:
    ends = ["dryRun=All", "dryRun=", "dryRun", "dryRun=None&dryRun=All", "dryRun=All&dryRun=None", "dry%52un=All"]
    ends += ["dryRun=%41ll", "x=%zz&dryRun=All", "x=1;dryRun=All", "dryRun=All#x", "&&dryRun=All", "dryRun=A%00ll"]
    ends += ["command=sh&command=-c&command=id", "command=%ff", "command=a+b", "dryRun==All", "=dryRun&dryRun=All"]
    event = _parsed(line)
    base = str(event.get("requestURI", "/")).split("?")[0]
    event["requestURI"] = rng.choice([base, "/" + base, "x" + base, base + "%"]) + "?" + rng.choice(ends)
    return _written(event)


def _cut(line: Line, rng: random.Random) -> Line:
    return line[: rng.randrange(1, len(line))]


def _joined(line: Line, rng: random.Random) -> Line:
    return rng.choice([line + line.replace(b"id-", b"jd-"), b"[" + line + b"]", line + b" " + line.replace(b"id-", b"jd-")])


def _wrapped(line: Line, rng: random.Random) -> Line:
    text = line.decode(errors="replace")
    shapes = [
        {"log": text + "\n", "stream": "stdout", "time": "2024-05-01T00:00:00Z"},
        {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "items": [_parsed(line)]},
        {"message": text, "@timestamp": "2024-05-01T00:00:00Z"},
    ]
    return _written(rng.choice(shapes))


def _broken_utf8(line: Line, rng: random.Random) -> Line:
    at = line.find(b'":"') + 3
    return line[:at] + rng.choice([b"\xff", b"\xc3", b"\xed\xa0\x80"]) + line[at:]


def _lone_surrogate(line: Line, rng: random.Random) -> Line:
    at = line.find(b'":"') + 3
    return line[:at] + rng.choice([b"\\ud800", b"\\udc00x"]) + line[at:]


def _other_shape(line: Line, rng: random.Random) -> Line:
    event = _parsed(line)
    change = rng.randrange(6)
    if change == 0 and isinstance(event.get("requestObject"), dict):
        event["requestObject"] = json.dumps(event["requestObject"])
    elif change == 1:
        event.update({f"user_{key}": value for key, value in dict(event.pop("user", {})).items()})
    elif change == 2:
        event["annotations"] = {key.replace(".", "_"): value for key, value in (event.get("annotations") or {}).items()}
    elif change == 3:
        event["apiVersion"] = rng.choice(["audit.k8s.io/v1beta1", "v1", "audit.k8s.io/v2"])
    elif change == 4:
        event.pop(rng.choice(list(event)), None)
    else:
        event["kind"] = rng.choice(["event", "Event ", "Status"])
    return _written(event)


#: Each way by its name.
WAYS = {
    way.__name__.strip("_"): way
    for way in (
        _escaped_letter, _escaped_key, _slashes, _spaced, _blank_around, _ordered, _double, _value, _code, _uri,
        _cut, _joined, _wrapped, _broken_utf8, _lone_surrogate, _other_shape,
    )
}  # fmt: skip


def mutants(lines: list[Line], each: int, seed: int) -> list[tuple[str, Line]]:
    """`each` lines of every way, made of lines that rules may fire on and of some others."""
    rng = random.Random(seed)
    made: list[tuple[str, Line]] = []
    for name, way in WAYS.items():
        for number in range(each):
            line = rng.choice(lines)
            mutant = way(line, rng).replace(b"\n", b" ")
            made.append((name, mutant.replace(b'"id-', b'"%s-%d-' % (name.encode(), number), 1)))
    return made
