"""Settings: where they come from, what they must look like, and that secrets stay secret."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ivr.settings import NAMES, Address, Settings, SettingsError, load, table
from ivr.settings import SECRETS as FROM_FILES

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(b"\xff" * 32).decode()
SECRETS = {
    "TWILIO_AUTH_TOKEN": "hush-token",
    "TWILIO_SHARED_KEY": "hush-shared",
    "IVR_DATABASE_URL": "postgresql://ivr:hush@db/ivr",
    "IVR_KEY": KEY,
    "IVR_EGRESS_PROXY": "http://ivr:hush@proxy:3128",
}


def read(**environ: str) -> Settings:
    return load(environ=environ, env_file=None)


def refusal(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(**environ)
    return str(caught.value)


def test_nothing_set_means_the_defaults() -> None:
    settings = read()
    assert settings == Settings()
    assert settings.listen == Address("0.0.0.0", 8080)
    assert settings.data == Path("ivr-data")
    assert settings.twilio_api_url == "https://api.twilio.com"
    assert settings.log_level == "info"
    assert not any((settings.public_url, settings.auth_token, settings.key, settings.uvloop, settings.warnings))


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "\ufeffIVR_LOG_LEVEL=debug\nexport IVR_DATA='/from/file'\nIVR_LISTEN=127.0.0.1:1\nPATH=/odd\n", "utf-8"
    )
    settings = load(environ={"IVR_DATA": "/from/environment", "IVR_LISTEN": " "}, env_file=file)
    assert settings.data == Path("/from/environment")
    assert settings.log_level == "debug"
    assert settings.listen == Address("127.0.0.1", 1)


def test_a_file_that_is_not_there_is_an_empty_one(tmp_path: Path) -> None:
    assert load(environ={}, env_file=tmp_path / ".env") == Settings()


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load(environ={}, env_file=file)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        read().log_level = "debug"  # type: ignore[misc]


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load(
            need=("IVR_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "IVR_DATA"),
            environ={"IVR_LISTEN": "here", "TWILIO_AUTH_TOKEN": "two words", "IVR_UVLOOP": "maybe"},
            env_file=None,
        )
    lines = str(caught.value).splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == [
        "IVR_PUBLIC_URL",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "IVR_LISTEN",
        "IVR_UVLOOP",
    ]
    assert lines[0] == (
        "IVR_PUBLIC_URL is missing: set it to the address at which the carrier reaches this server, "
        "such as https://ivr.example.com."
    )
    assert lines[-1] == "IVR_UVLOOP must be true or false."


def test_what_is_needed_and_set_is_no_problem() -> None:
    environ = {"IVR_PUBLIC_URL": "https://ivr.example.com"}
    assert load(need=("IVR_PUBLIC_URL", "IVR_DATA"), environ=environ, env_file=None).public_url


@pytest.mark.parametrize(
    ("given_url", "url"),
    [
        ("https://ivr.example.com", "https://ivr.example.com"),
        (" HTTPS://IVR.Example.COM/ ", "https://ivr.example.com"),
        ("http://localhost:8080//", "http://localhost:8080"),
        ("https://example.com/Line/One/", "https://example.com/Line/One"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_urls_are_brought_into_one_form(given_url: str, url: str) -> None:
    assert read(IVR_PUBLIC_URL=given_url).public_url == url
    assert read(TWILIO_API_URL=given_url).twilio_api_url == url


@pytest.mark.parametrize(
    "url",
    [
        "ivr.example.com",
        "ftp://example.com",
        "https://",
        "https://user:hush@example.com",
        "https://example.com?hush=1",
        "https://example.com/#hush",
        "https://example.com:0",
        "https://example.com:65536",
        "https://ivr_1.example.com",
        "https://exämple.com",
        "https://example.com/a b",
        "https://example.com\n/x",
        "https:\\\\example.com",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    told = refusal(IVR_PUBLIC_URL=url)
    assert told.startswith("IVR_PUBLIC_URL must look like https://ivr.example.com")
    assert "hush" not in told


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:0", Address("127.0.0.1", 0)), ("[::]:80", Address("::", 80)), (":9", Address("0.0.0.0", 9))],
)
def test_where_to_listen(text: str, address: Address) -> None:
    assert read(IVR_LISTEN=text).listen == address
    assert read(IVR_LISTEN=str(address)).listen == address


@pytest.mark.parametrize(
    "text", ["8080", "host", "host:", "host:99999", "::1:80", "http://host:80", "host:-1", "host:²"]
)
def test_where_not_to_listen(text: str) -> None:
    assert refusal(IVR_LISTEN=text).startswith("IVR_LISTEN must look like 0.0.0.0:8080")


@pytest.mark.parametrize(
    ("text", "sender"),
    [("+1 (555) 010-0000", "+15550100000"), ("12345", "12345"), ("MG" + "0a" * 16, "MG" + "0a" * 16)],
)
def test_who_texts_come_from(text: str, sender: str) -> None:
    assert read(IVR_SMS_FROM=text).sms_from == sender


@pytest.mark.parametrize("text", ["+", "+0155501000", "MG1", "me", "+1555010000000000"])
def test_who_texts_cannot_come_from(text: str) -> None:
    assert refusal(IVR_SMS_FROM=text).startswith("IVR_SMS_FROM must be a phone number")


@pytest.mark.parametrize("sid", ["AC1/..", "AC 1", "AC1:x", "ñ"])
def test_an_account_sid_is_one_word(sid: str) -> None:
    assert refusal(TWILIO_ACCOUNT_SID=sid).startswith("TWILIO_ACCOUNT_SID must be the account's SID")
    assert read(TWILIO_ACCOUNT_SID=" AC1 ").account_sid == "AC1"


def test_one_key_or_several() -> None:
    assert read(IVR_KEY=KEY).key.get_secret_value() == KEY
    assert read(IVR_KEY=f"{KEY} , {OTHER_KEY}").key.get_secret_value() == f"{KEY},{OTHER_KEY}"


@pytest.mark.parametrize("keys", ["hush", KEY[:-1], f"{KEY},", f"{KEY},hush", KEY + KEY, "+" + KEY[1:]])
def test_a_key_that_is_none(keys: str) -> None:
    told = refusal(IVR_KEY=keys)
    assert told.startswith("IVR_KEY must be one or several keys")
    assert keys not in told


def test_words_for_levels_and_switches() -> None:
    assert read(IVR_LOG_LEVEL=" DEBUG ").log_level == "debug"
    assert refusal(IVR_LOG_LEVEL="loud") == "IVR_LOG_LEVEL must be 'debug', 'info', 'warning' or 'error'."
    assert all(read(IVR_UVLOOP=word).uvloop for word in ("true", "1", "Yes", "ON"))


def test_secrets_are_there_but_do_not_show() -> None:
    settings = read(**SECRETS)
    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()} {settings.auth_token}"
    assert settings.auth_token.get_secret_value() == "hush-token"
    assert "•••" in str(settings.auth_token)
    assert not [secret for secret in SECRETS.values() if secret in shown]


@given(st.sampled_from(sorted(set(NAMES) - {"IVR_DATA"})), st.text(st.characters(codec=None), max_size=30))
def test_a_bad_value_is_told_but_never_shown(name: str, tail: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} must") as caught:
        read(**{name: f"hu§h{tail}"})
    assert "hu§h" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_slip_in_a_name_is_pointed_out(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ivr_listen=hush\n", "utf-8")
    settings = load(environ={"IVR_PUBLIC_ULR": "https://hush", "IVR_PAINT": "hush", "PATH": "/bin"}, env_file=file)
    assert settings.warnings == (
        "IVR_PAINT is not a setting.",
        "IVR_PUBLIC_ULR is not a setting; did you mean IVR_PUBLIC_URL?",
        "ivr_listen is not a setting; did you mean IVR_LISTEN?",
    )


def test_a_setting_cannot_come_in_by_the_name_of_its_field() -> None:
    assert read(public_url="https://hush", warnings="hush") == Settings()


def test_the_table_has_every_setting() -> None:
    rows = table()
    assert [row.name for row in rows] == list(NAMES)
    assert {row.name: row.default for row in rows if row.default} == {
        "TWILIO_API_URL": "https://api.twilio.com",
        "IVR_LISTEN": "0.0.0.0:8080",
        "IVR_BOARD_LISTEN": "127.0.0.1:8081",
        "IVR_LANGUAGE": "auto",
        "IVR_SESSION_HOURS": "12",
        "IVR_SESSION_DAYS": "30",
        "IVR_READ_ONLY": "false",
        "IVR_MOST_PER_DESTINATION": "20",
        "IVR_MOST_PER_CALLER": "50",
        "IVR_MOST_PER_TOKEN": "1000",
        "IVR_MOST_PER_FLOW": "5000",
        "IVR_MOST_PER_DAY": "10000",
        "IVR_CALLS_PER_SECOND": "1.0",
        "IVR_LONGEST_QUEUE": "1000",
        "IVR_DATA": "ivr-data",
        "IVR_KEEP_CALLS_DAYS": "90",
        "IVR_KEEP_TRACES_DAYS": "0",
        "IVR_KEEP_STARTS_DAYS": "90",
        "IVR_KEEP_AUDIT_DAYS": "0",
        "IVR_KEEP_RECORDINGS_DAYS": "0",
        "IVR_HOST_LIMIT": "1000",
        "IVR_TRACEPARENT": "true",
        "IVR_MOST_LATE": "0.15",
        "IVR_DRAIN_SECONDS": "20",
        "IVR_LOG_LEVEL": "info",
        "IVR_LOG_FORMAT": "text",
        "IVR_UVLOOP": "false",
    }
    assert all(row.meaning.endswith(".") and "\n" not in row.meaning for row in rows)
    assert load(environ={row.name: row.default for row in rows}, env_file=None) == Settings()


@pytest.mark.parametrize(
    ("given", "read_as"), [("10.0.0.5", "10.0.0.5/32"), ("10.0.0.0/8 , fd00::/8,", "10.0.0.0/8,fd00::/8")]
)
def test_trusted_proxies(given: str, read_as: str) -> None:
    assert read(IVR_TRUSTED_PROXIES=given).trusted_proxies == read_as


@pytest.mark.parametrize("text", ["proxy.example.com", "10.0.0.5/8", "0.0.0.0/0", "::/0", "10.0.0.300"])
def test_what_is_no_proxy(text: str) -> None:
    assert refusal(IVR_TRUSTED_PROXIES=text).startswith("IVR_TRUSTED_PROXIES must ")


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_every_secret_can_stand_in_a_file_as_containers_get_them(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRETS[name]}\n", "utf-8")
    settings = read(**{f"{name}_FILE": str(file)})
    assert getattr(settings, NAMES[name]).get_secret_value() == SECRETS[name]
    assert settings.warnings == ()


def test_secrets_are_all_that_stands_in_files() -> None:
    assert set(FROM_FILES) == set(SECRETS)
    assert read(IVR_LISTEN_FILE="/x").warnings[0].startswith("IVR_LISTEN_FILE is not a setting")


def test_a_secret_in_two_places_or_none_is_named_with_all_else(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bad").write_text("two words\n")
    told = refusal(
        IVR_KEY=KEY,
        IVR_KEY_FILE=str(tmp_path / "bad"),
        TWILIO_AUTH_TOKEN_FILE=str(tmp_path / "bad"),
        TWILIO_SHARED_KEY_FILE=str(tmp_path / "missing"),
        IVR_DATABASE_URL_FILE=str(tmp_path / "empty"),
    )
    assert told.splitlines() == [
        "TWILIO_AUTH_TOKEN must be one word of plain characters; copy it again.",
        "TWILIO_SHARED_KEY can't be read from the file in TWILIO_SHARED_KEY_FILE: make it a text file that you may "
        "open.",
        "IVR_DATABASE_URL is empty in the file in IVR_DATABASE_URL_FILE.",
        "IVR_KEY is set, and IVR_KEY_FILE is too: set only one of them.",
    ]


def test_what_a_file_holds_counts_as_set(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hush-token")
    environ = {"TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "token")}
    assert load(need=("TWILIO_AUTH_TOKEN",), environ=environ, env_file=None).auth_token


@pytest.mark.parametrize("proxy", ["socks5://p:1", "http://", "https://u:hush@p:1", "http://u:hush@p:1/x"])
def test_a_proxy_is_a_plain_address_and_its_password_is_not_told(proxy: str) -> None:
    told = refusal(IVR_EGRESS_PROXY=proxy)
    assert "IVR_EGRESS_PROXY must look like http://proxy.example.com:3128" in told
    assert "hush" not in told
