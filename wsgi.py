"""The app, for a WSGI server."""

from lms.app import create_app

app = create_app()
