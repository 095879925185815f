"""The chat's own two themes: ink and paper, with a highlighter for the quote."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="pullquote-dark",
    primary="#7fb2e5",
    secondary="#9aa7b8",
    accent="#f2c14e",
    foreground="#dcdfe4",
    background="#14161a",
    surface="#1d2026",
    panel="#262a32",
    success="#8cc474",
    warning="#f2c14e",
    error="#f0787a",
    dark=True,
    variables={"mark": "#f2c14e", "mark-text": "#14161a"},
)
LIGHT = Theme(
    name="pullquote-light",
    primary="#1f5a96",
    secondary="#5b6470",
    accent="#a35a00",
    foreground="#22252a",
    background="#fbf9f4",
    surface="#f1ede3",
    panel="#e6e0d2",
    success="#2f6b1f",
    warning="#8a5a00",
    error="#a8201f",
    dark=False,
    variables={"mark": "#ffe27a", "mark-text": "#22252a"},
)
MARK_DEFAULTS = {"mark": "#f2c14e", "mark-text": "#14161a"}
"""For Textual's own themes, which can be chosen, too."""
