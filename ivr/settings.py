"""Settings: read once at start, from the environment and a `.env` file; the environment wins.

`load` names every missing or bad setting at once. `table` lists them all, for the README.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, DotEnvSettingsSource

from ivr.described import descriptions
from ivr.language import Setting as Language
from ivr.setting_types import (
    Account,
    Address,
    Country,
    DatabaseUrl,
    Destinations,
    File,
    Keys,
    Listen,
    Lower,
    Networks,
    Places,
    ProxyUrl,
    QuietTime,
    Secret,
    Sender,
    Token,
    Url,
    YesNo,
)

__all__ = ["NAMES", "Address", "Row", "Secret", "Settings", "SettingsError", "load", "table"]


class SettingsError(Exception):
    """One line for each missing or bad setting, with what to do. Values are never shown."""


class Row(NamedTuple):
    """One line of the configuration table."""

    name: str
    default: str
    meaning: str


class Settings(BaseModel):
    """Everything that can be set. A text or secret that is not set is empty. Made by `load`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    public_url: Url = Field("", alias="IVR_PUBLIC_URL")
    """The address at which the carrier reaches this server, such as https://ivr.example.com. Requests are only
    believed when they were signed for it, so it must be the very address that the carrier was given."""

    account_sid: Account = Field("", alias="TWILIO_ACCOUNT_SID")
    """The SID of the Twilio account, AC and 32 characters; the Twilio console shows it."""

    auth_token: Token = Field(Secret(""), alias="TWILIO_AUTH_TOKEN")
    """The primary auth token of that account; the Twilio console shows it. Secret."""

    shared_key: Token = Field(Secret(""), alias="TWILIO_SHARED_KEY")
    """The shared key with which the account signs its webhooks by SHA-256, if it has one. Secret."""

    twilio_api_url: Url = Field("https://api.twilio.com", alias="TWILIO_API_URL")
    """The address of Twilio's REST API, or of a carrier that speaks the same."""

    sms_from: Sender = Field("", alias="IVR_SMS_FROM")
    """The number that texts come from, such as +15550100, or the SID of a messaging service (MG...). When not set,
    it is the number that was called."""

    country: Country = Field("", alias="IVR_COUNTRY")
    """The country of numbers that are written without their country's code, by its two letters (ISO 3166), such as US.
    When not set, it is the country of the server's own numbers, if they are all of one."""

    destinations: Destinations = Field("", alias="IVR_DESTINATIONS")
    """Where calls and texts may go: countries by their two letters and prefixes with a plus, with a comma between them,
    such as US, CA, +4420; `*` is everywhere. When not set, the countries of the server's own numbers. Numbers of
    premium rate or shared cost and satellite phones are never called or texted, whatever is set."""

    most_per_destination: int = Field(20, ge=0, alias="IVR_MOST_PER_DESTINATION")
    """How many calls and texts one number may get within 24 hours, unless the author of a flow wrote that number in it.
    0 means no limit."""

    most_per_caller: int = Field(50, ge=0, alias="IVR_MOST_PER_CALLER")
    """How many texts and transfers one caller may cause within 24 hours. 0 means no limit."""

    most_per_token: int = Field(1000, ge=0, alias="IVR_MOST_PER_TOKEN")
    """How many starts one API token may ask for within 24 hours. 0 means no limit."""

    most_per_flow: int = Field(5000, ge=0, alias="IVR_MOST_PER_FLOW")
    """How many calls, texts and transfers one flow may make within 24 hours. 0 means no limit."""

    most_per_day: int = Field(10_000, ge=0, alias="IVR_MOST_PER_DAY")
    """How many calls, texts and transfers all flows together may make within 24 hours. 0 means no limit."""

    quiet_hours: QuietTime = Field("", alias="IVR_QUIET_HOURS")
    """When no one is called or texted, by the clock in the recipient's time zone, such as 21:00-08:00; but for replies
    to callers who did something within the hour, and numbers that the author of a flow wrote in it. When not set, there
    are no quiet hours."""

    calls_per_second: float = Field(1.0, ge=0.01, le=100, alias="IVR_CALLS_PER_SECOND")
    """How many starts by the API are made in a second at most, by call and by text, by all servers on this database
    together; carriers allow 1 call unless agreed otherwise."""

    longest_queue: int = Field(1000, ge=0, alias="IVR_LONGEST_QUEUE")
    """How many starts may wait before the API takes no more of them. 0 means no limit."""

    listen: Listen = Field(
        Address("0.0.0.0", 8080),  # noqa: S104 - the carrier comes from outside
        alias="IVR_LISTEN",
    )
    """The address and port to listen on for the carrier."""

    board_listen: Listen = Field(Address("127.0.0.1", 8081), alias="IVR_BOARD_LISTEN")
    """The address and port to listen on for the board, where flows are drawn, and for its API. Anything but this
    machine itself takes users: `ivr user add`."""

    board_url: Url = Field("", alias="IVR_BOARD_URL")
    """The address at which people open the board, such as https://board.example.com, where a proxy with a certificate
    stands before it. It takes users: `ivr user add`. When not set, it is opened at the address it listens on."""

    language: Annotated[Language, Lower] = Field("auto", alias="IVR_LANGUAGE")
    """The language of the board: en for English, de for German, auto for the one that each browser prefers of them, or
    else English."""

    session_hours: int = Field(12, ge=1, le=720, alias="IVR_SESSION_HOURS")
    """After how many hours without a click the board asks for its password again."""

    session_days: int = Field(30, ge=1, le=365, alias="IVR_SESSION_DAYS")
    """After how many days the board asks for its password again, however much it was used."""

    trusted_proxies: Networks = Field("", alias="IVR_TRUSTED_PROXIES")
    """Addresses and networks of the proxies before this server, with a comma between them, such as 10.0.0.5,
    192.168.7.0/24. Only these are believed when they name, in X-Forwarded-For, whose request they pass on; limits and
    wrong passwords are counted by that address."""

    read_only: YesNo = Field(False, alias="IVR_READ_ONLY")
    """Whether everyone may only look: nothing is changed on the board, nothing is sent or started by the API, and test
    calls are made of published revisions, with made-up answers of APIs. true or false."""

    data: Path = Field(Path("ivr-data"), alias="IVR_DATA")
    """The folder for everything that is kept: database, audio, key. It is made when missing."""

    database_url: DatabaseUrl = Field(Secret(""), alias="IVR_DATABASE_URL")
    """The PostgreSQL database to use, postgresql://user:password@host/database. When not set, it is a SQLite file in
    the data folder. Secret."""

    key: Keys = Field(Secret(""), alias="IVR_KEY")
    """The key that seals what is stored: 32 bytes in base64, as `ivr key new` prints it. Of several keys, with
    commas between them, the first one seals and all of them open; how to change the key: `ivr key rotate --help`.
    Secret."""

    keep_calls_days: int = Field(90, ge=0, le=36_500, alias="IVR_KEEP_CALLS_DAYS")
    """After how many days all that is kept of a call is deleted, its texts too. 0 means never."""

    keep_traces_days: int = Field(0, ge=0, le=36_500, alias="IVR_KEEP_TRACES_DAYS")
    """After how many days what was said, typed, texted and answered in a call is deleted: its trace and its variables.
    The call stays in the list, with its numbers, and in the statistics. 0 means with the call."""

    keep_recordings_days: int = Field(0, ge=0, le=36_500, alias="IVR_KEEP_RECORDINGS_DAYS")
    """After how many days recordings are deleted at the carrier; no more than calls are kept, whose traces say where
    they are. 0 means never: the carrier keeps them, also when their call is deleted here."""

    keep_starts_days: int = Field(90, ge=0, le=36_500, alias="IVR_KEEP_STARTS_DAYS")
    """After how many days what other systems have asked for by the API is deleted. 0 means never."""

    keep_audit_days: int = Field(0, ge=0, le=36_500, alias="IVR_KEEP_AUDIT_DAYS")
    """After how many days entries of the audit trail are deleted. 0 means never."""

    egress_allow: Places = Field("", alias="IVR_EGRESS_ALLOW")
    """What web calls may reach besides the public internet: hosts, networks and ports with a comma between them, such
    as crm.internal, 10.1.2.0/24 or [fd00::/8]:8443."""

    egress_proxy: ProxyUrl = Field(Secret(""), alias="IVR_EGRESS_PROXY")
    """The HTTP proxy that web calls go through, http://user:password@proxy.example.com:3128, but for those to this
    machine. What they may reach stays the same. When not set, they go directly. Secret."""

    ca_file: File = Field(None, alias="IVR_CA_FILE")
    """A file with the certificates of private authorities that web calls trust besides the public ones."""

    host_limit: int = Field(1000, ge=0, alias="IVR_HOST_LIMIT")
    """How many web calls may ask one host at once; further ones wait for their turn, within their timeout. 0 means no
    limit."""

    alerts: File = Field(None, alias="IVR_ALERTS")
    """A YAML file with alerts and service levels. The page Deploying says what may stand in it."""

    otel_endpoint: Url = Field("", alias="IVR_OTEL_ENDPOINT")
    """The address of an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318. When set, a
    trace of each call is sent there, below /v1/traces; it takes the extra `otel`."""

    traceparent: YesNo = Field(True, alias="IVR_TRACEPARENT")
    """Whether web calls tell their APIs of the trace, by the header `traceparent`, where traces are sent to a
    collector: true or false."""

    most_late: float = Field(0.15, ge=0, le=10, alias="IVR_MOST_LATE")
    """How many seconds the server may be behind its work, on average, before it turns new calls away with words; a page
    takes some ten times as long then. It does so too while a save waits for more than a second. Fewer than 50 new
    calls within a second are always taken. 0 means that it takes all calls."""

    drain_seconds: float = Field(20, ge=0, le=3600, alias="IVR_DRAIN_SECONDS")
    """For how many seconds new calls are still answered when the server is asked to stop, while `/readyz` asks the load
    balancer to send them elsewhere. 0 without a load balancer."""

    log_level: Annotated[Literal["debug", "info", "warning", "error"], Lower] = Field("info", alias="IVR_LOG_LEVEL")
    """How much is logged: debug, info, warning or error."""

    log_format: Annotated[Literal["text", "json"], Lower] = Field("text", alias="IVR_LOG_FORMAT")
    """How the log is written: text for people, or json with one object a line, for programs that collect logs."""

    uvloop: YesNo = Field(False, alias="IVR_UVLOOP")
    """Whether to run on uvloop, which must be installed, in place of Python's own event loop: true or false."""

    demo: bool = False
    """Whether this is the demo, which sets it itself."""

    warnings: tuple[str, ...] = ()
    """What looks like a slip but stops nothing, each in one line."""


NAMES = {field.alias: name for name, field in Settings.model_fields.items() if field.alias}
"""Name in the environment: name of the field."""
IN_FILE = "_FILE"
"""What the name of a setting ends with that holds, in place of a secret, the path of a file with it."""
SECRETS = tuple(name for name, field in NAMES.items() if isinstance(Settings.model_fields[field].default, Secret))
"""Names of what is secret; of each there is one more, with `_FILE`."""


def load(
    *, need: tuple[str, ...] = (), env_file: Path | None = Path(".env"), environ: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings; an empty value counts as not set, and a missing `env_file` as empty.

    `need` has the names, as in the environment, of what must be set or have a default; `environ` is the process's own
    unless given.
    Raises SettingsError, which names everything missing or bad at once.
    """
    given = _filled(_in_file(env_file)) | _filled(os.environ if environ is None else environ)
    secrets, problems = _from_files(given)
    values: dict[str, Any] = {name: given[name] for name in NAMES if name in given} | secrets
    missing = (name for name in need if name not in values and not _default(name))
    problems |= {name: _missing(name) for name in missing if name not in problems}
    try:
        settings = Settings(**values, warnings=_slips(given))
    except ValidationError as error:
        bad = {str(found["loc"][0]): _bad(found) for found in error.errors(include_input=False)}
        problems = bad | problems
    if problems:
        raise SettingsError("\n".join(f"{name} {problems[name]}" for name in NAMES if name in problems))
    return settings


def table() -> list[Row]:
    """Every setting with its default (empty if none) and its meaning in one line, in reading order."""
    return [Row(name, _shown(_default(name)), _meaning(name)) for name in NAMES]


def _in_file(path: Path | None) -> Mapping[str, str | None]:
    try:
        return DotEnvSettingsSource(
            BaseSettings, env_file=path, env_file_encoding="utf-8-sig", case_sensitive=True
        ).env_vars
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{path} cannot be read: make it a text file in UTF-8 that you may open.") from error


def _filled(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value and value.strip()}


def _from_files(given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Secrets that stand in files of their own, as containers get them; and what is wrong with such files."""
    values, problems = {}, {}
    for name in SECRETS:
        path = given.get(f"{name}{IN_FILE}")
        if path is None:
            continue
        if name in given:
            problems[name] = f"is set, and {name}{IN_FILE} is too: set only one of them."
            continue
        try:
            text = Path(path).read_text("utf-8-sig").rstrip("\r\n")
        except (OSError, UnicodeError, ValueError):
            problems[name] = f"can't be read from the file in {name}{IN_FILE}: make it a text file that you may open."
            continue
        if text.strip():
            values[name] = text
        else:
            problems[name] = f"is empty in the file in {name}{IN_FILE}."
    return values, problems


def _missing(name: str) -> str:
    first = _meaning(name).split(". ")[0].rstrip(".")
    return f"is missing: set it to {first[0].lower()}{first[1:]}."


def _bad(found: ErrorDetails) -> str:
    reason = found.get("ctx", {}).get("error")
    if isinstance(reason, ValueError):
        return f"{reason}."
    if found["type"] == "bool_parsing":
        return "must be true or false."
    return found["msg"].replace("Input should", "must") + "."


def _slips(given: Mapping[str, str]) -> tuple[str, ...]:
    known = NAMES.keys() | {f"{name}{IN_FILE}" for name in SECRETS}
    strange = sorted(name for name in given if name.upper().startswith("IVR_") and name not in known)
    return tuple(f"{name} is not a setting{_perhaps(name)}" for name in strange)


def _perhaps(name: str) -> str:
    close = get_close_matches(name.upper(), NAMES, n=1, cutoff=0.75)
    return f"; did you mean {close[0]}?" if close else "."


def _meaning(name: str) -> str:
    meaning = " ".join(descriptions(Settings).get(NAMES[name], "").split())
    return f"{meaning} Or {name}{IN_FILE}: a file that holds it." if name in SECRETS else meaning


def _default(name: str) -> object:
    return Settings.model_fields[NAMES[name]].default


def _shown(default: object) -> str:
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)
