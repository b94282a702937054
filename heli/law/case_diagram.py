"""The table of a case's steps as it stands in docs/cases.md, and its picture as Mermaid.

`python -m heli.law.case_diagram` prints both; a test holds the page to them.
"""

from __future__ import annotations

from heli.law.case_steps import CASE_ENDED, CASE_TRANSITIONS, CaseState


def table() -> str:
    """Every row: from, to, the verb, who may, on which article.

    >>> table().splitlines()[2]
    '| `cooling_off` | `withdrawn` | `withdraw_application` | either party alone | Civil Code \
art. 1077(1) |'
    """
    rows = [
        f"| `{row.source}` | `{row.target}` | `{row.verb}` | {row.who} | {row.article} |"
        for row in CASE_TRANSITIONS
    ]
    return "\n".join(["| from | to | verb | who | article |", "| --- |" + " --- |" * 4, *rows])


def diagram() -> str:
    """The same rows as a state diagram; every case begins with the receipt.

    >>> print(diagram().splitlines()[1].strip())
    [*] --> cooling_off: give_receipt
    """
    steps = [f"    {row.source} --> {row.target}: {row.verb}" for row in CASE_TRANSITIONS]
    ends = [f"    {state} --> [*]" for state in CaseState if state in CASE_ENDED]
    first = f"    [*] --> {CaseState.COOLING_OFF}: give_receipt"
    return "\n".join(["stateDiagram-v2", first, *steps, *ends])


if __name__ == "__main__":
    import sys

    sys.stdout.write(f"{table()}\n\n```mermaid\n{diagram()}\n```\n")
