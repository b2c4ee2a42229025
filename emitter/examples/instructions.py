# SPDX-License-Identifier: Apache-2.0
"""Instruction data in Alpaca's format: {"instruction", "input", "output"}.

Either a JSON file, or records made on the fly: deterministic, never stored, and varied enough that
a small model's loss falls through several regimes (frequencies, templates, copying, arithmetic).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from model import IGNORED
from torch import Tensor

NAMES = "Ada Alan Barbara Claude Donald Edith Emmy Grace Hedy John Katherine Kurt Sofia".split()
THINGS = "apples books boxes coins eggs keys lamps maps pens shells stamps stones".split()
ADJECTIVES = "ancient brave bright calm clever gentle narrow quiet rapid silver warm young".split()
NOUNS = "bridge castle engine forest garden harbour island letter market river signal tower".split()
VERBS = "crosses finds follows guards leaves paints reaches remembers repairs watches".split()
CAPITALS = {
    "Austria": "Vienna", "Brazil": "Brasilia", "Canada": "Ottawa", "Chile": "Santiago",
    "Egypt": "Cairo", "Finland": "Helsinki", "France": "Paris", "Ghana": "Accra",
    "India": "New Delhi", "Japan": "Tokyo", "Kenya": "Nairobi", "Norway": "Oslo",
    "Peru": "Lima", "Portugal": "Lisbon", "Spain": "Madrid", "Vietnam": "Hanoi",
}  # fmt: skip
UNITS = (
    ("kilometres", "metres", 1000), ("hours", "minutes", 60), ("minutes", "seconds", 60),
    ("kilograms", "grams", 1000), ("weeks", "days", 7), ("dozens", "pieces", 12),
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    instruction: str
    input: str
    output: str


Maker = Callable[[random.Random], Record]


def _add(pick: random.Random) -> Record:
    a, b = pick.randint(2, 99), pick.randint(2, 99)
    sign, result = pick.choice((("plus", a + b), ("times", a * b), ("minus", a - b)))
    return Record(f"What is {a} {sign} {b}?", "", f"{a} {sign} {b} is {result}.")


def _story(pick: random.Random) -> Record:
    name, thing, verb = pick.choice(NAMES), pick.choice(THINGS), pick.choice(("buys", "finds"))
    a, b = pick.randint(2, 30), pick.randint(2, 30)
    return Record(
        "Solve the problem step by step.",
        f"{name} has {a} {thing} and {verb} {b} more. How many {thing} are there?",
        f"First there are {a} {thing}. Then {name} {verb} {b}. Together: {a} + {b} = {a + b}.",
    )


def _sort(pick: random.Random) -> Record:
    words = pick.sample(NOUNS, pick.randint(3, 6))
    return Record("Sort the words.", ", ".join(words), ", ".join(sorted(words)))


def _reverse(pick: random.Random) -> Record:
    word = pick.choice(NOUNS + ADJECTIVES + THINGS)
    return Record(f"Spell the word '{word}' backwards.", "", " ".join(reversed(word)))


def _capital(pick: random.Random) -> Record:
    country, city = pick.choice(sorted(CAPITALS.items()))
    if pick.random() < 0.5:
        return Record(f"Name the capital of {country}.", "", f"The capital of {country} is {city}.")
    return Record("Which country has this capital?", city, f"{city} is the capital of {country}.")


def _convert(pick: random.Random) -> Record:
    large, small, factor = pick.choice(UNITS)
    count = pick.randint(2, 40)
    answer = f"{count} {large} are {count * factor} {small}."
    return Record(f"Convert {count} {large} to {small}.", "", answer)


def _sentence(pick: random.Random) -> str:
    return (
        f"The {pick.choice(ADJECTIVES)} {pick.choice(NOUNS)} {pick.choice(VERBS)} "
        f"the {pick.choice(ADJECTIVES)} {pick.choice(NOUNS)}"
    )


def _past(pick: random.Random) -> Record:
    sentence = _sentence(pick)
    return Record("Write the sentence in capitals.", sentence + ".", sentence.upper() + ".")


def _describe(pick: random.Random) -> Record:
    noun = pick.choice(NOUNS)
    lines = [f"{_sentence(pick)}." for _ in range(pick.randint(2, 4))]
    return Record(
        f"Write a short story with a {noun}.", "", f"Once, by the {noun}: " + " ".join(lines)
    )


def _sequence(pick: random.Random) -> Record:
    start, stride = pick.randint(1, 30), pick.randint(2, 12)
    terms = [str(start + stride * i) for i in range(9)]
    return Record("Continue the sequence.", ", ".join(terms[:5]), ", ".join(terms[5:]))


def _count(pick: random.Random) -> Record:
    sentence = _sentence(pick)
    letter = pick.choice("aeinrt")
    count = sentence.lower().count(letter)
    return Record(f"Count the letter {letter}.", sentence, f"There are {count} of it.")


MAKERS: tuple[Maker, ...] = (
    _add, _story, _sort, _reverse, _capital, _convert, _past, _describe, _sequence, _count
)  # fmt: skip


class GeneratedRecords(Sequence[Record]):
    """`size` records; number i depends on (seed, i) alone."""

    def __init__(self, size: int, seed: int) -> None:
        self._size = size
        self._seed = seed

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: int) -> Record:  # type: ignore[override]
        if not 0 <= index < self._size:
            raise IndexError(index)
        pick = random.Random(f"{self._seed}/{index}")
        return pick.choice(MAKERS)(pick)


def read_records(path: Path) -> list[Record]:
    """Records of a file in Alpaca's format; those without an output are left out."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    records = [Record(e["instruction"], e.get("input", ""), e["output"]) for e in entries]
    return [record for record in records if record.output]


def encode(record: Record, context: int) -> tuple[list[int], list[int]]:
    """Bytes of prompt and response, at most context + 1 together, the response's end first to go.

    A prompt longer than half the context loses its beginning, so that every sample has a response.
    """
    given = f"\n{record.input}" if record.input else ""
    prompt = f"### Instruction:\n{record.instruction}{given}\n\n### Response:\n".encode()
    prompt = prompt[-(context // 2) :]
    response = record.output.encode()[: context - len(prompt)]
    return list(prompt), [*response, 0]


def collate(samples: Sequence[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor]:
    """Inputs and labels, both (samples, longest); only the response's bytes are labelled."""
    length = max(len(prompt) + len(response) for prompt, response in samples) - 1
    inputs = torch.zeros(len(samples), length, dtype=torch.long)
    labels = torch.full((len(samples), length), IGNORED, dtype=torch.long)
    for row, (prompt, response) in enumerate(samples):
        text = torch.tensor(prompt + response)
        inputs[row, : len(text) - 1] = text[:-1]
        labels[row, len(prompt) - 1 : len(text) - 1] = text[len(prompt) :]
    return inputs, labels
