"""References that are not what was meant: one that stops short, as `$EXTCALL_2.response.en-US` does at the hyphen, and
a dollar sign that belongs to another language, as in `?$filter=`. Each comes with the text that is right."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from ivr.core.action import within
from ivr.core.grammar import found, spelled, steps
from ivr.core.problem import Problem
from ivr.core.template import SECRET, Reference, Template
from ivr.flow.model import Flow
from ivr.flow.scope import Scope

MOST = 20
"""Warnings of a kind about one text."""
MOST_PARTS = 4000
"""Parts of a text that are looked at: each reference is looked for in the whole of it."""
LONGEST_FIX = 20_000
_on = re.compile(r"(?:-[\w-]*\w|\.[@#]\w[\w-]*|:[^\W\d][\w-]*)(?:\.[@#]?\w[\w-]*|\[[0-9]+\])*")
"""What goes on like a label: a hyphen inside it, an attribute of XML, a prefix."""
_bracket = re.compile(r"""\[\s{0,3}(["']?)([\w@#:.-][\w@#:. -]{0,99})\1?\s{0,3}\]?""")
"""A bracket that is no index and no label in quotes, or not closed."""
_braces = re.compile(r"\$\{([^{}\n]{0,200})(\}?)")
_name = r" {0,3}([A-Za-z_][\w.\[\]]{0,100}) {0,3}"
_other = re.compile(rf"\{{\{{{_name}\}}\}}|\$ ?[({{]{_name}[)}}]|%([A-Za-z_]\w{{1,50}})%")
"""References as other systems write them: `{{name}}`, `$(name)`, `%name%`."""
_index = re.compile(r"\.([0-9]+)(?=[.\[]|$)")
_begins = re.compile(r"[^\W\d]\w*(?:\.\w+|\[[0-9]+\])*")
_many = re.compile(r"\[(?:\*|-[0-9]+)\]")
_TAKE = "Take the list by a response variable of the External Web Call, such as `$.items[*].name`."
_piece = re.compile(r"[^.\[\]]+")
_parameter = re.compile(r"[?&(;]\$(\w+)=", re.ASCII)
_operation = re.compile(r"\b(?:query|mutation|subscription)\b[^{}()]{0,200}\(([^(){}]{0,2000})\)")
_declared = re.compile(r"\$(\w+)\s{0,20}:\s{0,20}\[?\[?[A-Z]", re.ASCII)
_key = re.compile(r'"\$(\w+)"\s{0,20}:', re.ASCII)


def spelling(flow: Flow, scope: Scope) -> Iterator[Problem]:
    """Warnings, each with the field's text as it should be in `fix`."""
    for block in flow.blocks:
        for path, template in block.action.templates:
            where = f"action.{path}"
            for message, hint, fix in islice(chain(_short(template), _dollars(template, scope)), MOST):
                yield Problem("misspelled", message, block.number, where, hint, "warning", _fitting(fix))
        for path, template in within(block.action, Template):
            for message, hint, fix in islice(_unread(template, scope), MOST):
                yield Problem("misspelled", message, block.number, f"action.{path}", hint, "warning", _fitting(fix))


def _fitting(fix: str) -> str:
    """A text put right, which each problem has whole; of a long one there would be far too much."""
    return fix if len(fix) <= LONGEST_FIX else ""


def _short(template: Template) -> Iterator[tuple[str, str, str]]:
    """References that stop short of what was typed. One that braces end has been ended on purpose."""
    for number, (part, after) in enumerate(zip(template.parts[:MOST_PARTS], template.parts[1:], strict=False)):
        if not isinstance(part, Reference) or isinstance(after, Reference) or part.startswith(SECRET):
            continue
        if f"${part}{after[:1]}" not in template.text:
            continue
        following = template.parts[number + 2] if after == "." and number + 2 < len(template.parts) else ""
        if isinstance(following, Reference) and f"${part}.${following}" in template.text and len(steps(part)) > 1:
            yield _instead(template, part, f".${following}", spelled(part, [f"${following}"]))
        elif not _many.match(after) and (found := _bracket.match(after)) and len(steps(part)) > 1:
            index = found[2].strip()
            right = f"{part}[{index}]" if index.isdecimal() else spelled(part, [index])
            yield _instead(template, part, found[0], right)
        elif many := _many.match(after):
            yield f"${part} ends before {many[0]}, which is text here.", _TAKE, ""
        elif (typed := _on.match(after)) and (right := _right(part, typed[0])):
            yield _instead(template, part, typed[0], right)


def _instead(template: Template, part: str, typed: str, right: str) -> tuple[str, str, str]:
    message = f"${part} ends before “{typed}”, which is text here."
    hint = f"If it belongs to the name, write ${right}; if not, ${{{part}}}{typed}."
    return message, hint, template.text.replace(f"${part}{typed}", f"${right}")


def _unread(template: Template, scope: Scope) -> Iterator[tuple[str, str, str]]:
    """What was meant to be a reference and is read as text: braces round what is no name, and other systems' signs."""
    for text in (part for part in template.parts if not isinstance(part, Reference)):
        for braces in _braces.finditer(text):
            head = _begins.match(braces[1].strip())
            if head and not braces[2] and scope.known(head[0].partition("[")[0]):
                fix = template.text.replace(f"${{{braces[1]}", f"${{{head[0]}}}{braces[1].strip()[head.end() :]}")
                yield f"${{{head[0]} is not closed, so it is text here.", f"Write ${{{head[0]}}}.", fix
                continue
            if head and _many.search(braces[1]):
                yield f"{braces[0]} is no reference, so it is text here.", _TAKE, ""
                continue
            name = _in_braces(braces[1])
            if not name or not scope.known(name.partition("|")[0].partition("[")[0].strip()):
                continue
            fix = template.text.replace(braces[0], f"${{{name}}}")
            yield f"{braces[0]} is no reference, so it is text here.", f"Write ${{{name}}}.", fix
        for other in _other.finditer(text):
            name = other[1] or other[2] or other[3]
            if scope.known(name):
                fix = template.text.replace(other[0], f"${{{name}}}")
                yield f"{other[0]} is no reference, so it is text here.", f"Write ${{{name}}}.", fix


def _in_braces(typed: str) -> str:
    """What stands in braces that are no reference, as a reference; empty when that can't be told."""
    path, bar, written = typed.partition("|")
    head = _begins.match(path.strip())
    if head is None or "*" in path or ":-" in path:
        return ""
    rest = path.strip()[head.end() :]
    if not rest or rest[0] not in "-. @#:[":
        return "" if rest else f"{head[0]}{bar}{written}".strip()
    first, *inside = steps(head[0])
    if not inside:
        return ""
    more = _piece.findall(rest)
    if rest[0] not in ".[" and more:
        more[0] = inside.pop() + more[0]
    return _index.sub(r"[\1]", spelled(first, [*inside, *(each.strip("'\" ") for each in more)])) + bar + written


def _right(reference: Reference, typed: str) -> str:
    """The reference with what was typed behind it; empty when that is text as often as not, as in `$A.b-c`."""
    first, *inside = steps(reference)
    more = _piece.findall(typed)
    if not inside or (len(inside) == 1 and len(more) == 1 and not typed.startswith(".")):
        return ""
    if not typed.startswith("."):
        more[0] = inside.pop() + more[0]
        if inside == ["headers"]:
            more[0] = more[0].replace("-", "_").lower()
    if more[0] == "@odata" and len(more) > 1:  # a label of OData has a dot inside
        more[:2] = [f"{more[0]}.{more[1]}"]
    return _index.sub(r"[\1]", spelled(first, [*inside, *more]))


def _dollars(template: Template, scope: Scope) -> Iterator[tuple[str, str, str]]:
    """Names with a dollar sign that another language means: parameters of OData, GraphQL's variables, keys of JSON."""
    text = template.text
    if "$" not in text:
        return
    names = dict.fromkeys(_parameter.findall(text))
    for operation in _operation.finditer(text):
        names.update(dict.fromkeys(_declared.findall(operation[1])))
    names.update(dict.fromkeys(name for name in _key.findall(text) if not scope.known(name)))
    heads = {steps(each)[0] for each in template.references}
    meant = {name: None for name in names if name in heads}
    if meant:
        shown = ", ".join(f"${name}" for name in meant)
        message = f"{shown} looks like a name of the API's own, but a value of the call is put in its place."
        doubled = ", ".join(f"$${name}" for name in meant)
        yield message, f"Write {doubled} to send the dollar sign itself.", _doubled(text, meant)


def _doubled(text: str, names: dict[str, None]) -> str:
    """The text with these names as text."""
    written, end = [], 0
    for match in found(text):
        if match["bare"] and steps(match["bare"])[0] in names:
            written += [text[end : match.start()], "$"]
            end = match.start()
    return "".join([*written, text[end:]])
