"""Reads PromQL, as far as our rules and dashboard use it, where Prometheus' own program is not at hand.

query      = term {("+" | "-" | "*" | "/" | ">" | "<" | "==" | "!=" | ">=" | "<=") term}
term       = number | "(" query ")" | aggregate | function "(" query {"," query} ")" | selector
aggregate  = ("sum" | "max" | …) ["by" "(" labels ")"] "(" query ")" ["by" "(" labels ")"]
selector   = name ["{" label ("=" | "!=" | "=~" | "!~") string {"," …} "}"] ["[" duration "]"]
"""

import re

AGGREGATES = {"sum", "max", "min", "avg", "count"}
FUNCTIONS = {"rate": (1, True), "increase": (1, True), "histogram_quantile": (2, False)}
"""How many arguments each takes, and whether the last one must have a range."""
_token = re.compile(
    r'\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w])|(?P<name>[a-zA-Z_:][\w:]*)|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<range>\[(?:\d+[smhd]|\$__rate_interval)\])|(?P<sign>=~|!~|==|!=|>=|<=|[-+*/<>(){},=]))"
)
_OPERATORS = {"+", "-", "*", "/", ">", "<", "==", "!=", ">=", "<="}


class _Reader:
    def __init__(self, query: str) -> None:
        self._left: list[tuple[str, str]] = []
        at = 0
        while at < len(query.rstrip()):
            found = _token.match(query, at)
            if found is None:
                raise ValueError(f"“{query[at : at + 10]}” at {at}")
            self._left.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()

    def whole(self) -> None:
        self._query()
        if self._left:
            raise ValueError(f"“{self._left[0][1]}” is too much")

    def _query(self) -> bool:
        ranged = self._term()
        while self._peek()[1] in _OPERATORS:
            self._take()
            self._term()
            ranged = False
        return ranged

    def _term(self) -> bool:
        kind, word = self._take()
        if word == "(":
            self._query()
            self._expect(")")
        elif kind == "name" and word in AGGREGATES:
            self._by()
            self._expect("(")
            self._query()
            self._expect(")")
            self._by()
        elif kind == "name" and self._peek()[1] == "(":
            self._call(word)
        elif kind == "name":
            return self._selector()
        elif kind != "number":
            raise ValueError(f"“{word}” is no value")
        return False

    def _call(self, word: str) -> None:
        if word not in FUNCTIONS:
            raise ValueError(f"there is no function {word}")
        count, needs_range = FUNCTIONS[word]
        self._expect("(")
        for number in range(count):
            if number:
                self._expect(",")
            ranged = self._query()
        if ranged != needs_range:
            raise ValueError(f"{word} takes a range: {needs_range}")
        self._expect(")")

    def _selector(self) -> bool:
        if self._peek()[1] == "{":
            self._take()
            while self._peek()[1] != "}":
                self._expect_kind("name")
                if self._take()[1] not in {"=", "!=", "=~", "!~"}:
                    raise ValueError("a label is compared")
                self._expect_kind("string")
                if self._peek()[1] == ",":
                    self._take()
            self._take()
        if self._peek()[0] == "range":
            self._take()
            return True
        return False

    def _by(self) -> None:
        if self._peek()[1] in {"by", "without"}:
            self._take()
            self._expect("(")
            while self._peek()[1] != ")":
                self._expect_kind("name")
                if self._peek()[1] == ",":
                    self._take()
            self._take()

    def _peek(self) -> tuple[str, str]:
        return self._left[0] if self._left else ("", "")

    def _take(self) -> tuple[str, str]:
        if not self._left:
            raise ValueError("it ends too early")
        return self._left.pop(0)

    def _expect(self, sign: str) -> None:
        if self._take()[1] != sign:
            raise ValueError(f"there is no “{sign}”")

    def _expect_kind(self, kind: str) -> None:
        if self._take()[0] != kind:
            raise ValueError(f"there is no {kind}")


def fault_of(query: str) -> str | None:
    """What is wrong with a query, or None."""
    try:
        _Reader(query).whole()
    except ValueError as error:
        return str(error)
    return None
