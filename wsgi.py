"""The WSGI entry point: `flask --app wsgi …` and every production server load `app` from here."""

from govern.app import create_app

app = create_app()
