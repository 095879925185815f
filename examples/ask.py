"""One question over HTTP, with Python's own library alone: python examples/ask.py "Who resigned on Friday?"."""

import json
import os
import sys
import urllib.request

server = os.environ.get("PULLQUOTE_SERVER", "http://127.0.0.1:8000")
headers = {"Content-Type": "application/json"}
if key := os.environ.get("PULLQUOTE_SERVER_KEY"):
    headers["Authorization"] = f"Bearer {key}"
body = json.dumps({"question": sys.argv[1]}).encode()
with urllib.request.urlopen(urllib.request.Request(f"{server}/ask", body, headers)) as response:
    reply = json.load(response)

for answer in reply["answers"]:
    cited = answer["citations"][0]
    print(f"{answer['text']}  ({answer['confidence']:.0%}: {cited['headline']}, paragraph {cited['paragraph']})")
if not reply["answers"]:
    print(f"No answer: {reply['reason']}")
