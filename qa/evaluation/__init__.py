"""How good the answers are: question files, figures with their intervals, reports."""
