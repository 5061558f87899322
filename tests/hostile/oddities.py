"""Odd requests without end: a good one, and one to three things that some client, proxy or scanner does to it.

The same seed gives the same requests. Every oddity has a name, by which differences between servers are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
"""What follows every request on its connection: whether it is understood tells where the one before ended."""


@dataclass
class Draft:
    """A request in pieces; `fields` are lines of the head without their ends."""

    random: Random
    before: bytes = b""
    method: bytes = b"GET"
    target: bytes = b"/a"
    version: bytes | None = b"HTTP/1.1"
    between: bytes = b" "
    fields: list[bytes] = field(default_factory=lambda: [b"Host: x"])
    end_of_line: bytes = b"\r\n"
    end_of_head: bytes = b"\r\n"
    body: bytes = b""
    after: bytes = b""

    def written(self) -> bytes:
        """Return the bytes, with the last request behind."""
        first = self.between.join([self.method, self.target, *([] if self.version is None else [self.version])])
        head = b"".join(line + self.end_of_line for line in (first, *self.fields))
        return self.before + head + self.end_of_head + self.body + self.after + LAST

    def put(self, line: bytes) -> None:
        """Add a line to the head, anywhere."""
        self.fields.insert(self.random.randrange(len(self.fields) + 1), line)

    def without(self, name: bytes) -> None:
        """Take a field out of the head."""
        self.fields = [line for line in self.fields if not line.lower().startswith(name + b":")]

    def instead(self, name: bytes, *values: bytes) -> None:
        """Give a field these values in place of its own, a line each."""
        self.without(name)
        for value in values:
            self.put(name.title() + b":" + value)


Change = Callable[[Draft], None]


def _plain(draft: Draft) -> None:
    draft.method = draft.random.choice([b"GET", b"GET", b"HEAD", b"OPTIONS", b"DELETE"])


def _sized(draft: Draft) -> None:
    draft.method = draft.random.choice([b"POST", b"PUT"])
    draft.body = b"a" * draft.random.choice([0, 1, 5, 10, 300])
    draft.put(b"Content-Length: %d" % len(draft.body))


def _chunked(draft: Draft) -> None:
    draft.method = draft.random.choice([b"POST", b"PUT"])
    draft.put(b"Transfer-Encoding: chunked")
    sizes = [draft.random.choice([1, 2, 5, 16, 300]) for _ in range(draft.random.randrange(4))]
    draft.body = b"".join(b"%x\r\n%s\r\n" % (size, b"c" * size) for size in sizes) + b"0\r\n\r\n"


BASES: list[Change] = [_plain, _sized, _sized, _chunked, _chunked]


def _one_of(part: str, *values: bytes) -> Change:
    """Put one of the values in place of a part of the first line."""

    def change(draft: Draft) -> None:
        setattr(draft, part, draft.random.choice(values))

    return change


def _field(*lines: bytes) -> Change:
    """Add one of the lines to the head."""
    return lambda draft: draft.put(draft.random.choice(lines))


def _length(*values: bytes) -> Change:
    """Write the length of the body another way; %d stands for it."""

    def change(draft: Draft) -> None:
        value = draft.random.choice(values)
        draft.instead(b"content-length", value.replace(b"%d", b"%d" % len(draft.body)))
        draft.without(b"transfer-encoding")

    return change


def _lengths(*pairs: tuple[bytes, bytes]) -> Change:
    """Write the length twice."""

    def change(draft: Draft) -> None:
        values = draft.random.choice(pairs)
        draft.instead(b"content-length", *(value.replace(b"%d", b"%d" % len(draft.body)) for value in values))
        draft.without(b"transfer-encoding")

    return change


def _coding(*values: bytes) -> Change:
    """Name other transfer codings of a chunked body."""

    def change(draft: Draft) -> None:
        _make_chunked(draft)
        draft.instead(b"transfer-encoding", draft.random.choice(values))

    return change


def _make_chunked(draft: Draft) -> None:
    draft.without(b"content-length")
    if not draft.body.endswith(b"0\r\n\r\n"):
        draft.body = b"5\r\nhello\r\n0\r\n\r\n"
    draft.instead(b"transfer-encoding", b" chunked")


def _chunks(*bodies: bytes) -> Change:
    """Send one of the bodies in chunks."""

    def change(draft: Draft) -> None:
        _make_chunked(draft)
        draft.body = draft.random.choice(bodies)

    return change


def _hosts(*values: bytes) -> Change:
    return lambda draft: draft.instead(b"host", *draft.random.choice([value.split(b"|") for value in values]))


def _no_host(draft: Draft) -> None:
    draft.without(b"host")


def _set(**values: bytes) -> Change:
    def change(draft: Draft) -> None:
        for name, value in values.items():
            setattr(draft, name, value)

    return change


def _two_of(draft: Draft) -> None:
    draft.instead(b"transfer-encoding", b" chunked", b" chunked")
    _make_body_chunked_only(draft)


def _make_body_chunked_only(draft: Draft) -> None:
    draft.without(b"content-length")
    draft.body = b"5\r\nhello\r\n0\r\n\r\n"


def _length_and_chunks(draft: Draft) -> None:
    _make_chunked(draft)
    draft.put(b"Content-Length: %d" % draft.random.choice([0, 5, len(draft.body)]))


def _old_and_chunked(draft: Draft) -> None:
    _make_chunked(draft)
    draft.version = b"HTTP/1.0"


def _length_of_another(draft: Draft) -> None:
    off = draft.random.choice([-1, 1, 20, len(LAST)])
    draft.instead(b"content-length", b" %d" % max(0, len(draft.body) + off))
    draft.without(b"transfer-encoding")


def _one_line_ends_with(end: bytes) -> Change:
    """End one line of the head otherwise, by ending in it what stands before the usual end."""

    def change(draft: Draft) -> None:
        draft.put(b"X-Before: a" + end + b"X-After: b")

    return change


def _old_without_host(draft: Draft) -> None:
    draft.without(b"host")
    draft.version = b"HTTP/1.0"


def _many(draft: Draft) -> None:
    draft.fields += [b"X-%d: a" % number for number in range(draft.random.choice([50, 90]))]


def _no_version(draft: Draft) -> None:
    draft.version = None


def _follow(draft: Draft) -> None:
    draft.after = b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nbbb"


ODDITIES: dict[str, Change] = {
    "method in small letters": _one_of("method", b"get", b"Post"),
    "method that nobody knows": _one_of("method", b"BREW", b"M-POST", b"X", b"GETT", b"A" * 300),
    "method that is no word": _one_of("method", b"G@T", b"G(T", b"G\x00T", b"G\xffT", b"G\tT", b'"GET"', b"GET:"),
    "no method": _one_of("method", b""),
    "method of a proxy": _one_of("method", b"CONNECT"),
    "method of WebDAV or another protocol": _one_of("method", b"PROPFIND", b"TRACE", b"PATCH", b"NOTIFY", b"M-SEARCH"),
    "target with a host": _one_of("target", b"http://x/a", b"HTTP://y:80/a?b", b"https://x"),
    "target that is an authority": _one_of("target", b"x:80", b"x"),
    "target *": _one_of("target", b"*"),
    "no target": _one_of("target", b""),
    "target with a space": _one_of("target", b"/a b", b"/a  b"),
    "target with a control character": _one_of("target", b"/\x00", b"/a\x01", b"/a\x7f", b"/a\tb", b"/a\x0bb"),
    "target beyond ASCII": _one_of("target", b"/\xe4", b"/\xc3\xa4", b"/\xff"),
    "target that is strange, and allowed": _one_of(
        "target", b"/%zz", b"//a", b"/../..", b"/?a?b", b"/a;b", b"/%00", b"/a%"
    ),
    "target with a fragment": _one_of("target", b"/a#b", b"/#"),
    "target with delimiters": _one_of("target", b'/"a"', b"/<a>", b"/a\\b", b"/{a}", b"/a|b", b"/a^b", b"/`"),
    "long target": _one_of("target", b"/" + b"a" * 5_000),
    "HTTP/1.0": _one_of("version", b"HTTP/1.0"),
    "version of HTTP 1 that does not exist": _one_of("version", b"HTTP/1.2", b"HTTP/1.9"),
    "version of another HTTP": _one_of("version", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/3.0", b"HTTP/9.9"),
    "version that is none": _one_of(
        "version", b"HTTP/1", b"HTTP/1.10", b"HTTP/01.1", b"HTTP/ 1.1", b"HTTP/x.y", b"HTTP/1.1x"
    ),
    "version of another protocol": _one_of("version", b"http/1.1", b"HTTX/1.1", b"RTSP/1.0", b"SIP/2.0", b"ICY/1.1"),
    "no version": _no_version,
    "spaces in the first line": _set(between=b"  "),
    "tabs in the first line": _set(between=b"\t"),
    "space at the end of the first line": _one_of("version", b"HTTP/1.1 ", b"HTTP/1.1\t"),
    "empty line before": _set(before=b"\r\n"),
    "empty lines before": _set(before=b"\r\n\r\n\r\n"),
    "bare line feed before": _set(before=b"\n"),
    "space before": _set(before=b" "),
    "garbage before": _set(before=b"\x00\xff\x16\x03\x01"),
    "preface of HTTP/2": _set(before=b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "lines that end with a bare line feed": _set(end_of_line=b"\n", end_of_head=b"\n"),
    "lines that end with a bare carriage return": _set(end_of_line=b"\r", end_of_head=b"\r"),
    "head that ends with a bare line feed": _set(end_of_head=b"\n"),
    "one line that ends with a bare line feed": _one_line_ends_with(b"\n"),
    "one line that ends with a bare carriage return": _one_line_ends_with(b"\r"),
    "one line that ends with two carriage returns": _one_line_ends_with(b"\r\r\n"),
    "field without a name": _field(b": a", b":"),
    "field without a colon": _field(b"X-A", b"X-A a"),
    "space before the colon": _field(b"X-A : a", b"X-A\t: a"),
    "field whose name is no word": _field(b"X A: a", b"X(A): a", b"X\xe4: a", b"X\x00: a", b"X\x01A: a", b"X/A: a"),
    "field whose name is odd, and allowed": _field(b"X_A: a", b"!#$%&'*+-.^`|~: a", b"1: a", b"x" * 900 + b": a"),
    "value that is empty": _field(b"X-A:", b"X-A: ", b"X-A:\t"),
    "value with space around": _field(b"X-A:   a  ", b"X-A:\ta\t", b"X-A:a"),
    "value beyond ASCII": _field(b"X-A: \xe4\xff", b"X-A: \xc3\xa4"),
    "value with NUL": _field(b"X-A: a\x00b", b"X-A: \x00"),
    "value with a control character": _field(b"X-A: a\x01b", b"X-A: a\x7fb", b"X-A: \x0ba", b"X-A: a\x1b"),
    "long value": _field(b"X-A: " + b"a" * 6_000),
    "folded field": _field(b"X-A: a\r\n b", b"X-A: a\r\n\tb", b"X-A:\r\n a"),
    "folded first field": lambda draft: draft.fields.insert(0, b" X-A: a"),
    "many fields": _many,
    "no Host": _no_host,
    "two Hosts": _hosts(b" x| x", b" x| y"),
    "empty Host": _hosts(b"", b" "),
    "Host that is none": _hosts(b" a b", b" a,b", b" <x>", b" x:y:z", b" /", b" \xff"),
    "HTTP/1.0 without Host": _old_without_host,
    "length twice, the same": _lengths((b" %d", b" %d")),
    "length twice, different": _lengths((b" %d", b" 7"), (b" 7", b" %d"), (b" %d", b"")),
    "length as a list of the same": _length(b" %d, %d", b" %d,%d"),
    "length as a list": _length(b" %d, 7", b" 7,%d", b" %d,"),
    "length with a sign": _length(b" +%d", b" -%d", b" -1"),
    "length that is no number": _length(b" 0x%d", b" %d.0", b" %d;a", b" 1_0", b" a", b" %d %d", b" \xb2", b" 5\x00"),
    "length that is empty": _length(b"", b" "),
    "length with zeros before": _length(b" 0%d", b" 000000000000000000000000%d"),
    "length with space around": _length(b"   %d  ", b"\t%d"),
    "length that is huge": _length(b" 18446744073709551616", b" 1" + b"0" * 30),
    "length that is not the body's": _length_of_another,
    "length and chunks": _length_and_chunks,
    "coding in other letters": _coding(b" Chunked", b" CHUNKED", b"chunked", b" chunked "),
    "coding named twice": _two_of,
    "coding twice in a list": _coding(b" chunked, chunked", b" chunked,chunked"),
    "coding that is not the last": _coding(b" chunked, gzip", b" chunked, identity"),
    "coding under another": _coding(b" gzip, chunked", b" identity, chunked"),
    "coding that nobody knows": _coding(b" xchunked", b" gzip", b" identity", b" chunkedx", b" chunked;q=1"),
    "coding with a control character": _coding(b" \x0bchunked", b" chunked\x00", b" \x0cchunked"),
    "coding that is empty": _coding(b"", b" ", b" ,chunked", b" chunked,"),
    "coding in HTTP/1.0": _old_and_chunked,
    "chunk size in capitals": _chunks(b"A\r\n" + b"c" * 10 + b"\r\n0\r\n\r\n"),
    "chunk size with zeros before": _chunks(b"005\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n000\r\n\r\n"),
    "chunk size with many zeros": _chunks(b"0" * 30 + b"5\r\nhello\r\n0\r\n\r\n"),
    "chunk with an extension": _chunks(
        b"5;a=b\r\nhello\r\n0\r\n\r\n", b'5;a="b;c"\r\nhello\r\n0;x\r\n\r\n', b"5;\r\nhello\r\n0\r\n\r\n"
    ),
    "chunk with a long extension": _chunks(b"5;" + b"a" * 3_000 + b"\r\nhello\r\n0\r\n\r\n"),
    "chunk with an extension that is none": _chunks(b"5;a\x00\r\nhello\r\n0\r\n\r\n", b"5;\xff\r\nhello\r\n0\r\n\r\n"),
    "chunk with a line feed in its extension": _chunks(
        b"5;a\nb\r\nhello\r\n0\r\n\r\n", b"5;a\rb\r\nhello\r\n0\r\n\r\n"
    ),
    "space behind a chunk size": _chunks(b"5 \r\nhello\r\n0\r\n\r\n", b"5\t\r\nhello\r\n0\r\n\r\n"),
    "space before an extension": _chunks(b"5 ;a=b\r\nhello\r\n0\r\n\r\n"),
    "space before a chunk size": _chunks(b" 5\r\nhello\r\n0\r\n\r\n"),
    "chunk size that is none": _chunks(
        *(size + b"\r\nhello\r\n0\r\n\r\n" for size in (b"0x5", b"+5", b"-5", b"", b"g", b"5 5", b"5,"))
    ),
    "chunk size that is huge": _chunks(
        b"F" * 17 + b"\r\nhello\r\n0\r\n\r\n", b"1" + b"0" * 16 + b"\r\nhello\r\n0\r\n\r\n"
    ),
    "chunk size that ends with a bare line feed": _chunks(b"5\nhello\r\n0\r\n\r\n"),
    "chunk that ends with a bare line feed": _chunks(b"5\r\nhello\n0\r\n\r\n"),
    "chunk without an end": _chunks(b"5\r\nhello0\r\n\r\n"),
    "chunk that is longer than it says": _chunks(b"5\r\nhello world\r\n0\r\n\r\n"),
    "last chunk that ends with a bare line feed": _chunks(b"5\r\nhello\r\n0\n\n", b"5\r\nhello\r\n0\r\n\n"),
    "no last chunk": _chunks(b"5\r\nhello\r\n", b"5\r\nhel"),
    "trailer": _chunks(b"5\r\nhello\r\n0\r\nX-A: a\r\n\r\n", b"0\r\nX-A: a\r\nX-B: b\r\n\r\n"),
    "trailer with a length": _chunks(
        b"5\r\nhello\r\n0\r\nContent-Length: 7\r\n\r\n", b"0\r\nTransfer-Encoding: chunked\r\n\r\n"
    ),
    "trailer that is none": _chunks(b"5\r\nhello\r\n0\r\nX A\r\n\r\n", b"0\r\n: a\r\n\r\n", b"0\r\nX-A: \x00\r\n\r\n"),
    "trailer that is folded": _chunks(b"5\r\nhello\r\n0\r\nX-A: a\r\n b\r\n\r\n"),
    "connection that ends": _field(b"Connection: close", b"Connection: Close", b"Connection: x, close"),
    "connection that is kept": _field(
        b"Connection: keep-alive", b"Connection: Keep-Alive, x", b"Keep-Alive: timeout=20"
    ),
    "connection of another protocol": _field(
        b"Upgrade: websocket\r\nConnection: Upgrade",
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
    ),
    "expectation": _field(b"Expect: 100-continue", b"Expect: 100-Continue"),
    "expectation that nobody meets": _field(b"Expect: 200-ok", b"Expect: a"),
    "another request behind": _follow,
}


@dataclass(frozen=True)
class Case:
    """A request, cut into the pieces in which it is sent, and what is odd about it."""

    number: int
    oddities: tuple[str, ...]
    pieces: tuple[bytes, ...]

    @property
    def sent(self) -> bytes:
        """All bytes."""
        return b"".join(self.pieces)


def cases(count: int, seed: int) -> Iterator[Case]:
    """Make so many requests; first every oddity alone on every base, so that each difference shows by itself."""
    random = Random(seed)  # noqa: S311 - a seed, no secret
    alone: list[tuple[Callable[[Draft], None], tuple[str, ...]]] = [
        (base, (name,)) for base in (_plain, _sized, _chunked) for name in ODDITIES
    ]
    for number in range(count):
        if number < len(alone):
            base, names = alone[number]
        else:
            base = random.choice(BASES)
            names = tuple(random.sample(list(ODDITIES), random.choice([1, 1, 2, 2, 3])))
        draft = Draft(random)
        base(draft)
        for name in names:
            ODDITIES[name](draft)
        yield Case(number, names, _cut(draft.written(), random))


def _cut(sent: bytes, random: Random) -> tuple[bytes, ...]:
    """Cut into one to four pieces, anywhere."""
    cuts = sorted(random.randrange(1, len(sent)) for _ in range(random.choice([0, 0, 1, 2, 3])))
    return tuple(sent[start:end] for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True) if end > start)
