"""From an operation of an OpenAPI document to the fields of an External Web Call that sends it."""

import json
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote, urljoin

from msgspec import Struct
from pydantic import ValidationError

from ivr.actions.external_web_call import ExternalWebCall
from ivr.actions.parts.web_call import GENERATED, REFUSED_HEADERS
from ivr.actions.parts.web_call_request import FORM_TYPE, MULTIPART, media_type
from ivr.authoring.openapi.operations import find, text
from ivr.authoring.openapi.reading import Document
from ivr.authoring.openapi.schemas import Leaf, Schemas, escaped, variable
from ivr.core import query
from ivr.core.values import Value

MOST_OFFERED = 60
"""Values of an answer that are offered."""
MOST_NOTES = 12
MOST_PARAMETERS = 50
_place = re.compile(r"\{([^{}/]+)\}")
_header = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
_own = REFUSED_HEADERS | {"accept", "content-type", "authorization", "accept-encoding"}
_kinds = ("application/json", FORM_TYPE, MULTIPART, "application/xml", "text/xml", "text/plain")
"""Content types, the best first; any that ends in `+json` comes behind the first."""


class Offered(Struct, frozen=True):
    """A response variable that may be taken: its name, where it is in the answer, what the document says of it."""

    name: str
    query: str
    description: str


class Picked(Struct, frozen=True):
    """The fields of an External Web Call that sends an operation; what is to be looked at; and what may be taken from
    the answer."""

    fields: dict[str, Any]
    notes: tuple[str, ...]
    offered: tuple[Offered, ...]


def pick(document: Document, name: str) -> Picked:
    """Everything an operation says of its request and of its answer. Raises NotOpenApi."""
    return _Picking(document, name).picked()


class _Picking:
    def __init__(self, document: Document, name: str) -> None:
        self._document = document
        self._item, self._declared, self._operation = find(document, name)
        self._schemas = Schemas(document)
        self._notes: list[str] = []

    def picked(self) -> Picked:
        address, headers, left_out = self._parameters()
        fields: dict[str, Any] = {"method": self._operation.method, "url": f"{self._server()}{address}"}
        fields |= self._body()
        if headers:
            fields["headers"] = headers
        if (authentication := self._authentication()) is not None:
            fields["authentication"] = authentication
        if left_out:
            self._notes.append(f"Left out, as they need not be sent: {', '.join(left_out[:20])}.")
        if self._operation.deprecated:
            self._notes.append("The API says that this operation is deprecated.")
        self._check(fields)
        return Picked(fields, tuple(self._notes[:MOST_NOTES]), self._offered())

    def _check(self, fields: dict[str, Any]) -> None:
        """Leave out what no block takes: a document may say anything."""
        try:
            ExternalWebCall.model_validate(fields)
        except ValidationError as error:
            for name in dict.fromkeys(str(each["loc"][0]) for each in error.errors(include_input=False)):
                fields.pop(name, None)
                self._notes.append(f"What the document says of {name} can't be used, and was left out.")

    def _server(self) -> str:
        """The base address, without a slash at its end."""
        for declared in (self._declared, self._item, self._document.tree):
            servers = declared.get("servers")
            if isinstance(servers, list) and servers:
                server = self._document.at(servers[0])
                return self._address(text(server.get("url"), ""), self._document.at(server.get("variables")))
        return self._address("/", {})

    def _address(self, url: str, variables: Mapping[str, Value]) -> str:
        for name, declared in islice(variables.items(), MOST_PARAMETERS):
            url = url.replace(f"{{{name}}}", text(self._document.at(declared).get("default"), ""))
        whole = urljoin(self._document.address, url) if self._document.address else url
        if whole.lower().startswith(("https://", "http://")):
            return escaped(whole.rstrip("/"))
        self._notes.append("The document does not say where the API is: put its address in the place of $BaseUrl.")
        return "${BaseUrl}" + escaped(whole.rstrip("/"))

    def _parameters(self) -> tuple[str, list[dict[str, str]], list[str]]:
        """Path and query, header lines, and the names of those that need not be sent."""
        pairs: list[str] = []
        headers: list[dict[str, str]] = []
        cookies: list[str] = []
        left_out: list[str] = []
        for (name, place), declared in self._all_parameters().items():
            filled = self._filled(name, declared)
            if place == "path":
                continue
            if declared.get("required") is not True:
                left_out.append(name)
            elif place == "query":
                pairs.append(f"{escaped(quote(name, safe='[]'))}={filled}")
            elif place == "cookie":
                cookies.append(f"{escaped(name)}={filled}")
            elif _header.fullmatch(name) and name.lower() not in _own:
                headers.append({"name": name, "value": filled})
        if cookies:
            headers.append({"name": "Cookie", "value": "; ".join(cookies)})
        written = "".join(
            f"${{{variable(part)}}}" if index % 2 else escaped(quote(part, safe="/%:@!$&'()*+,;=~-._"))
            for index, part in enumerate(_place.split(self._operation.path))
        )
        return written + (f"?{'&'.join(pairs)}" if pairs else ""), headers, left_out

    def _all_parameters(self) -> dict[tuple[str, str], Mapping[str, Value]]:
        """By name and place; those of the operation go before those of its path."""
        found: dict[tuple[str, str], Mapping[str, Value]] = {}
        for declared in (self._item, self._declared):
            rows = declared.get("parameters")
            for row in (rows if isinstance(rows, list) else [])[:MOST_PARAMETERS]:
                parameter = self._document.at(row)
                found[text(parameter.get("name"), ""), text(parameter.get("in"), "")] = parameter
        return {key: parameter for key, parameter in found.items() if key[0]}

    def _filled(self, name: str, declared: Mapping[str, Value]) -> str:
        """Its value: the one that there can be, or a variable."""
        schema = self._schemas.merged(declared.get("schema"))
        choices = schema.get("enum")
        fixed = choices[0] if isinstance(choices, list) and len(choices) == 1 else schema.get("default")
        return escaped(text(fixed, "")) if isinstance(fixed, str | int | float) else f"${{{variable(name)}}}"

    def _body(self) -> dict[str, Any]:
        content = self._document.at(self._document.at(self._declared.get("requestBody")).get("content"))
        kind = _best(list(content))
        if not kind or self._operation.method in {"GET", "HEAD", "OPTIONS"}:
            return {}
        described = self._document.at(content[kind])
        schema = described.get("schema")
        whole = self._schemas.merged(schema)
        example = self._example(described)
        if not whole and example is not None and "json" in kind:
            self._notes.append("The body is the document's example: put variables into it.")
            return {"content_type": kind, "body": escaped(json.dumps(example, indent=2, ensure_ascii=False))}
        if left_out := self._schemas.left_out(whole):
            self._notes.append(f"Fields of the body that need not be sent: {', '.join(left_out[:20])}.")
        if media_type(kind) in {FORM_TYPE, MULTIPART}:
            rows = [
                {"name": name, "value": self._filled(name, {"schema": inner})}
                for name, inner in self._schemas.chosen(whole)
            ]
            return {"content_type": media_type(kind), "form": rows}
        if "json" in kind:
            return {"content_type": kind, "body": self._schemas.skeleton(schema)}
        self._notes.append(f"The body is {kind}: write it yourself.")
        return {"content_type": kind}

    def _example(self, described: Mapping[str, Value]) -> Value:
        """The first example of a body; None where there is none."""
        several = self._document.at(described.get("examples"))
        named = (self._document.at(each).get("value") for each in several.values())
        return described.get("example", next(named, None))

    def _authentication(self) -> dict[str, Any] | None:
        """By the first way to show who asks that can be sent; what it needs is still to be typed in."""
        wanted = self._declared.get("security", self._document.tree.get("security"))
        schemes = self._document.at(self._document.at(self._document.tree.get("components")).get("securitySchemes"))
        names = [name for each in (wanted if isinstance(wanted, list) else []) for name in self._document.at(each)]
        for name in names[:MOST_PARAMETERS]:
            if (found := self._credentials(self._document.at(schemes.get(name)))) is not None:
                self._notes.append("Type in what the authentication needs.")
                return found
        if names:
            self._notes.append(f"The API wants to know who asks, in a way that is not filled in: {names[0][:60]}.")
        return None

    def _credentials(self, scheme: Mapping[str, Value]) -> dict[str, Any] | None:
        kind, how = scheme.get("type"), str(scheme.get("scheme", "")).lower()
        if kind == "http" and how in {"basic", "digest"}:
            return {"type": how, "user": "", "password": _TO_TYPE}
        if (kind == "http" and how == "bearer") or kind == "openIdConnect":
            return {"type": "bearer", "token": _TO_TYPE}
        if kind == "mutualTLS":
            return {"type": "certificate", "certificate": _TO_TYPE, "private_key": _TO_TYPE}
        if kind == "apiKey" and scheme.get("in") in {"header", "query"} and _header.fullmatch(str(scheme.get("name"))):
            return {"type": "api_key", "name": scheme["name"], "value": _TO_TYPE, "place": scheme["in"]}
        return self._oauth2(self._document.at(scheme.get("flows"))) if kind == "oauth2" else None

    def _oauth2(self, flows: Mapping[str, Value]) -> dict[str, Any]:
        client, user = self._document.at(flows.get("clientCredentials")), self._document.at(flows.get("password"))
        flow = client or user
        url = text(flow.get("tokenUrl"), "")
        if not url:
            return {"type": "bearer", "token": _TO_TYPE}
        token_url = escaped(urljoin(f"{self._server()}/", url))
        fields = {
            "token_url": token_url,
            "client_id": "",
            "scope": " ".join(list(self._document.at(flow.get("scopes")))[:1]),
        }
        if client:
            return {"type": "oauth2", **fields, "client_secret": _TO_TYPE}
        return {"type": "oauth2_password", **fields, "user": "", "password": _TO_TYPE}

    def _offered(self) -> tuple[Offered, ...]:
        """What the first answer that means success has, each name once."""
        responses = self._document.at(self._declared.get("responses"))
        status = next((each for each in ("200", "201", "202", "2XX", "2xx", "default") if each in responses), "")
        content = self._document.at(self._document.at(responses.get(status)).get("content"))
        kind = next((each for each in content if "json" in each), "")
        if not kind:
            return ()
        leaves = self._schemas.leaves(self._document.at(content[kind]).get("schema"))
        found: dict[str, Offered] = {}
        for leaf in islice(filter(_is_taken, leaves), MOST_OFFERED):
            name = _free(leaf.name, {*found, *GENERATED})
            found[name] = Offered(name, leaf.query, leaf.description)
        return tuple(found.values())


_TO_TYPE = {"set": True}
"""A secret that is not here: the check asks for it."""


def _free(name: str, taken: set[str]) -> str:
    numbered = (f"{name}_{number}" for number in range(2, MOST_OFFERED + 3))
    return next(each for each in (name, *numbered) if each not in taken)


def _is_taken(leaf: Leaf) -> bool:
    """Whether there can be such a query expression."""
    try:
        query.check(leaf.query)
    except query.BadQuery:
        return False
    return True


def _best(kinds: list[str]) -> str:
    """The content type that is easiest to write."""
    by_media = {media_type(kind): kind for kind in kinds}
    for kind in _kinds:
        if kind in by_media:
            return by_media[kind]
        alike = next((written for media, written in by_media.items() if media.endswith("+json")), "")
        if alike:
            return alike
    return kinds[0] if kinds and re.fullmatch(r"[\w.+-]+/[\w.+-]+", kinds[0]) else ""


def as_block(picked: Picked) -> str:
    """The block as JSON for a flow file, all that is offered taken."""
    taken = [{"name": each.name, "query": each.query} for each in picked.offered]
    block = {"type": "external_web_call", **picked.fields} | ({"response_variables": taken} if taken else {})
    return json.dumps(block, indent=2, ensure_ascii=False)
