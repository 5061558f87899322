"""Where the server reads an odd request otherwise than h11 does, and why that is right."""

from __future__ import annotations

from dataclasses import dataclass

from tests.hostile.beside import ANSWERED, REFUSED, WAITS
from tests.hostile.oddities import Case

_STRICTER = "h11 is lenient with old or broken clients here; no client that is known needs it, and proxies differ in it"
_LINES = "every line ends with both characters: parties that differ in where a line ends can be played off"
_LENGTHS = "two words on where a body ends are not believed, even if they agree: RFC 9112, 6.3, allows to refuse"
_DIGITS = "h11 counts digits, RFC 9112 does not: zeros before a number change nothing"
_EMPTY_LINES = "RFC 9112, 2.2: empty lines before a request are to be ignored"
_METHODS = "methods that are registered are known, and no others; both end in a refusal, as EWS knows but POST and GET"
_CHUNKS = "chunked bodies are read to the letter of RFC 9112, 7.1"
_TOO_LARGE = "a number that does not fit 64 bits is refused at once; h11 waits for a body that never comes"


@dataclass(frozen=True)
class Difference:
    """A class of differences: the oddity that makes it, what becomes of the request by h11 and by us, the reason."""

    oddity: str
    by_h11: str
    ours: str
    reason: str

    def explains(self, case: Case, seen: tuple[str, str]) -> bool:
        """Tell whether a case that differs so is of this class."""
        return self.oddity in case.oddities and seen == (self.by_h11, self.ours)


DIFFERENCES = [
    Difference("method in small letters", ANSWERED, REFUSED, _METHODS),
    Difference("method that nobody knows", ANSWERED, REFUSED, _METHODS),
    Difference("preface of HTTP/2", ANSWERED, REFUSED, "HTTP/2 is not spoken here; to h11 PRI is a method like others"),
    Difference("target that is an authority", ANSWERED, REFUSED, "RFC 9112, 3.2.3: only CONNECT names an authority"),
    Difference("target with a host", ANSWERED, REFUSED, "OPTIONS of a whole other host: a proxy's business"),
    Difference("version of HTTP 1 that does not exist", ANSWERED, REFUSED, _STRICTER),
    Difference("version of another HTTP", ANSWERED, REFUSED, _STRICTER),
    Difference(
        "version of another protocol", REFUSED, ANSWERED, "llhttp knows RTSP's first line; the answer is HTTP's"
    ),
    Difference("method of a proxy", ANSWERED, REFUSED, "this is no proxy; the parser takes all behind it for a tunnel"),
    Difference("spaces in the first line", REFUSED, ANSWERED, "RFC 9112, 3, allows words to be far apart"),
    Difference("empty line before", REFUSED, ANSWERED, _EMPTY_LINES),
    Difference("empty lines before", REFUSED, ANSWERED, _EMPTY_LINES),
    Difference("bare line feed before", REFUSED, ANSWERED, _EMPTY_LINES),
    Difference("lines that end with a bare line feed", ANSWERED, REFUSED, _LINES),
    Difference("head that ends with a bare line feed", ANSWERED, REFUSED, _LINES),
    Difference("one line that ends with a bare line feed", ANSWERED, REFUSED, _LINES),
    Difference("folded field", ANSWERED, REFUSED, "RFC 9112, 5.2: a folded line is to be refused"),
    Difference("folded first field", ANSWERED, REFUSED, "as above, where another field came to stand before it"),
    Difference("value with a control character", ANSWERED, REFUSED, _STRICTER),
    Difference("length twice, the same", ANSWERED, REFUSED, _LENGTHS),
    Difference("length as a list of the same", ANSWERED, REFUSED, _LENGTHS),
    Difference("length and chunks", ANSWERED, REFUSED, _LENGTHS),
    Difference("length with zeros before", REFUSED, ANSWERED, _DIGITS),
    Difference("length that is huge", WAITS, REFUSED, _TOO_LARGE),
    Difference("length that is not the body's", ANSWERED, REFUSED, _METHODS),
    Difference("length that is not the body's", REFUSED, ANSWERED, _EMPTY_LINES),
    Difference("chunk size with many zeros", REFUSED, ANSWERED, _DIGITS),
    Difference("chunk size that is huge", WAITS, REFUSED, _TOO_LARGE),
    Difference("chunk with an extension", ANSWERED, REFUSED, _CHUNKS),
    Difference("chunk with an extension that is none", ANSWERED, REFUSED, _CHUNKS),
    Difference("chunk with a line feed in its extension", ANSWERED, REFUSED, _LINES),
    Difference("space behind a chunk size", ANSWERED, REFUSED, _CHUNKS),
    Difference("last chunk that ends with a bare line feed", ANSWERED, REFUSED, _LINES),
    Difference("trailer with a length", ANSWERED, REFUSED, "what frames a body stands in the head, not behind it"),
    Difference("trailer that is folded", ANSWERED, REFUSED, "RFC 9112, 5.2: a folded line is to be refused"),
]
