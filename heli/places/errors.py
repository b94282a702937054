"""The refusals of places.

Refusal
└── LoadRefused   422 invalid_input   a directory of facts has lines that are wrong
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import Refusal


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with one line of a file. line: counted from 1; None is the file as a whole.

    text: a sentence whose `{name}`s are filled from `facts`.
    """

    file: str
    line: int | None
    text: str | Promise
    facts: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self) -> str:
        """File, line and what is wrong, in the language that is active now."""
        said = str(self.text).format(**self.facts)
        said = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said)
        if self.line is None:
            return gettext("{file}：{said}").format(file=self.file, said=said)
        return gettext("{file} 第{line}行：{said}").format(
            file=self.file, line=self.line, said=said
        )


class LoadRefused(Refusal):
    """Files of a directory are wrong; `problems` names every line. Nothing of it was stored."""

    code, status = "invalid_input", 422
    message = _("有{count}处写得不对，什么都没有载入。请按下面列出的行修改后再试。")

    def __init__(self, problems: Iterable[LineProblem]) -> None:
        self.problems = tuple(
            sorted(problems, key=lambda problem: (problem.file, problem.line or 0))
        )
        super().__init__(count=len(self.problems))

    def sentences(self) -> list[str]:
        """One sentence for each line that is wrong, in the language that is active now."""
        return [problem.sentence() for problem in self.problems]
