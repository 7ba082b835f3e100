"""Muster: training and readiness for Trust & Safety teams. The app is put together in `lms/app.py`."""
