"""What a program of somebody else's may look like. It is run, and checked by mypy as strictly as that goes."""

import sys
from pathlib import Path

import ivr
from ivr import Flow, check, load, try_
from ivr.testing import BrokenFlow, Line, Scenario, Tried


def mistakes(file: Path) -> list[str]:
    return [f"{problem.block}: {problem.message}" for problem in check(file) if problem.level == "error"]


def heard(flow: Flow) -> list[str]:
    with Line.of(flow) as line:
        return line.rings().presses("1").heard


def main(file: Path, scenario: Path) -> None:
    try:
        flow = load(file)
    except BrokenFlow as error:
        sys.exit("\n".join(str(problem) for problem in error.problems))
    tried: list[Tried] = try_(flow, scenario, Scenario(name="Nothing", steps=()))
    print(ivr.__version__, flow.name, len(flow.blocks))
    print(mistakes(file), heard(flow)[0])
    print([(each.name, each.failures) for each in tried])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
