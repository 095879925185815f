"""``python -m bench.load --library DIR --questions FILE``: a server under load, on this machine alone.

Starts ``pullquote serve`` on a free loopback port, asks from 1, 8, 64, 256 and 1,000 clients for a given time each,
meanwhile looks at ``/healthz`` and, with ``--writes``, takes in so many articles a minute; then asks a fixed number of
questions and compares the memory before and after, of all processes together, shared pages counted once. With
``--page`` every client is a reader of a newsroom's page: one public key, an address each, and the default limits; with
``--same N`` they ask the first N questions alone, as readers of one story do.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import httpx

from index.stores import place
from qa.evaluation.datasets import read_items
from qa.server.settings import new_key

HEALTH_SECONDS = 0.1
_COUNTS = ("hits", "misses")
_ORIGIN = "https://news.example"


def percentile(times: list[float], share: float) -> float:
    """In milliseconds."""
    return 1_000 * sorted(times)[min(len(times) - 1, int(share * len(times)))] if times else float("nan")


def resident(pid: int) -> float:
    """Memory of a process and its children in MiB; what several share is counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return own + sum(resident(int(child)) for child in children)


async def run(
    url: str,
    questions: list[str],
    clients: int,
    seconds: float,
    *,
    count: int | None = None,
    key: str = "",
    writes: float = 0,
) -> str:
    """Ask from ``clients`` at once, for ``seconds`` or until ``count`` are asked; a line of the table."""
    statuses: Counter[str] = Counter()
    times: list[float] = []
    health: list[float] = []
    choose = random.Random(clients)  # noqa: S311 - repeatable, not secret
    end = time.perf_counter() + seconds
    left = [count if count is not None else 10**9]
    # Each has a client, thus a connection, of its own: one with a thousand connections looks through all at each step.
    client = partial(httpx.AsyncClient, base_url=url, timeout=300, verify=ssl.create_default_context())

    async def ask(reader: int) -> None:
        headers = _of_reader(reader, key) if key else {}
        async with client() as http:
            while time.perf_counter() < end and left[0] > 0:
                left[0] -= 1
                began = time.perf_counter()
                try:
                    response = await http.post("/ask", json={"question": choose.choice(questions)}, headers=headers)
                except httpx.HTTPError as error:
                    statuses[type(error).__name__] += 1
                    continue
                statuses[str(response.status_code)] += 1
                if response.status_code == 200:
                    times.append(time.perf_counter() - began)
                elif response.status_code in (429, 503):
                    await asyncio.sleep(float(response.headers["Retry-After"]))

    async def look() -> None:
        async with client() as http:
            while time.perf_counter() < end and left[0] > 0:
                began = time.perf_counter()
                await http.get("/healthz")
                health.append(time.perf_counter() - began)
                await asyncio.sleep(HEALTH_SECONDS)

    async def write() -> None:
        """An article that replaces its old self, ``writes`` a minute."""
        number = 0
        async with client() as http:
            while writes and time.perf_counter() < end:
                number += 1
                body = {"headline": f"Vote {number}", "text": f"The council of place{number} voted on the bridge."}
                response = await http.put(f"/articles/load-{number % 100}", json=body)
                statuses[f"PUT {response.status_code}"] += 1
                await asyncio.sleep(60 / writes)

    began = time.perf_counter()
    await asyncio.gather(look(), write(), *(ask(reader) for reader in range(clients)))
    took = time.perf_counter() - began
    other = ", ".join(f"{status} x {n}" for status, n in statuses.items() if status != "200") or "none"
    return (
        f"| {clients} | {len(times)} | {len(times) / took:.1f} | {percentile(times, 0.5):.0f}"
        f" | {percentile(times, 0.95):.0f} | {percentile(times, 0.99):.0f} | {other} | {percentile(health, 0.95):.0f} |"
    )


def kept(url: str, key: str) -> float:
    """The share of questions, in percent, that were answered from replies given already."""
    text = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {key}"}).text
    hits, misses = (
        float(re.findall(rf"^pullquote_cache_{name}_total (.*)$", text, re.MULTILINE)[0]) for name in _COUNTS
    )
    return 100 * hits / max(1, hits + misses)


def _of_reader(number: int, key: str) -> dict[str, str]:
    """What a browser on the newsroom's page sends, and the proxy in front."""
    address = f"203.0.{number // 256}.{number % 256}"
    return {"Authorization": f"Bearer {key}", "Origin": _ORIGIN, "X-Forwarded-For": address}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--library", type=place, required=True)
    parser.add_argument("--questions", type=Path, required=True, help="a newsroom file")
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 8, 64, 256, 1_000])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--memory", type=int, nargs="*", default=[10_000], help="questions between looks at the memory")
    parser.add_argument("--processes", type=int, default=1, help="the server's setting")
    parser.add_argument("--writes", type=float, default=0, help="articles a minute beside the questions")
    parser.add_argument("--workers", type=int, default=0, help="the server's setting")
    parser.add_argument("--same", type=int, help="ask so many questions of the file alone")
    parser.add_argument("--page", action="store_true", help="as readers of a page, with a key for pages")
    options = parser.parse_args()
    key, entry = new_key(f"site:page@{_ORIGIN}") if options.page else ("", "")
    desk, desk_entry = new_key("desk:ask")
    page = {"PULLQUOTE_KEYS": f"{entry} {desk_entry}", "PULLQUOTE_BEHIND_PROXY": "true"} if key else {}
    questions = [item.question for item in read_items(options.questions)][: options.same]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "pullquote.cli", "--library", str(options.library), "serve", "--port", str(port)],
        stderr=subprocess.DEVNULL,
        env=os.environ
        | page
        | {"PULLQUOTE_WORKERS": str(options.workers), "PULLQUOTE_PROCESSES": str(options.processes)},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                if httpx.get(f"{url}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        print("| clients | answered | questions/s | p50 ms | p95 ms | p99 ms | other statuses | /healthz p95 ms |")
        print("|---|---|---|---|---|---|---|---|")
        for clients in options.clients:
            print(
                asyncio.run(run(url, questions, clients, options.seconds, key=key, writes=options.writes)), flush=True
            )
            print(f"{kept(url, desk):.0f} % of the questions so far from replies that were given already", flush=True)
        if options.memory and not key:
            print(f"\nMemory: {resident(server.pid):.0f} MiB")
            asked = 0
            for count in options.memory:
                asyncio.run(run(url, questions, 8, 7_200, count=count - asked))
                asked = count
                print(f"after {count:,} more questions {resident(server.pid):.0f} MiB", flush=True)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
