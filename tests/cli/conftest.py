"""Fixtures of the command-line tests."""

import pytest

from tests.cli.driver import CommandLine


@pytest.fixture
def lmutau(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)
