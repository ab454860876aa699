import pytest

from tests.factories import make_city


@pytest.fixture
def city(db):
    """Two counties side by side, with one person for each role; see tests/factories.py."""
    return make_city()
