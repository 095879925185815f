"""The HTTP API: a question in, a reply out, over the wire."""
