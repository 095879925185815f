"""The newsroom's loop: what was asked and answered, what was wrong with it, and what follows from that."""
