"""``python docs/assistant.py``: a session of an assistant with the sample newsroom, into ``assistant.md``.

The client is the protocol's own, the messages are those that went through the pipe; ``tests/test_assistant.py`` looks
that they still do.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
PAGE = DOCS / "assistant.md"
QUESTION = "How much did the quince portrait sell for?"
LEFT_OUT = ("inputSchema", "outputSchema", "annotations", "_meta", "timing_ms", "id", "sha256", "article_sha256")
LONGEST = 640
"""Characters of a text that is shown."""
HEAD = """# An assistant's session

What goes through the pipe between the protocol's own client and `pullquote --library .library mcp`, with the sample
newsroom (`make ask` makes it): → to the server, ← from it. `python docs/assistant.py` writes this page. Long texts are
cut at “…”; what is null or empty, schemas, annotations, identifiers and times are left out; so is `content`, which says
in text what `structuredContent` says in fields.
"""


def main() -> None:
    """Write ``assistant.md``, or stand between client and server."""
    if sys.argv[1:2] == ["--between"]:
        between(Path(sys.argv[2]), sys.argv[3:])
        return
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(page(Path(folder)), encoding="utf-8")


def page(folder: Path) -> str:
    """The page; library and messages are put into ``folder``."""
    pullquote = [sys.executable, "-m", "pullquote.cli", "--library", str(folder / "library")]
    subprocess.run([*pullquote, "add", str(DOCS.parent / "seeds")], check=True, capture_output=True)  # noqa: S603
    asyncio.run(session(folder / "messages", [*pullquote, "mcp"]))
    return HEAD + "".join(shown((folder / "messages").read_text("utf-8").splitlines()))


async def session(messages: Path, server: list[str]) -> None:
    """What an assistant does: look what there is, ask, check the quote."""
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    arguments = [str(Path(__file__)), "--between", str(messages), *server]
    started = stdio_client(StdioServerParameters(command=sys.executable, args=arguments))
    async with Client(started, mode="legacy") as client:  # with the handshake that today's assistants have
        await client.list_tools()
        called = await client.call_tool("ask", {"question": QUESTION})
        cited = (called.structured_content or {})["answers"][0]["citations"][0]
        claim = {name: cited[name] for name in ("article_id", "quote", "start")}
        await client.call_tool("verify_quote", claim)
        await client.call_tool("verify_quote", claim | {"quote": claim["quote"].replace("4", "7")})


def between(messages: Path, server: list[str]) -> None:
    """Run ``server``, hand every line on, and write it down with its direction."""
    process = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
    with messages.open("wb", buffering=0) as log, process:

        def hand_on(direction: str, source: Any, target: Any) -> None:
            for line in source:
                log.write(direction.encode() + b" " + line)
                target.write(line)
                target.flush()
            target.close()

        to_server = threading.Thread(target=hand_on, args=("→", sys.stdin.buffer, process.stdin), daemon=True)
        to_server.start()
        hand_on("←", process.stdout, sys.stdout.buffer)


def shown(lines: list[str]) -> Iterator[str]:
    """Each message in JSON, under a heading for what is asked."""
    for line in lines:
        direction, _, text = line.partition(" ")
        message = json.loads(text)
        if direction == "→":
            called = message.get("params", {}).get("name")
            yield f"\n## `{message['method']}`{f': `{called}`' if called else ''}\n"
        body = json.dumps(shortened(message), ensure_ascii=False, indent=2)
        yield f"\n{direction}\n\n```json\n{body}\n```\n"


def shortened(value: Any) -> Any:
    """The value without what :data:`HEAD` says is left out."""
    if isinstance(value, dict):
        inside = {
            name: shortened(item)
            for name, item in value.items()
            if name not in LEFT_OUT and not (name == "content" and "structuredContent" in value)
        }
        return {name: item for name, item in inside.items() if item not in (None, [], {}, "")}
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST].rpartition(" ")[0] + " …"
    return value


if __name__ == "__main__":
    main()
