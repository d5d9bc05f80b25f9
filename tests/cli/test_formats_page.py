"""docs/formats.md does what it says: its commands run, its Python finds the cross-section."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.driver import CommandLine

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def test_the_page(lmutau: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [line.strip() for line in PAGE.splitlines() if line.startswith("    lmutau")]
    assert len(commands) == 7
    for command in commands:
        ended = lmutau(*shlex.split(command.replace("-n 10000", "-n 2000"))[1:])
        assert ended.status == 0, (command, ended.err)
    example = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert example is not None
    exec(compile(example[1], "docs/formats.md", "exec"), {})
