"""The terminal chat. Uses the public names of qa; never index."""
