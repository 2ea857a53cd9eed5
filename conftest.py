"""Loads the plugins of the test suite; fixtures stand in `tests/conftest.py`."""

pytest_plugins = ["tests.environment", "tests.proofs"]
