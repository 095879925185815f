#!/bin/sh
# One question with curl: examples/ask.sh "How much did the quince portrait sell for?"
# PULLQUOTE_SERVER is the server's address, PULLQUOTE_SERVER_KEY a private key if it wants one. Needs python3 for the JSON.
set -eu
server=${PULLQUOTE_SERVER:-http://127.0.0.1:8000}
body=$(python3 -c 'import json, sys; print(json.dumps({"question": sys.argv[1], "top_k": 1}))' "$1")
curl --silent --show-error --fail-with-body "$server/ask" \
  --header "Content-Type: application/json" \
  ${PULLQUOTE_SERVER_KEY:+--header "Authorization: Bearer $PULLQUOTE_SERVER_KEY"} \
  --data "$body"
