"""Bylines give people, each once, as they write themselves."""

from __future__ import annotations

import pytest

from index.formats.names import from_byline, from_list, merged


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Mara J. Quill and Otto Finch", ["Mara J. Quill", "Otto Finch"]),
        ("By Mara J. Quill, Otto Finch and Lena Brandt", ["Mara J. Quill", "Otto Finch", "Lena Brandt"]),
        ("BY MARA J. QUILL", ["Mara J. Quill"]),
        ("Quill, Mara J.", ["Mara J. Quill"]),
        ("Quill, Mara J.; Finch, Otto", ["Mara J. Quill", "Otto Finch"]),
        ("Von Karla Öhm und Jan-Ole Grün", ["Karla Öhm", "Jan-Ole Grün"]),
        ("Par Élise d'Aubrac et Jean Tison", ["Élise d'Aubrac", "Jean Tison"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Ann Lee y Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("Martin Vale, Jr.", ["Martin Vale, Jr."]),
        ("Mara Quill, political editor", ["Mara Quill"]),
        ("Mara Quill | Calder Post", ["Mara Quill"]),
        ("m.quill@post.example (Mara Quill)", ["Mara Quill"]),
        ("Mara Quill <m.quill@post.example>", ["Mara Quill"]),
        ("m.quill@post.example", []),
        ("admin", []),
        ("desk7", []),
        ("mara-quill", ["Mara Quill"]),
        ("https://social.example/mara", []),
        ("O&#8217;Neil Byrne", ["O’Neil Byrne"]),
        ("Ann Lee For The Gazette", ["Ann Lee"]),
        ("By Ann Lee Associated Press", ["Ann Lee"]),
        ("ANN O'BRIEN-McCLOUD", ["Ann O'Brien-McCloud"]),
        ("von Anna Müller und Jörg Weiß, Berlin", ["Anna Müller", "Jörg Weiß"]),
        ("Par Anne Dupont, envoyée spéciale", ["Anne Dupont"]),
        ("Ann Lee • Tuesday 4 March", ["Ann Lee"]),
        ("Ann Lee Updated 4 March 2025", ["Ann Lee"]),
        ("By Ann Lee on Tue, 03/04/2025 - 22:40", ["Ann Lee"]),
        ("By Ann Lee, with additional reporting by Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("Story by Ann Lee; photos by Bob Ray", ["Ann Lee"]),
        ("Text: Anna Berg Foto: Per Olsson", ["Anna Berg"]),
        ("Texte : Anne Dupont, photos : Jean Petit", ["Anne Dupont"]),
        ("Von unserem Redakteur Till Brenner", ["Till Brenner"]),
        ("By Staff Writer Ann Lee", ["Ann Lee"]),
        ("By Science Editor Ann Lee and Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("Opracowanie: Jagoda Wrona", ["Jagoda Wrona"]),
        ("كتب: كريم الصباغ", ["كريم الصباغ"]),
        ("Haber: Elif Sarıgül", ["Elif Sarıgül"]),
        (
            "di Fabrizio Conteduca, inviato a Borgo San Livo, e Silvia De Matteis",
            ["Fabrizio Conteduca", "Silvia De Matteis"],
        ),
        ("Door onze verslaggever Bram Tichelaar", ["Bram Tichelaar"]),
        ("Haber: Elif SANCAKTAR (AA)", ["Elif Sancaktar"]),
        ("By Niamh CORRIGAN", ["Niamh Corrigan"]),
        ("Mara VAN DEN BOSCH/ANP", ["Mara Van Den Bosch"]),
        ("Trần Nam và Đặng Thị Hoa", ["Trần Nam", "Đặng Thị Hoa"]),
        ("Nagy Éva és Kis Pál", ["Nagy Éva", "Kis Pál"]),
        ("Gwenola LE BIHANNIC", ["Gwenola Le Bihannic"]),
        ("Urs Zgraggen (Text), Flurina Caduff (Bilder)", ["Urs Zgraggen"]),
        ("Ann Lee and Bob Ray (Photos)", ["Ann Lee"]),
        ("Συντάκτης: Ελένη Μαυροειδή", ["Ελένη Μαυροειδή"]),
        ("מאת: נועה ברקת", ["נועה ברקת"]),
        ("한지우 기자 jiwoo@post.example", ["한지우"]),
        ("EFE, Ana Paz", ["Ana Paz"]),
        ("Emily Post", ["Emily Post"]),
        ("Emil Carrow, Coldwater Sentinel", ["Emil Carrow"]),
        ("Clarion Admin", []),
        ("https://post.example/staff/mara-quill", ["Mara Quill"]),
        ("https://post.example/staff/mara-quill/rss", []),
        ("", []),
    ],
)
def test_names_in_a_byline(line: str, expected: list[str]) -> None:
    assert list(from_byline(line, besides=["Calder Post"])) == expected


def test_a_name_counts_once_in_its_fullest_form() -> None:
    assert from_list(["Mara J Quill", "mara-j-quill", "Mara J. Quill"]) == ("Mara J. Quill",)


def test_what_is_declared_and_what_is_seen_are_put_together() -> None:
    assert merged(("Ann Lee",), ("Ann Lee", "Bob Ray")) == ("Ann Lee", "Bob Ray")
    assert merged(("Ann Lee",), ("Somebody Else",)) == ("Ann Lee",), "another byline is another story's"
    assert merged((), ("Ann Lee",)) == ("Ann Lee",)
    assert merged(("Constanca Vilhena",), ("Constança Vilhena",)) == ("Constança Vilhena",), "a slug has no accents"


@pytest.mark.parametrize("declared", ["EFE", "Redacción", "La rédaction", "Online-Redaktion", "Haber Merkezi"])
def test_people_of_the_byline_come_before_an_agency_or_a_desk(declared: str) -> None:
    assert merged((declared,), ("Ana Paz",)) == ("Ana Paz",)
    assert merged((declared,), ()) == (declared,)


def test_a_site_is_no_author_in_the_spelling_of_its_address_either() -> None:
    assert from_list(["Tin Sớm"], besides=["tinsom"]) == ()


def test_the_initials_of_the_newsroom_are_no_part_of_a_name() -> None:
    assert from_byline("Aino Rautasalo RS", besides=["Rannikon Sanomat"]) == ("Aino Rautasalo",)
    assert from_byline("Aino Rautasalo RS", besides=["Talbote"]) == ("Aino Rautasalo RS",)
    assert from_byline("Ann Lee TCP", besides=["The Calder Post"]) == ("Ann Lee",)
    assert from_byline("John Smith II", besides=["Irish Independent"]) == ("John Smith II",)
