from django.template import engines


def test_the_guard_against_undefined_variables_is_awake():
    assert engines["django"].from_string("{{ nothing }}").render({}) == "«undefined: nothing»"
