"""Names of observables for readers."""

import pytest

from lmutau.analysis.labels import plain_label, symbols_html, window_html
from lmutau.analysis.observables import OBSERVABLES, SINGLE_PHOTON_OBSERVABLES
from lmutau.analysis.particle_lists import LIST_OBSERVABLES


@pytest.mark.parametrize(
    ("name", "text"),
    [("m2_recoil", "m²_miss"), ("ETmiss", "E_T^miss"), ("theta_recoil_cm", "θ*_recoil"), ("opening_cm", "α*_μμ"),
     ("mu_minus_pT_cm", "p_T*(μ⁻)"), ("mu_plus_eta_cm", "η*(μ⁺)"), ("p_trans_hi_lo", "p*_T,hi lo"),
     ("pair_mass", "M_μμ")],
)  # fmt: skip
def test_plain(name: str, text: str) -> None:
    assert plain_label(OBSERVABLES[name].label + " [GeV$^2$]") == text


def test_no_label_keeps_latex() -> None:
    for one in {**OBSERVABLES, **SINGLE_PHOTON_OBSERVABLES, **LIST_OBSERVABLES}.values():
        text = plain_label(one.label)
        assert text and not set(text) & set("\\${}"), text
    assert plain_label(SINGLE_PHOTON_OBSERVABLES["photon_cos_cm"].label) == "cos θ*_γ"


def test_windows() -> None:
    assert window_html("m2_recoil", "", "0.4 GeV²") == "m²<sub>miss</sub> &lt; 0.4 GeV²"
    assert window_html("ETmiss", "1.67 GeV", "") == "E<sub>T</sub><sup>miss</sup> &gt; 1.67 GeV"
    assert window_html("mu_minus_eta_cm", "-1.6", "1.21") == "−1.6 &lt; η*(μ⁻) &lt; 1.21"


def test_expressions_of_a_card() -> None:
    photons = symbols_html("count(gamma_energy_cm > 0.1 and gamma_recoil_angle < 15*deg) == 0")
    assert photons == "count(E*<sub>γ</sub> &gt; 0.1 and ∠(γ, recoil) &lt; 15°) == 0"
    text = symbols_html("(m2_recoil >= 4 and\n theta_recoil_lab < 123*deg) or mu_minus_pT > -0.4 & x")
    assert text == ("(m²<sub>miss</sub> ≥ 4 and θ<sub>recoil</sub> &lt; 123°) or p<sub>T</sub>(μ⁻) &gt; −0.4 &amp; x")
