"""The README does what it says: its commands and its Python run, its card is valid, its links exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from lmutau.analysis.ntuple import NTUPLE_COLUMNS
from lmutau.gen.parameters import COMMON
from lmutau.gen.processes import PROCESSES
from tests.cli.driver import CommandLine

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    assert found is not None
    return found.group(1)


def _commands() -> list[str]:
    lines = [line.strip().split("#")[0].strip() for line in README.splitlines() if line.startswith("    lmutau")]
    return [command for line in lines for command in line.split(" && ")]


def test_commands(lmutau: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "card.toml").write_text(_block("toml"))
    commands = _commands()
    assert len(commands) == 12
    for command in commands:
        if "run belle2_2022" in command:  # 14 million points: the card is checked, not run
            command = "lmutau check belle2_2022"
        ended = lmutau(*shlex.split(command)[1:])
        assert ended.status == 0, (command, ended.err)
    produced = {path.name for path in (tmp_path / "results").iterdir()}
    assert produced == {"report.html", "summary.json", "zp_0.5GeV.root", "mumugamma.root", "tautau.root"}


def test_python(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", _block("python")], capture_output=True, text=True, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "photon_loss" in ended.stdout


def test_examples(lmutau: CommandLine, tmp_path: Path) -> None:
    results = tmp_path / "results"
    assert lmutau("run", ROOT / "examples" / "two_masses.toml", "-o", results).status == 0
    for arguments in (["read_ntuple.py", str(results / "mumugamma.root")], ["targeted_sampling.py"]):
        script = str(ROOT / "examples" / arguments[0])
        ended = subprocess.run([sys.executable, script, *arguments[1:]], capture_output=True, text=True, cwd=tmp_path)
        assert ended.returncode == 0, ended.stderr
        assert "+-" in ended.stdout


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if not target.startswith("http"):
            assert (ROOT / page).parent.joinpath(target).exists(), target


def test_every_ntuple_column_is_documented() -> None:
    text = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
    for name in NTUPLE_COLUMNS:
        assert f"`{name}`" in text, name


def test_help_imports_only_what_options_need() -> None:
    heavy = "{'numba', 'uproot', 'awkward', 'vegas', 'matplotlib', 'hist'}"
    code = f"import sys, lmutau.cli; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_cards_of_the_documentation(lmutau: CommandLine, tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "cards.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    run, detector, selection, window = blocks
    (tmp_path / "window.toml").write_text(f"{selection}\n{window}")
    assert lmutau("check", tmp_path / "window.toml").status == 0
    (tmp_path / "detector.toml").write_text(detector)
    (tmp_path / "selection.toml").write_text(selection)
    run = run.replace('[detector]\nname = "jkpt2019"', '[detector]\nname = "detector.toml"')
    run = run.replace('[selection]\nname = "jkpt2019"', '[selection]\nname = "selection.toml"')
    (tmp_path / "card.toml").write_text(run.replace("targeted = true", "targeted = false"))
    assert lmutau("check", tmp_path / "card.toml").status == 0  # from another folder: paths are relative to the card
    ended = lmutau("run", tmp_path / "card.toml", "-o", tmp_path / "results")
    assert ended.status == 0
    assert "recoil" in ended.out


def test_every_process_and_parameter_is_documented() -> None:
    page = (ROOT / "docs" / "processes.md").read_text(encoding="utf-8")
    for process in PROCESSES.values():
        assert f"## {process.name}\n" in page
        for parameter in process.parameters:
            assert f"`{parameter.name}`" in page, (process.name, parameter.name)
    assert {p.name for p in COMMON} <= set(re.findall(r"`(\w+)`", page))


def test_python_of_the_process_page() -> None:
    page = (ROOT / "docs" / "processes.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert found is not None
    code = found.group(1) + "print(m2)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stdout.startswith("[0.00841"), ended.stderr
