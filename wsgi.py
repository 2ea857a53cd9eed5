"""The WSGI entry point: `flask --app wsgi …` and every production server load `app` from here."""

import gc

from govern.app import create_app
from govern.config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    raise SystemExit(f"Govern startet nicht. {error}") from None

# The application itself is never garbage: it need not be looked through again and again.
gc.freeze()
