"""Lines of the page around an article go; sentences that begin like them stay."""

from __future__ import annotations

import lxml.html
import pytest

from index.formats import parse
from index.formats.draft import Draft
from index.formats.junk import is_junk, opens_box
from index.formats.markup import blocks_of
from index.formats.page_boxes import boxes_of


@pytest.mark.parametrize(
    "line",
    [
        "(dpa/afp)",
        "awr/ kos/",
        "Kaynak: AA",
        "(Con información de EFE)",
        "https://video.example/watch?v=1",
        "Dalsza część tekstu pod wideo",
        "L’article Le pont rouvre est apparu en premier sur L’Écho.",
        "Der Beitrag Die Brücke erschien zuerst auf Talbote.",
        "Siga as redes sociais do jornal: Instagram, Facebook e X.",
        "बस (फोटो- जनवाणी)",
        "Falkenau, 12. März 2025",
        "Tips? Write to lucia@statehouse.example.",
        "Got a news tip? Email desk@post.example or call 555-0101.",
        "Contact: editor@clarion.example",
        "Co-published with Coldwater Sentinel",
        "Be the first to know",
        "Get local news delivered to your inbox!",
        "• Follow the Long Read on X at @wardenlongread, and listen to our podcasts here",
        "Daylight is a nonprofit newsroom. Sign up to receive our biggest stories as soon as they’re published.",
        "This was produced with the Sentinel. Sign up for Dispatches to get our stories in your inbox every week.",
        "To plant trees in memory, please visit the Sympathy Store.",
        f"All rights reserved. This material may not be {'reproduced, published, broadcast, ' * 8}or rewritten.",
        "red, talbote.example/Agenturen",
        "Lire aussi (2024) :",
        "Dieses Thema im Programm: Über dieses Thema berichtete der Talfunk am 10. April 2025 um 17:10 Uhr.",
        "Želite li dopuniti temu ili prijaviti pogrešku u tekstu?",
        "BEKIJK - Zo klinkt de klok nu:",
        "Haberin Devamı",
        "Editor : Raluca M.",
        "Texto editado por Salvador Meneses",
        "Фото: Остап Гнатів",
        "Tramwaj przed operą Fot. Leszek Gawron / Agencja Widok",
        "(Borítókép: A leürült tó 2025. augusztus 3-án. Fotó: Hegedűs Vince / Mutató)",
        "sora@post.example",
        "Хочете дізнаватися головне? Приєднуйтесь до Клубу",
        "Lo que más afecta es lo que sucede más cerca. Para no perderte nada, suscríbete.",
        "Tu suscripción se está usando en otro dispositivo",
        "¿Quieres añadir otro usuario a tu suscripción?",
        "Você já conhece as vantagens de ser assinante? Além das reportagens, você recebe newsletters exclusivas.",
        "Oppsummeringen er laget av en KI-tjeneste og lest av journalister før publisering.",
    ],
)
def test_lines_of_the_page_in_many_languages_go(line: str) -> None:
    assert is_junk(line)


@pytest.mark.parametrize(
    "line",
    [
        "Haben Sie Hinweise, wer dahinter steckt?",
        "Reszta znajduje się w szpitalu, powiedział lekarz.",
        "Der Text geht nach Angaben des Verlags auf einen Brief zurück und wird weiter geprüft.",
        "Siga el camino hasta la fuente, nos dijo.",
        "(lacht)",
        "Tips for the waiter are counted twice, the guild wrote to its members.",
        "Contact with the probe was lost on Tuesday.",
        "Daylight, a nonprofit newsroom in Osgood, has won the prize for local reporting.",
        "Residents can sign up for the trial until Friday and get a letter in their inbox.",
        "To plant a tree on every roof is the aim of the council.",
        "Ayrıca ceza kesilecek",
        "Bekijk het eens van de andere kant, zei de burgemeester.",
        "Sie hielt das Foto: Darauf stand ihr Vater vor der Mühle.",
        "Do you think subscribers will come back?",
        "Redaktor: Dlaczego pan odszedł?",
        "The summary of the AI law runs to nine pages, the ministry said.",
        "Do you want children? I would rather have a boat.",
        "Canceló su suscripción al periódico del pueblo.",
    ],
)
def test_sentences_that_begin_alike_stay(line: str) -> None:
    assert not is_junk(line)


@pytest.mark.parametrize(
    "line",
    [
        "Kommentare (3)",
        "Sobre la firma",
        "Newsletter „Am Morgen“",
        "लेखक के बारे में",
        "Diskuse",
        "NYHETSBREV",
        "Updates to this page",
        "Guest Book",
    ],
)
def test_a_heading_names_the_box_below(line: str) -> None:
    assert opens_box(line)
    assert not opens_box(f"{line} und was daraus wurde, als der Herbst kam")


def test_places_of_a_list_with_links_for_headings_are_text_and_a_lone_one_is_a_teaser() -> None:
    place = "<div><h3><a href='/1'>Zum Anker</a></h3><p>Der Wirt kocht nur ein Gericht am Tag.</p></div>"
    text = "<p>Wer am Fluss sitzen will, hat gute Möglichkeiten, und wir haben sie alle besucht.</p>"
    heading = "<h1>Am Fluss</h1>"
    for body, kept in ((heading + text + place * 4, True), (heading + text * 4 + place, False)):
        [draft] = parse("html", f"<html><body><article>{body}</article></body></html>".encode())
        assert isinstance(draft, Draft)
        assert any("Wirt" in paragraph for paragraph in draft.paragraphs) == kept


def test_a_box_is_opened_by_its_label_alone() -> None:
    text = "<p>Wer am Fluss sitzen will, hat gute Möglichkeiten, und wir haben sie alle besucht.</p>" * 3
    for box, found in (
        ("<div><p>Kommentare (3)</p><p>Schön!</p></div>", 1),
        ("<div><p>Schön!</p><p>Diskuse</p></div>", 0),
    ):
        blocks = blocks_of(lxml.html.fragment_fromstring(text + box, create_parent="div"))
        assert len(boxes_of(blocks, [len(block.text) > 60 for block in blocks])) == found
