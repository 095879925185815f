"""The answer: passages in, cited spans out. Public names for the front ends are in ``qa.answers``."""
