"""Networks of a user's project."""

from typing import Any, NamedTuple

import torch
from torch import nn


class Net(nn.Module):
    """Has what makes saving hard: an argument, a dropout, statistics, and no weights to train."""

    shift: torch.Tensor

    def __init__(self, hidden: int, classes: int = 3) -> None:
        super().__init__()
        self.first = nn.Linear(2, hidden)
        self.normal = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(0.5)
        self.last = nn.Linear(hidden, classes)
        self.register_buffer("shift", torch.tensor([0.5, 2.0]))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        hidden = self.drop(self.normal(torch.relu(self.first(rows - self.shift))))
        return torch.softmax(self.last(hidden), dim=1)


class Both(NamedTuple):
    """What a network of two heads gives."""

    embedding: torch.Tensor
    score: torch.Tensor


class Tied(nn.Module):
    """Two layers of one weight, tokens for input, and a named tuple for output."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(11, 4)
        self.out = nn.Linear(4, 11, bias=False)
        self.out.weight = self.words.weight

    def forward(self, tokens: torch.Tensor) -> Both:
        embedded = self.words(tokens).mean(dim=1)
        return Both(embedded, self.out(embedded))


class TwoInputs(nn.Module):
    """Takes several arrays by name, gives several by name."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Linear(3, 2)

    def forward(self, image: torch.Tensor, age: torch.Tensor) -> dict[str, Any]:
        features = torch.cat([image.mean(dim=(1, 2)).unsqueeze(1), age], dim=1)
        return {"logits": self.mix(features), "nothing": None}
