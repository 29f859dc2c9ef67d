"""Regular expressions for what the server's parsers take, in the part of the language that all validators share.

JSON Schema means ECMAScript's dialect and editors take it, with the ``u`` flag or without; Python's validators take
:mod:`re`. What stands here means the same in all of them: no flags, no named classes beyond ASCII, no look-behind, no
escape that one of them refuses. ``$`` alone would let Python's pass over a last newline, so :data:`END` is used.
"""

from __future__ import annotations

#: What ``str.strip()`` removes, for use inside a character class: ECMAScript's ``\s`` is another set.
BLANKS = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

#: Any number of them.
BLANK = f"[{BLANKS}]*"

END = r"$(?!\n)"

#: A string that is more than blanks.
NOT_BLANK = f"[^{BLANKS}]"

#: A module name of any shape that ``importlib`` looks for, one colon, one name. Names beyond ASCII pass: which of their
#: letters Python takes, no dialect can say.
IMPORT_PATH = (
    rf"^(?![{BLANKS}])(?![^:]*[{BLANKS}]:)[^.:/\\\x00]+(?:\.[^.:/\\\x00]+)*"
    rf":[^\x00-\x40\x5b-\x5e\x60\x7b-\x7f][^\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]*{END}"
)

# ``int()`` takes the same for blanks, but for the four separators among the control characters.
_AROUND_DIGITS = f"[{BLANKS}]*".replace(r"\x1c-\x20", r"\x20")

#: What ``int()`` makes a number above 0, and one of at least 0, of; digits of other scripts left out.
POSITIVE = rf"^{_AROUND_DIGITS}\+?(?:0_?)*[1-9](?:_?[0-9])*{_AROUND_DIGITS}$"
NOT_NEGATIVE = rf"^{_AROUND_DIGITS}(?:\+?[0-9](?:_?[0-9])*|-0(?:_?0)*){_AROUND_DIGITS}$"


def words(*choices: str, blanks: bool = True) -> str:
    """One of ``choices`` (letters, digits and underscores) in upper or lower case; with ``blanks`` around it too."""
    around = BLANK if blanks else ""
    return f"^{around}(?:{'|'.join(map(_any_case, choices))}){around}{'$' if blanks else END}"


def _any_case(word: str) -> str:
    return "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in word.lower())


def _networks() -> str:
    """What ``ipaddress.ip_network(text.strip(), strict=False)`` takes."""
    octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    v4 = rf"{octet}(?:\.{octet}){{3}}"
    ones = "(?:0|128|192|224|240|248|252|254|255)"
    zeros = "(?:0|1|3|7|15|31|63|127|255)"
    net = rf"{ones}\.0\.0\.0|255\.{ones}\.0\.0|255\.255\.{ones}\.0|255\.255\.255\.{ones}"
    host = rf"{zeros}\.255\.255\.255|0\.{zeros}\.255\.255|0\.0\.{zeros}\.255|0\.0\.0\.{zeros}"
    v4_mask = f"/(?:0*(?:3[0-2]|[12]?[0-9])|{net}|{host})"
    v6_mask = "/0*(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])"
    return f"^{BLANK}(?:{v4}(?:{v4_mask})?|(?:{_v6(v4)})(?:%[^%/]+)?(?:{v6_mask})?){BLANK}$"


def _v6(v4: str) -> str:
    """An IPv6 address: eight groups, or fewer with one ``::``; the last two may be written as an IPv4 address."""
    group = "[0-9a-fA-F]{1,4}"
    written = [f"(?:{group}:){{7}}{group}", f"(?:{group}:){{6}}{v4}"]
    for left in range(8):
        before = f"{group}(?::{group}){{{left - 1}}}" if left else ""
        endings = [f"{group}(?::{group}){{0,{6 - left}}}"] if left < 7 else []
        if left < 6:
            endings.append(f"(?:{group}:){{0,{5 - left}}}{v4}")
        after = f"(?:{'|'.join(endings)})?" if endings else ""
        written.append(f"{before}::{after}")
    return "|".join(written)


NETWORK = _networks()
