"""The server's settings: from a TOML file, the environment (``PULLQUOTE_…``), the command line; later ones win."""

from __future__ import annotations

import difflib
import hashlib
import hmac
import os
import re
import secrets
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from qa.cache import MAX_ENTRIES
from qa.errors import SettingsError
from qa.loop.keeper import DAYS

Right = Literal["ask", "write", "feedback", "page"]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ORIGIN = r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?"
_RIGHT = "(?:ask|write|feedback)"
_KEY = re.compile(
    rf"(?P<name>[\w.-]{{1,64}}):(?:(?P<rights>{_RIGHT}(?:\+{_RIGHT})*):(?P<digest>[0-9a-f]{{64}})"
    rf"|page:(?P<public>[0-9a-f]{{64}})(?P<origins>(?:@{_ORIGIN})+))"
)
_WANTED = re.compile(
    rf"(?P<name>[\w.-]{{1,64}})(?::(?P<rights>{_RIGHT}(?:\+{_RIGHT})*|page(?P<origins>(?:@{_ORIGIN})+)))?"
)


class Holder(NamedTuple):
    """Whose a key is, and what it allows; ``origins`` of a key for pages, empty for others."""

    name: str
    rights: frozenset[str]
    origins: frozenset[str]


Words = Annotated[tuple[str, ...], NoDecode]
"""In the environment separated by spaces or commas, in the file a list."""


class ServerSettings(BaseSettings):
    """Everything that an operator may set."""

    model_config = SettingsConfigDict(env_prefix="PULLQUOTE_", extra="ignore", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on. Anything but loopback needs a key.")
    port: int = Field(default=8000, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    keys: Words = Field(
        default=(),
        description="Who may use it: NAME:RIGHTS:SHA256, made by `pullquote serve --new-key`; see docs/security.md.",
    )
    allow_origins: Words = Field(default=(), description="Web pages that may call it (CORS), as https://news.example.")
    allowed_hosts: Words = Field(
        default=(), description="Host names it answers to, without keys beside the loopback ones."
    )
    rate_per_minute: int | None = Field(
        default=None,
        ge=0,
        description="Requests a client may make; 0 for no limit. Unset: 600 with keys, none without.",
    )
    page_per_minute: int = Field(
        default=60, ge=1, description="Requests a reader's address may make with a key for pages."
    )
    page_key_per_minute: int = Field(
        default=1_200, ge=1, description="Requests all readers together may make with one key for pages."
    )
    page_per_day: int = Field(
        default=20_000, ge=1, description="Questions a day (UTC) with one key for pages, counted since the start."
    )
    page: bool | None = Field(
        default=None,
        description="Serve the chat at /. Unset: for this machine alone without keys, else where there is a page_key.",
    )
    page_key: str = Field(
        default="", validate_default=True, description="The key for pages, itself, that the chat at / asks with."
    )
    mcp: bool = Field(default=False, description="Serve assistants at /mcp (MCP); needs pullquote[mcp].")
    processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Processes that serve; limits, queue and replies kept are each one's.",
    )
    workers: int = Field(
        default=0,
        ge=0,
        le=256,
        description="Questions read at once by a process; 0 for one a core in all.",
    )
    queue: int = Field(default=256, ge=0, le=100_000, description="Questions that may wait; more get a 503.")
    fast_when_waiting: int = Field(
        default=0,
        ge=0,
        le=100_000,
        description="While so many questions wait, the fast reader answers alone (`read_by`); 0 for never.",
    )
    cache_entries: int = Field(
        default=MAX_ENTRIES, ge=0, le=1_000_000, description="Replies kept for whoever asks the same; 0 for none."
    )
    max_articles_bytes: int = Field(default=32 * 1024 * 1024, ge=1_024, description="Longest body of a write.")
    max_ask_bytes: int = Field(
        default=1024 * 1024, ge=1_024, description="Longest body of anything else, filters and history included."
    )
    body_seconds: float = Field(
        default=30.0, gt=0, description="A client that takes longer to send its body is cut off."
    )
    behind_proxy: bool = Field(default=False, description="Take the client's address from X-Forwarded-For.")
    keep_answers: bool = Field(
        default=False, description="Keep questions and replies beside the library. They are personal data."
    )
    keep_answers_days: int = Field(default=DAYS, ge=1, le=36_500, description="Kept so long, then deleted.")
    feedback_per_minute: int = Field(default=30, ge=1, description="Verdicts on answers a client may give a minute.")
    log_questions: bool = Field(default=False, description="Write questions to the log. They are personal data.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged.")

    @field_validator("keys", "allow_origins", "allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(re.split(r"[\s,]+", value.strip())) if isinstance(value, str) and value.strip() else value or ()

    @field_validator("keys")
    @classmethod
    def _well_formed(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for key in value:
            if not _KEY.fullmatch(key):
                raise ValueError(
                    "a key is NAME:RIGHTS:SHA256 or NAME:page:SHA256@ORIGIN; make one with: pullquote serve --new-key"
                    " web:ask"
                )
        return value

    @field_validator("page_key")
    @classmethod
    def _for_pages(cls, value: str, info: ValidationInfo) -> str:
        keys = info.data.get("keys", ())
        digest = hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()
        if value and not any(f":page:{digest}@" in key for key in keys):
            raise ValueError("is not one of the keys for pages; it is what `pullquote serve --new-key …` printed first")
        if not value and keys and info.data.get("page"):
            raise ValueError(
                "with keys the page needs one of its own; make it: pullquote serve --new-key own:page@https://ask.example"
            )
        return value

    @field_validator("port", mode="before")
    @classmethod
    def _not_a_service_of_kubernetes(cls, value: Any) -> Any:
        """Beside a service called pullquote, Kubernetes sets PULLQUOTE_PORT=tcp://ADDRESS:PORT in every pod."""
        return cls.model_fields["port"].default if isinstance(value, str) and value.startswith("tcp://") else value

    @field_validator("allow_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not re.fullmatch(r"https?://[^/\s*]+", origin):
                raise ValueError(f"{origin!r} is not an origin like https://news.example")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it by name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line before the environment before the file."""
        file = os.environ.get("PULLQUOTE_CONFIG")
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, Path(file))) if file else sources

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK or self.host.startswith("127.")

    @property
    def reachable(self) -> str:
        """Why others than this machine can reach it; empty if they cannot."""
        if not self.loopback:
            return f"host = {self.host}"
        if self.behind_proxy:
            return "behind_proxy"
        return next((f"allowed_hosts = {host}" for host in self.allowed_hosts if host not in LOOPBACK), "")

    @property
    def serves_page(self) -> bool:
        """Whether the chat stands at /."""
        if self.page is not None:
            return self.page
        return bool(self.page_key) or not (self.keys or self.reachable)

    @property
    def limit(self) -> int:
        """Requests a client may make a minute; 0 for no limit."""
        if self.rate_per_minute is not None:
            return self.rate_per_minute
        return 600 if self.keys else 0

    @property
    def page_origins(self) -> frozenset[str]:
        """The origins that keys for pages are bound to."""
        return frozenset(origin for key in self.keys for origin in key.split("@")[1:])

    def holder(self, secret: str) -> Holder | None:
        """Whose key it is, or ``None``. Every key is compared, each in constant time."""
        digest = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
        found = None
        for key in self.keys:
            line, *origins = key.split("@")
            name, rights, wanted = line.split(":")
            if hmac.compare_digest(digest, wanted):
                found = Holder(name, frozenset(rights.split("+")), frozenset(origins))
        return found


def load_settings(**given: Any) -> ServerSettings:
    """The settings, those in ``given`` before all others.

    Raises:
        SettingsError: a setting is not what it should be, or the file cannot be read.
    """
    file = os.environ.get("PULLQUOTE_CONFIG")
    if file and not Path(file).is_file():
        raise SettingsError(f"the settings file {file} is not there; see PULLQUOTE_CONFIG and --config")
    _refuse_unknown(file)
    try:
        return ServerSettings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"the setting {name}: {first['msg'].removeprefix('Value error, ')}") from None
    except ValueError as error:  # TOML that cannot be parsed
        raise SettingsError(f"the settings file {file} cannot be read: {error}") from None


def _refuse_unknown(file: str | None) -> None:
    """A misspelt setting must not be passed over in silence: it may be the one that keeps the world out."""
    prefix = "PULLQUOTE_"
    given = {name.removeprefix(prefix).lower(): name for name in os.environ if name.startswith(prefix)}
    kubernetes = re.compile(r"port|port_\d+_\w+|service_(host|port\w*)")
    unknown = {place for name, place in given.items() if name not in _KNOWN and not kubernetes.fullmatch(name)}
    if file:
        try:
            unknown |= {name for name in tomllib.loads(Path(file).read_text("utf-8")) if name not in _KNOWN}
        except (OSError, ValueError) as error:
            raise SettingsError(f"the settings file {file} cannot be read: {error}") from None
    for name in sorted(unknown):
        plain = name.removeprefix(prefix).lower()
        near = difflib.get_close_matches(plain, _KNOWN, 1, 0.6)
        advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(ServerSettings.model_fields)}"
        raise SettingsError(f"there is no setting {name}; {advice}")


_KNOWN = (*ServerSettings.model_fields, "config", "library", "reader", "cache", "server_key")
"""In the environment also what the command line reads there."""


def new_key(wanted: str) -> tuple[str, str]:
    """A new key for ``NAME:RIGHTS`` or ``NAME:page@ORIGIN…``, and the line that goes into the setting ``keys``.

    Raises:
        SettingsError: ``wanted`` is not of that form.
    """
    match = _WANTED.fullmatch(wanted)
    if match is None:
        raise SettingsError(
            f"{wanted!r} is not NAME:RIGHTS with the rights ask, write, feedback, joined by +, or page@ORIGIN; try:"
            " web:ask, or for pages: site:page@https://news.example"
        )
    origins = match["origins"] or ""
    secret = ("pk_" if origins else "") + secrets.token_urlsafe(32)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return secret, f"{match['name']}:{'page' if origins else match['rights'] or 'ask'}:{digest}{origins}"
