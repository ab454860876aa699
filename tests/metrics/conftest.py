from tests.demo.conftest import demo_city  # noqa: F401 — the same small city, built once for each module
