"""References that are not what was meant: one that stops short, as `$EXTCALL_2.response.en-US` does at the hyphen, and
a dollar sign that belongs to another language, as in `?$filter=`. Each comes with the text that is right."""

import re
from collections.abc import Iterator

from ivr.core.grammar import found, spelled, steps
from ivr.core.problem import Problem
from ivr.core.template import SECRET, Reference, Template
from ivr.flow.model import Flow
from ivr.flow.scope import Scope

_on = re.compile(r"(?:-[\w-]*\w|\.[@#]\w[\w-]*)(?:\.[@#]?\w[\w-]*|\[[0-9]+\])*")
"""What goes on like a label: a hyphen inside it, an attribute of XML."""
_many = re.compile(r"\[(?:\*|-[0-9]+)\]")
_piece = re.compile(r"[^.\[\]]+")
_parameter = re.compile(r"[?&]\$(\w+)=", re.ASCII)
_operation = re.compile(r"\b(?:query|mutation|subscription)\b[^{}()]{0,200}\(([^(){}]{0,2000})\)")
_declared = re.compile(r"\$(\w+)\s{0,20}:\s{0,20}\[?\[?[A-Z]", re.ASCII)
_key = re.compile(r'"\$(\w+)"\s{0,20}:', re.ASCII)


def spelling(flow: Flow, scope: Scope) -> Iterator[Problem]:
    """Warnings, each with the field's text as it should be in `fix`."""
    for block in flow.blocks:
        for path, template in block.action.templates:
            where = f"action.{path}"
            for message, hint, fix in (*_short(template), *_dollars(template, scope)):
                yield Problem("misspelled", message, block.number, where, hint, "warning", fix)


def _short(template: Template) -> Iterator[tuple[str, str, str]]:
    """References that stop short of what was typed. One that braces end has been ended on purpose."""
    for part, after in zip(template.parts, template.parts[1:], strict=False):
        if not isinstance(part, Reference) or isinstance(after, Reference) or part.startswith(SECRET):
            continue
        if f"${part}{after[:1]}" not in template.text:
            continue
        if many := _many.match(after):
            hint = "Take the list by a response variable of the External Web Call, such as `$.items[*].name`."
            yield f"${part} ends before {many[0]}, which is text here.", hint, ""
        elif (typed := _on.match(after)) and (right := _right(part, typed[0])):
            message = f"${part} ends before “{typed[0]}”, which is text here."
            hint = f"If it belongs to the name, write ${right}; if not, ${{{part}}}{typed[0]}."
            yield message, hint, template.text.replace(f"${part}{typed[0]}", f"${right}")


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
    return spelled(first, [*inside, *more])


def _dollars(template: Template, scope: Scope) -> Iterator[tuple[str, str, str]]:
    """Names with a dollar sign that another language means: parameters of OData, GraphQL's variables, keys of JSON."""
    text = template.text
    if "$" not in text:
        return
    names = dict.fromkeys(_parameter.findall(text))
    for operation in _operation.finditer(text):
        names.update(dict.fromkeys(_declared.findall(operation[1])))
    names.update(dict.fromkeys(name for name in _key.findall(text) if not scope.known(name)))
    meant = {name: None for name in names if name in {steps(each)[0] for each in template.references}}
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
