"""Earlier versions, and what an editor types and sends: correct, retract, restore, history, diff."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from index.library import Library
from pullquote.cli import main
from tests.fakes import WordEncoder, article
from tests.test_api import assert_problem, client, engine

__all__ = ["client", "engine"]

FIRST = article("fire", "Nine died.", "The storm passed.", headline="Nine dead")
SECOND = article("fire", "Eleven died.", "The storm passed.", headline="Eleven dead")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PULLQUOTE_LIBRARY", str(tmp_path / "library"))
    with Library.open(tmp_path / "library", create=True, encoder=WordEncoder()) as library:
        library.add([FIRST])
        library.add([SECOND])
    return tmp_path / "library"


@pytest.mark.usefixtures("folder")
class TestCommands:
    def test_the_history_names_every_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["history", "fire"]) == 0
        lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
        assert [(line[0], line[-1]) for line in lines] == [("1", "Nine dead"), ("2", "Eleven dead")]
        assert lines[0][2] == lines[1][1], "one ends when the next begins"
        assert lines[1][2] == "now"
        assert main(["history", "fire", "--json"]) == 0
        bodies = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [(body["version"], body["sha256"]) for body in bodies] == [(1, FIRST.sha256), (2, SECOND.sha256)]

    def test_an_earlier_version_can_be_read(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["show", "fire", "--version", "1"]) == 0
        assert "Nine died." in capsys.readouterr().out
        assert main(["show", "fire", "--version", "3"]) == 1
        assert "no version 3; there are: 1, 2" in capsys.readouterr().err

    def test_the_difference_is_told_by_paragraphs(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["diff", "fire"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "- [0] Nine dead", "- [1] Nine died.", "+ [0] Eleven dead", "+ [1] Eleven died.",
        ]  # fmt: skip
        assert main(["diff", "fire", "--from", "2"]) == 1
        assert "do not differ" in capsys.readouterr().err

    def test_only_so_many_versions_are_kept(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["doctor", "--keep-versions", "0"]) == 0
        assert "1 forgotten" in capsys.readouterr().err
        assert main(["history", "fire"]) == 0
        assert capsys.readouterr().out.startswith("2\t")

    def test_from_correction_to_retraction_and_back(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        for command, status, found in (
            ("correct", "corrected", 2),
            ("retract", "retracted", 0),
            ("withdraw", "withdrawn", 0),
        ):
            assert main([command, "fire", "--note", "It was ten."]) == 0
            assert capsys.readouterr().out == f"{status:9}  fire  Eleven dead\n"
            with Library.open(folder, encoder=WordEncoder()) as library:
                kept = library.article("fire")
                assert kept is not None
                assert (kept.about.status, kept.about.correction) == (status, "It was ten.")
                assert len(library.search("died storm", 5)) == found
        assert main(["restore", "fire"]) == 0
        with Library.open(folder, encoder=WordEncoder()) as library:
            assert len(library.search("died storm", 5)) == 2
            assert len(library.versions("fire")) == 2, "the newsroom's word makes no version"

    @pytest.mark.parametrize("note", ["", "  ", "x" * 2_001])
    def test_a_note_that_is_missing_or_too_long_is_refused(self, note: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["retract", "fire", "--note", note]) == 2
        assert "pullquote: --note: " in capsys.readouterr().err
        assert main(["history", "fire"]) == 0

    def test_what_is_not_there_is_said_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        for command in (["history", "x"], ["diff", "x"], ["restore", "x"], ["correct", "x", "--note", "n"]):
            assert main(command) == 1
            assert "no article 'x'" in capsys.readouterr().err


async def test_versions_over_http(client: httpx.AsyncClient) -> None:
    story = {"id": "a/1", "headline": "Nine dead", "text": "Nine died."}
    await client.post("/articles", json=story)
    await client.post("/articles", json=story | {"text": "Eleven died."})
    listed = (await client.get("/articles/a%2F1/versions")).json()["versions"]
    assert [(item["version"], item["until"] is None) for item in listed] == [(1, False), (2, True)]
    assert (await client.get("/articles/a%2F1/versions/1")).json()["text"] == "Nine died."
    assert_problem(await client.get("/articles/a%2F1/versions/3"), 404)
    assert_problem(await client.get("/articles/a%2F1/versions/0"), 422, "number")
    assert_problem(await client.get("/articles/nowhere/versions"), 404)


async def test_an_article_is_corrected_retracted_and_restored_over_http(client: httpx.AsyncClient) -> None:
    async def ask() -> dict[str, object]:
        body: dict[str, object] = (await client.post("/ask", json={"question": "Who is the mayor?"})).json()
        return body

    before = await ask()
    note = {"status": "corrected", "correction": "It said B. Line."}
    assert (await client.patch("/articles/bridge", json=note)).json()["correction"] == "It said B. Line."
    corrected = await ask()
    [citation] = corrected["answers"][0]["citations"]  # type: ignore[index]
    assert (citation["status"], citation["correction"]) == ("corrected", "It said B. Line.")
    await client.patch("/articles/bridge", json={"status": "withdrawn", "correction": "Killed."})
    assert (await ask())["status"] == "no_answer"
    verdict = (await client.post("/verify", json=citation)).json()
    assert (verdict["status"], verdict["note"]) == ("withdrawn", "Killed.")
    await client.patch("/articles/bridge", json={"status": "live"})
    assert (await ask())["answers"] == before["answers"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "gone"}, "status"),
        ({"status": "corrected"}, "correction"),
        ({"status": "retracted", "correction": " "}, "correction"),
        ({}, "status"),
        ({"status": "live", "note": "x"}, "note"),
    ],
)
async def test_a_word_that_is_none_is_a_422(client: httpx.AsyncClient, body: dict[str, str], field: str) -> None:
    assert_problem(await client.patch("/articles/bridge", json=body), 422, field)
    assert_problem(await client.patch("/articles/nowhere", json={"status": "live"}), 404)


async def test_a_running_server_sees_what_another_process_retracts(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.post("/ask", json={"question": "Who is the mayor?"})).json()["status"] == "answered"
    assert main(["--library", str(tmp_path / "library"), "retract", "bridge", "--note", "Not so."]) == 0
    assert (await client.post("/ask", json={"question": "Who is the mayor?"})).json()["status"] == "no_answer"
