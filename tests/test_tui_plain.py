"""The chat line by line."""

from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper

from tests.tui_fakes import COST, FOLLOW_UP, LOST, WEATHER, FakeNewsroom
from tui.plain import run_plain

ANSWER = """\
1. noon (66 % sure)
   “Gallin opens its new bridge”, The Gallin Standard, 3 May 2024, paragraph 3
   The old ferry, which had crossed since 1911, made its last trip at »noon«.

"""


def plain(newsroom: FakeNewsroom, *lines: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    out, err = StringIO(), StringIO()
    return (
        run_plain(newsroom, StringIO("".join(f"{line}\n" for line in lines)), out, err),
        out.getvalue(),
        err.getvalue(),
    )


def test_an_answer_is_printed_with_its_citation_and_marked_sentence() -> None:
    assert plain(FakeNewsroom(), FOLLOW_UP) == (0, f"? {FOLLOW_UP}\n{ANSWER}", ""), "a pipe shows what was asked"


def test_without_an_answer_the_reason_and_the_nearest_articles_are_printed() -> None:
    status, out, _ = plain(FakeNewsroom(), WEATHER)
    assert status == 0
    assert out == (
        f"? {WEATHER}\n"
        "No answer. An article may say it, but not surely enough to answer.\n"
        "  :guess shows the best guess all the same\n"
        "  1. Nearest: “Storm sinks ship [live]”\n"
        "     paragraph 1: A storm sank the *Marta* off the coast; [b]the captain[/b] drowned.\n"
        "  2. Nearest: “Gallin opens its new bridge”, The Gallin Standard, 3 May 2024\n"
        "     paragraph 1: GALLIN — The town opened a new bridge over the Orre on Friday, three years late.\n\n"
    )


def test_a_follow_up_says_how_it_was_understood_and_typed_undoes_it() -> None:
    newsroom = FakeNewsroom()
    _, out, _ = plain(newsroom, WEATHER, FOLLOW_UP, ":typed")
    assert f"Understood as: When was the ferry's last trip? (:typed asks it as typed)\n{ANSWER}{ANSWER}" in out
    assert [len(question.history) for question in newsroom.asked] == [0, 1, 0]


def test_guess_shows_what_was_held_back() -> None:
    newsroom = FakeNewsroom()
    _, out, _ = plain(newsroom, WEATHER, ":guess")
    assert "1. A storm (12 % sure)\n" in out
    assert [question.min_confidence for question in newsroom.asked] == [None, 0.0]


def test_new_forgets_the_conversation() -> None:
    newsroom = FakeNewsroom()
    plain(newsroom, COST, ":new", FOLLOW_UP)
    assert newsroom.asked[-1].history == ()


def test_show_prints_the_article_behind_a_number() -> None:
    _, out, _ = plain(FakeNewsroom(), WEATHER, ":show 1")
    assert out.endswith(
        "Storm sinks ship [live]\n[1] A storm sank the *Marta* off the coast; [b]the captain[/b] drowned.\n\n"
    )


def test_what_cannot_be_done_is_said_in_a_line_and_makes_the_exit_status_1() -> None:
    status, out, err = plain(FakeNewsroom(), ":typed", ":guess", ":show 1", ":nope", "x" * 1_001, "y" * 20_000)
    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "pullquote: nothing was asked yet",
        "pullquote: there is no guess to show",
        "pullquote: :show needs an answer first",
        "pullquote: there is no command :nope; see :help",
        "pullquote: 1,001 characters; a question has at most 1,000",
        "pullquote: 8,000 characters; a question has at most 1,000",
    ]


def test_show_wants_a_number_that_is_there() -> None:
    _, _, err = plain(FakeNewsroom(), WEATHER, ":show 3")
    assert err == "pullquote: :show needs a number from 1 to 2\n"


def test_a_lost_server_is_one_line_and_the_next_question_is_read() -> None:
    newsroom = FakeNewsroom(lost=LOST)
    status, out, err = plain(newsroom, COST, FOLLOW_UP)
    assert (status, out) == (1, f"? {COST}\n? {FOLLOW_UP}\n")
    assert err == f"pullquote: {LOST}\n" * 2


def test_quit_leaves_what_follows_unread() -> None:
    newsroom = FakeNewsroom()
    assert plain(newsroom, ":quit", COST) == (0, "", "")
    assert newsroom.asked == []


def test_bytes_that_are_no_utf8_and_a_terminal_that_has_no_quotes_make_no_traceback() -> None:
    newsroom = FakeNewsroom()
    stdin = TextIOWrapper(BytesIO(b"\xff\xfe?\n" + FOLLOW_UP.encode() + b"\n"), encoding="utf-8")
    out = BytesIO()
    stdout = TextIOWrapper(out, encoding="ascii")
    assert run_plain(newsroom, stdin, stdout, StringIO()) == 0
    assert b"?Gallin opens its new bridge?, The Gallin Standard" in out.getvalue()
    assert newsroom.asked[0].text == "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}?"


def test_control_characters_never_reach_the_terminal() -> None:
    newsroom = FakeNewsroom()
    _, out, err = plain(newsroom, "\x1b[2J", ":\x1b]0;x\x07")
    assert "\x1b" not in newsroom.asked[0].text + out + err
