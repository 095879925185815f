"""What is derived from the truth: rankings of passages, which can be made again at any time."""
