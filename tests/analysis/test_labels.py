"""Names of observables for readers."""

import re

import pytest

from lmutau.analysis.labels import (
    caption_html,
    formula_text,
    luminosity_label,
    plain_label,
    symbols_html,
    window_html,
)
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


@pytest.mark.parametrize(
    ("name", "text"),
    [("m2_recoil", "(√s − E₁* − E₂*)² − |p₁* + p₂*|²; negative values occur after smearing"),
     ("mu_minus_eta_cm", "arsinh(p_z*/p_T*), ≈ ±70 for p_T* = 0, of the μ⁻"),
     ("pT_recoil", "transverse part of −(p₁* + p₂*), the same number as E_T^miss"),
     ("opening_cm", "angle between p₁* and p₂* = atan2(|p₁* × p₂*|, p₁*·p₂*)"),
     ("p_long_hi_lo", "p_hi*·p_lo* / |p_lo*|, signed; 0 if p_lo* = 0"),
     ("mu_plus_pT_cm", "momentum transverse to the e⁻ direction of the μ⁺")],
)  # fmt: skip
def test_formulas(name: str, text: str) -> None:
    assert formula_text(OBSERVABLES[name].formula) == text


def test_no_formula_keeps_ascii_or_columns() -> None:
    every = {**OBSERVABLES, **SINGLE_PHOTON_OBSERVABLES, **LIST_OBSERVABLES}
    for one in every.values():
        text = formula_text(one.formula)
        assert not re.search(r"sqrt|\^2|\+-|\bmu\b|[Ep][12]| - | x ", text), text
        assert not set(re.findall(r"\w+", text)) & (set(every) - {"E_T"}), text


def test_captions_as_html() -> None:
    text = caption_html("m²_miss, E_T^miss < 2, p*_T,recoil and p_hi*, p_T*(μ⁻); all cuts but m2_miss and et_miss")
    assert text == (
        "m²<sub>miss</sub>, E<sub>T</sub><sup>miss</sup> &lt; 2, p*<sub>T,recoil</sub> and p<sub>hi</sub>*, "
        "p<sub>T</sub>*(μ⁻); all cuts but m2_miss and et_miss"
    )
    assert caption_html("<b> & p_trans") == "&lt;b&gt; &amp; p_trans"


@pytest.mark.parametrize(
    ("luminosity", "text"), [(50000.0, "50 ab⁻¹"), (1000.0, "1 ab⁻¹"), (362.0, "362 fb⁻¹"), (1500.0, "1.5 ab⁻¹")]
)
def test_luminosities(luminosity: float, text: str) -> None:
    assert luminosity_label(luminosity) == text.replace(" ", "\N{NO-BREAK SPACE}")


def test_windows() -> None:
    assert window_html("m2_recoil", "", "0.4 GeV²") == "m²<sub>miss</sub> &lt; 0.4 GeV²"
    assert window_html("ETmiss", "1.67 GeV", "") == "E<sub>T</sub><sup>miss</sup> &gt; 1.67 GeV"
    assert window_html("mu_minus_eta_cm", "-1.6", "1.21") == "−1.6 &lt; η*(μ⁻) &lt; 1.21"


def test_expressions_of_a_card() -> None:
    photons = symbols_html("count(gamma_energy_cm > 0.1 and gamma_recoil_angle < 15*deg) == 0")
    assert photons == "count(E*<sub>γ</sub> &gt; 0.1 and ∠(γ, recoil) &lt; 15°) == 0"
    text = symbols_html("(m2_recoil >= 4 and\n theta_recoil_lab < 123*deg) or mu_minus_pT > -0.4 & x")
    assert text == ("(m²<sub>miss</sub> ≥ 4 and θ<sub>recoil</sub> &lt; 123°) or p<sub>T</sub>(μ⁻) &gt; −0.4 &amp; x")
