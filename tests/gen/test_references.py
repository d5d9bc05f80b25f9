"""What to cite: the papers on radiation where photons are radiated, and only there."""

import pytest

from lmutau.gen.generator import prepare
from lmutau.gen.processes import PROCESSES
from lmutau.gen.processes.base import RADIATION_REFERENCES


@pytest.mark.parametrize(
    ("process", "parameters"),
    [("mumuzp", {"mass": 0.5}), ("mumu", {}), ("mumugamma", {"min_photon_energy": 0.5}), ("gammazp", {"mass": 1.0}),
     ("tautau", {})],
)  # fmt: skip
def test_radiation_is_cited_where_it_is_on(process: str, parameters: dict[str, object]) -> None:
    def cited(**more: object) -> list[str]:
        made = prepare(process, 10, seed=1, adaptation_points=1000, parameters={**parameters, **more})
        return list(made.description()["references"])

    assert PROCESSES[process].radiates
    assert cited() == list(PROCESSES[process].references)
    assert set(cited()).isdisjoint(RADIATION_REFERENCES)
    assert cited(isr=True) == [*PROCESSES[process].references, *RADIATION_REFERENCES]
    if process != "gammazp":
        assert cited(fsr=True)[-2:] == list(RADIATION_REFERENCES)


def test_no_process_cites_radiation_of_itself() -> None:
    for process in PROCESSES.values():
        assert not any("Ann. Phys. 13" in text or "0006359" in text for text in process.references)
    assert not PROCESSES["eemumu"].radiates
