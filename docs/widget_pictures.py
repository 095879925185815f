"""Make the pictures of the component: ``python -m docs.widget_pictures``. Needs Chromium (Debian: chromium).

The replies are written in ``tests/widget_site.py``, so that every kind of reply has its picture: ``docs/widget-*.png``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from tests.chromium import Chromium
from tests.widget_site import Pullquote, answer, citation, near, page, reply, serving

DOCS = Path(__file__).parent
QUESTION = "How much did the bridge cost?"
COST = "1.2 million euro"
SENTENCE = "The bridge over the Arle cost 1.2 million euro, “a bargain”, the mayor, Ana Ortiz, said."
PLAIN = citation(COST, SENTENCE)
CORRECTED = citation(
    COST,
    SENTENCE,
    correction="An earlier version of this story gave 1.1 million euro.",
    updated="2024-05-05",
    attribution={"speaker": "the mayor, Ana Ortiz"},
)
OFFERS = {"questions": ["Who is the mayor?", QUESTION, "When does work on the second pier begin?"], "feedback": True}
ANSWER = reply(answer(COST, citations=[PLAIN], corroboration={"articles": 2, "sources": 2}))
PERHAPS = reply(
    answer(COST, 0.58, citations=[PLAIN]),
    answer("Ana Ortiz", 0.31, citations=[citation("Ana Ortiz", SENTENCE)]),
    status="uncertain",
)
NONE = reply(nearest=[near()])
CORRECTION = reply(
    answer(COST, citations=[CORRECTED]),
    newer=[near(headline="Bridge bill rises to 1.4 million euro", sentence=None)],
    timeline=[
        {"value": "1.1 million euro", "published": "2024-04-01"},
        {"value": COST, "published": "2024-05-03", "current": True},
    ],
)
ARABIC = "كم كلّف الجسر؟"
ARABIC_COST = "1.2 مليون يورو"
ARABIC_SENTENCE = f"كلّف الجسر على نهر آرلي {ARABIC_COST}، وهي «صفقة رابحة»، كما قالت رئيسة البلدية آنا أورتيز."
ARABIC_ANSWER = reply(
    answer(
        ARABIC_COST,
        citations=[citation(ARABIC_COST, ARABIC_SENTENCE, headline="المدينة تفتتح جسرًا جديدًا", source="اليومية")],
    )
)
PICTURES: dict[str, tuple[Any, str, int, str]] = {
    "asking": (None, "light", 560, "en"),
    "answer-light": (ANSWER, "light", 560, "en"),
    "answer-dark": (ANSWER, "dark", 560, "en"),
    "answer-320": (ANSWER, "light", 320, "en"),
    "answer-rtl": (ARABIC_ANSWER, "light", 560, "ar"),
    "perhaps": (PERHAPS, "light", 560, "en"),
    "none": (NONE, "light", 560, "en"),
    "correction": (CORRECTION, "light", 560, "en"),
}
"""Name: reply (none: before the first question), theme, width in CSS pixels, language."""
WIDGET = "document.querySelector('pullquote-ask')"


COLOURS = 64
"""Of a picture: letters and lines keep their look, at a third of the bytes."""


def reduce(path: Path) -> None:
    """Write the picture with fewer colours."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    """Take every picture."""
    pullquote = Pullquote()
    pullquote.offers = OFFERS
    with (
        Chromium() as browser,
        serving(pullquote) as server,
        serving(lambda _: page('<pullquote-ask article="bridge"></pullquote-ask>', server.url)) as site,
    ):
        for name, (answered, theme, width, lang) in PICTURES.items():
            tab = browser.page(width, features={"prefers_color_scheme": theme, "prefers_reduced_motion": "reduce"})
            tab.open(f"{site.url}/bridge")
            tab.js(f"{WIDGET}.lang = '{lang}'; {WIDGET}.words = {{}}; document.querySelector('article').remove()")
            tab.js(f"document.documentElement.style.colorScheme = '{theme}'; document.body.style.margin = '12px'")
            tab.wait(f"{WIDGET}.shadowRoot.querySelector('[part=suggestion]')")
            if answered:
                question = ARABIC if lang == "ar" else QUESTION
                pullquote.replies[question] = answered
                tab.js(f"{WIDGET}.ask({json.dumps(question)})")
            height = tab.js("Math.ceil(document.querySelector('main').getBoundingClientRect().bottom) + 12")
            tab.resize(width, height, 2)
            tab.picture(DOCS / f"widget-{name}.png")
            reduce(DOCS / f"widget-{name}.png")
            tab.close()


if __name__ == "__main__":
    main()
