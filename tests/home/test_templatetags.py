"""Tags that join or keep HTML: what comes out is what the template language would have written, escaped as it would."""

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

DRAWN = Template('{% load drawn %}{% drawn "partials/level.html" level=level word=word %}')
INCLUDED = Template('{% include "partials/level.html" with level=level word=word only %}')
ROWS = Template("{% load tables %}{% figure_rows rows %}")


@pytest.mark.parametrize("level", [0, 1, 4])
@pytest.mark.parametrize("word", ["", "Je sais faire", "<b>l'autre</b>"])
def test_drawn_is_the_include(level: int, word: str) -> None:
    for _first_then_kept in range(2):
        context = Context({"level": level, "word": word})
        assert DRAWN.render(context) == INCLUDED.render(context)


def test_drawn_never_takes_words_to_escape_for_safe_ones() -> None:
    assert "<b>x</b>" in DRAWN.render(Context({"level": 1, "word": mark_safe("<b>x</b>")}))
    assert "&lt;b&gt;x&lt;/b&gt;" in DRAWN.render(Context({"level": 1, "word": "<b>x</b>"}))


def test_figure_rows_are_escaped() -> None:
    html = ROWS.render(Context({"rows": [["</script>", 3, "<i>"]]}))
    assert html == '<tr><th scope="row">&lt;/script&gt;</th><td class="num">3</td><td class="num">&lt;i&gt;</td></tr>'
