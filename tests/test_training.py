"""The loss over all passages of a question, worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from qa.training.train import shared_loss


def test_a_question_is_answered_by_one_position_of_all_its_windows() -> None:
    scores = torch.tensor([[1.0, 1.0 + math.log(2), 1.0], [5.0, 5.0, 5.0 + math.log(3)]])
    # Margins log 2 and 0, 0 and log 3; with "no answer": 1 + 2 + 1 + 1 + 3 = 8.
    assert float(shared_loss(scores, torch.tensor([1, 0]), [2])) == pytest.approx(math.log(8 / 2))
    assert float(shared_loss(scores, torch.tensor([0, 2]), [2])) == pytest.approx(math.log(8 / 3))
    assert float(shared_loss(scores, torch.tensor([0, 0]), [2])) == pytest.approx(math.log(8))


def test_questions_do_not_share() -> None:
    scores = torch.tensor([[0.0, 0.0], [0.0, 0.0]])
    assert float(shared_loss(scores, torch.tensor([1, 0]), [1, 1])) == pytest.approx(math.log(2))


def test_what_is_masked_takes_no_part() -> None:
    scores = torch.tensor([[0.0, 0.0, -1e4], [0.0, 0.0, 0.0]])
    assert float(shared_loss(scores, torch.tensor([1, 0]), [2])) == pytest.approx(math.log(4))
