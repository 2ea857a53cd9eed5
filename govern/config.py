"""All settings of the product in one typed place, read from `GOVERN_*` environment variables."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1", "[::1]"}
PROJECT_ROOT = Path(__file__).resolve().parent.parent


class SettingsError(RuntimeError):
    """A setting is missing or cannot be used; the message says which and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation can set. Each field names its environment variable and its default.

    Defaults are safe for production: without `GOVERN_BASE_URL` the product answers on the
    loopback address only, so that it cannot be put on a network by accident.
    """

    instance: Path = field(metadata={"env": "GOVERN_INSTANCE"})
    """Folder of database, papers, templates of the county and the key of the demo. Default: `instance/`."""
    database_url: str = field(metadata={"env": "GOVERN_DATABASE_URL"})
    """SQLAlchemy address. Default: SQLite in the instance folder. PostgreSQL: `postgresql+psycopg://…`."""
    base_url: str = field(metadata={"env": "GOVERN_BASE_URL"})
    """Address under which people reach the product, without a slash at the end. Default: `http://127.0.0.1:8000`."""
    secret_key: str = field(repr=False, metadata={"env": "GOVERN_SECRET_KEY"})
    """Signs sessions and feed addresses; at least 32 characters. Needed as soon as the base URL is not loopback."""
    mail_url: str | None = field(default=None, repr=False, metadata={"env": "GOVERN_MAIL_URL"})
    """SMTP server: `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`. Without it mails wait."""
    trusted_proxies: int = field(default=0, metadata={"env": "GOVERN_TRUSTED_PROXIES"})
    """How many reverse proxies stand in front and set X-Forwarded-For/-Proto. Default: 0."""
    session_idle_minutes: int = field(default=120, metadata={"env": "GOVERN_SESSION_IDLE_MINUTES"})
    """Minutes without a request after which a session ends. Default: 120."""
    session_hours: int = field(default=12, metadata={"env": "GOVERN_SESSION_HOURS"})
    """Hours after which a session ends in any case. Default: 12."""
    upload_megabytes: int = field(default=25, metadata={"env": "GOVERN_UPLOAD_MEGABYTES"})
    """Largest paper that may be uploaded, in megabytes. Default: 25."""

    @property
    def is_loopback(self) -> bool:
        """True for plain http on this machine only: development, demo and tests."""
        parts = urlsplit(self.base_url)
        return parts.scheme == "http" and (parts.hostname or "") in LOOPBACK_HOSTS

    @property
    def host(self) -> str:
        """The host name of the base URL; part of calendar UIDs, so it should never change."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def files(self) -> Path:
        """Where papers lie: outside the web root, under random names."""
        return self.instance / "unterlagen"

    @property
    def office_templates(self) -> Path:
        """Where a county lays its own letterheads (`*.docx`)."""
        return self.instance / "vorlagen"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environ``.

    Raises SettingsError when a production installation has no secret key, or a value cannot be used.
    """
    env = os.environ if environ is None else environ
    base_url = env.get("GOVERN_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    try:
        parts = urlsplit(base_url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise SettingsError("GOVERN_BASE_URL muss mit http:// oder https:// beginnen und einen Rechnernamen enthalten.")
    loopback = parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    if parts.scheme == "http" and not loopback:
        raise SettingsError("GOVERN_BASE_URL: außerhalb dieses Rechners ist nur https:// erlaubt.")
    if not loopback and env.get("FLASK_DEBUG", "").lower() not in ("", "0", "false", "no"):
        raise SettingsError("FLASK_DEBUG ist nur unter einer Loopback-Adresse erlaubt: Es zeigt innere Werte.")
    instance = _instance(env.get("GOVERN_INSTANCE"))
    return Settings(
        instance=instance,
        database_url=_database_url(env.get("GOVERN_DATABASE_URL"), instance),
        base_url=base_url,
        secret_key=_secret_key(env.get("GOVERN_SECRET_KEY"), instance, loopback=loopback),
        mail_url=_mail_url(env.get("GOVERN_MAIL_URL")),
        trusted_proxies=_whole_number(env, "GOVERN_TRUSTED_PROXIES", 0, 0, 10),
        session_idle_minutes=_whole_number(env, "GOVERN_SESSION_IDLE_MINUTES", 120, 5, 1440),
        session_hours=_whole_number(env, "GOVERN_SESSION_HOURS", 12, 1, 168),
        upload_megabytes=_whole_number(env, "GOVERN_UPLOAD_MEGABYTES", 25, 1, 500),
    )


def _instance(value: str | None) -> Path:
    instance = Path(value or PROJECT_ROOT / "instance").resolve()
    try:
        instance.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=instance):
            pass
    except OSError as error:
        raise SettingsError(f"GOVERN_INSTANCE: Der Ordner „{instance}“ lässt sich nicht beschreiben.") from error
    return instance


def _mail_url(value: str | None) -> str | None:
    if not value:
        return None
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise SettingsError("GOVERN_MAIL_URL muss mit smtp:// oder smtps:// beginnen und einen Rechnernamen enthalten.")
    return value


def _database_url(value: str | None, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance / 'govern.sqlite'}"
    if value.startswith("postgres://") or value.startswith("postgresql://"):
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if value.startswith(("sqlite://", "postgresql+psycopg://")):
        return value
    raise SettingsError("GOVERN_DATABASE_URL muss mit sqlite:// oder postgresql:// beginnen.")


def _secret_key(value: str | None, instance: Path, *, loopback: bool) -> str:
    if value:
        if len(value) < 32:
            raise SettingsError("GOVERN_SECRET_KEY ist zu kurz: mindestens 32 zufällige Zeichen.")
        return value
    if not loopback:
        raise SettingsError(
            "GOVERN_SECRET_KEY fehlt. Ohne eigenen Schlüssel startet Govern nur unter einer Loopback-Adresse. "
            "Ein neuer Schlüssel: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    instance.mkdir(parents=True, exist_ok=True)
    kept = instance / "secret_key"
    try:
        with kept.open("x", encoding="ascii") as file:
            kept.chmod(0o600)
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return kept.read_text(encoding="ascii").strip()


def _whole_number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = env.get(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise SettingsError(f"{name} muss eine ganze Zahl von {least} bis {most} sein.")
    return int(value)
