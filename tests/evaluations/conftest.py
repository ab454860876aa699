from tests.doors import browser, rest, undefined_variables_show  # noqa: F401 (fixtures)
from tests.evaluations.story import office  # noqa: F401 (fixture)
