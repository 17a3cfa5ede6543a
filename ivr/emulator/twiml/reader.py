"""Reading TwiML: XML to verbs. Errors stop the document; what the grammar does not know is skipped with a warning."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.twiml.grammar import Grammar, Noun, Spec, Verb


@dataclass(frozen=True, slots=True)
class Script:
    """The verbs of a document in their order, and what was wrong with it but not fatal."""

    verbs: tuple[Verb, ...]
    warnings: tuple[str, ...] = ()


class _NoDoctype(ElementTree.TreeBuilder):
    """Refuses document types: without them there are no entities to expand or to fetch."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise CarrierError(12100, f"a document type ({name}) is not allowed")


def parse(body: bytes, grammar: Grammar) -> Script:
    """The script in `body`. Raises CarrierError 12100 (not well-formed) or 12102 (root is not Response)."""
    root = _tree(body)
    if root.tag != "Response":
        raise CarrierError(12102, f"the root element is {root.tag!r}, not 'Response'")
    reader = _Reader(grammar)
    verbs = tuple(reader.verbs(root, frozenset(grammar)))
    return Script(verbs, tuple(reader.warnings))


def _tree(body: bytes) -> ElementTree.Element:
    if body.startswith(b"\xef\xbb\xbf"):
        raise CarrierError(12100, "a byte order mark stands before the document")
    parser = ElementTree.XMLParser(target=_NoDoctype())  # noqa: S314 - the builder refuses what is dangerous
    try:
        parser.feed(body)
        tree: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise CarrierError(12100, f"not well-formed: {error}") from error
    return tree


class _Reader:
    """One pass over a tree, collecting warnings on its way."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self.warnings: list[str] = []

    def verbs(self, parent: ElementTree.Element, allowed: frozenset[str]) -> Iterator[Verb]:
        for element in parent:
            if element.tag in allowed:
                yield self._verb(element, self._grammar[element.tag])
            else:
                self.warnings.append(f"<{element.tag}> is not allowed in <{parent.tag}>")

    def _verb(self, element: ElementTree.Element, spec: Spec) -> Verb:
        for name in element.keys() - spec.attributes.keys():
            self.warnings.append(f"<{element.tag}> has no attribute {name!r}")
        given = {name: value for name, value in element.items() if name in spec.attributes}
        nouns = tuple(Noun(child.tag, _text(child), dict(child.attrib)) for child in element if child.tag in spec.nouns)
        children = tuple(self.verbs(_without(element, spec.nouns), spec.children))
        text = "" if spec.children else _spoken(element, spec.nouns)
        return Verb(spec, {**spec.attributes, **given}, text, children, nouns)


def _without(element: ElementTree.Element, nouns: frozenset[str]) -> ElementTree.Element:
    rest = ElementTree.Element(element.tag)
    rest.extend(child for child in element if child.tag not in nouns)
    return rest


def _spoken(element: ElementTree.Element, nouns: frozenset[str]) -> str:
    """The text of an element, without that of elements that do not belong there."""
    parts = [element.text or ""]
    for child in element:
        parts += [*(child.itertext() if child.tag in nouns else ()), child.tail or ""]
    return "".join(parts).strip()


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()
