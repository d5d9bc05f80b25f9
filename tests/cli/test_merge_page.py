"""docs/merge_and_reweight.md does what it says: its commands and its Python run."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.driver import CommandLine

PAGE = (Path(__file__).parents[2] / "docs" / "merge_and_reweight.md").read_text(encoding="utf-8")


def test_the_page(lmutau: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [line.strip() for line in PAGE.splitlines() if line.startswith("    lmutau")]
    assert len(commands) == 8
    for command in commands:
        ended = lmutau(*shlex.split(command.replace("0000 ", "000 "))[1:])
        assert ended.status == 0, (command, ended.err)
    assert "g 0.001 -> 0.0001" in ended.out
    example = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert example is not None
    exec(compile(example[1], "docs/merge_and_reweight.md", "exec"), {})
