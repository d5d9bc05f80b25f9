"""Cuts as text: what they mean, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.analysis.expressions import parse_expression
from lmutau.analysis.observables import OBSERVABLES
from lmutau.gen.errors import ConfigError
from lmutau.gen.record import Jagged

NAMES = ("pT_recoil", "m2_recoil", "theta_recoil_lab")
KNOWN = {name: OBSERVABLES[name] for name in NAMES}
COLUMNS = {
    "pT_recoil": np.array([0.1, 0.6, 2.0, np.nan]),
    "m2_recoil": np.array([1.0, 3.0, 9.0, 9.0]),
    "theta_recoil_lab": np.radians([10.0, 90.0, 60.0, 60.0]),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pT_recoil > 0.5", [0, 1, 1, 0]),
        ("34*deg < theta_recoil_lab < 123*deg", [0, 1, 1, 1]),
        ("not (89*deg < theta_recoil_lab < 91*deg) and m2_recoil < 4", [1, 0, 0, 0]),
        ("m2_recoil < 2 or pT_recoil >= 2*GeV", [1, 0, 1, 0]),
        ("-0.5 < m2_recoil - m_X**2 < 0.5", [0, 0, 1, 1]),
        ("(m2_recoil - 1) / 2 == +1", [0, 1, 0, 0]),
        ("1 > 0", [1, 1, 1, 1]),
        ("m2_recoil / (m2_recoil - 1) > 1", [1, 1, 1, 1]),  # 1/0 is infinite
    ],
)
def test_meaning(text: str, expected: list[int]) -> None:
    assert parse_expression(text, KNOWN, "card").passes(COLUMNS, 3.0).tolist() == [bool(x) for x in expected]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abs(m2_recoil) < 1", ["function call"]),
        ("__import__('os').system('ls') > 0", ["function call"]),
        ("m2_recoil.real > 1", ["attribute"]),
        ("m2_recoil[0] > 1", ["index"]),
        ("pT_recol > 0.5", ["pT_recol", "Did you mean 'pT_recoil'"]),
        ("pT_recoil", ["a cut compares"]),
        ("pT_recoil > 0.5 + (m2_recoil > 1)", ["must be a number"]),
        ("pT_recoil and m2_recoil > 1", ["must be a comparison"]),
        ("pT_recoil > ", ["not an expression"]),
        ("pT_recoil = 1", ["write '=='"]),
        ("pT_recoil > 1 && m2_recoil < 1", ["'&&'", "write 'and'"]),
        ("(pT_recoil > 1) | (m2_recoil < 1)", ["write 'or'"]),
        ("!(pT_recoil > 1)", ["write 'not'"]),
        ("34 < theta_recoil_lab", ["theta_recoil_lab is in rad", "34*deg"]),
        ("theta_recoil_lab > -90", ["-90*deg"]),
        ("gamma_energy > 0.1", ["'gamma_energy' is a list", "max(gamma_energy)"]),
        ("count > 1", ["'count' needs a list"]),
        ("count(gamma_energy) == 0", ["must be a comparison"]),
        ("sum(gamma_energy > 1) == 0", ["must be a number"]),
        ("count(pT_recoil > 1) == 0", ["no list"]),
        ("count(gamma_energy > track_p) == 0", ["lists of photons and of tracks"]),
        ("count(gamma_energy > max(gamma_energy)) == 0", ["another reduction"]),
        ("sum(gamma_energy, gamma_theta > 1, 2) > 1", ["3 arguments"]),
        ("sum() > 1", ["0 arguments"]),
        ("count(gama_energy > 1) == 0", ["Did you mean 'gamma_energy'"]),
        ("count(key=gamma_energy > 1) == 0", ["write "]),
        ("min(gamma_energy) + (1, 2) > 1", ["a comma"]),
        ("max(gamma_theta) < 30", ["max(gamma_theta) is in rad", "30*deg"]),
        ("theta_recoil_lab < 2*17 + 0.5", ["is in rad", "more than a full turn"]),
        ("m2_recoil < 4  # light\n and pT_recoil > 100", ["'#' begins a comment"]),
        ("count(gamma_recoil_angle < 15) > 0", ["gamma_recoil_angle is in rad", "15*deg"]),
        ("'a' < 'b'", ["not allowed"]),
        ("True", ["leave the step"]),
        ("pT_recoil in (1, 2)", ["not allowed"]),
        ("1 if pT_recoil > 1 else 0", ["if ... else"]),
        ("pT_recoil > 1e999", ["not allowed"]),
        ("pT_recoil > " + "(" * 900 + "1" + ")" * 900, ["not an expression"]),
        ("pT_recoil > 1" + " + 1" * 600, ["characters"]),
        ("pT_recoil\x00 > 1", ["not an expression"]),
        ("pT_recoil > " + "1" + "+1" * 890, ["two steps"]),
        ("pT_recoil > 1" + "0" * 400, ["not allowed"]),
    ],
)
def test_refused(text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        parse_expression(text, KNOWN, "card")
    assert all(word in str(error.value) for word in ["card: cut", *words]), str(error.value)


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(-10, 10))
def test_as_python(a: float, b: float, c: float) -> None:
    columns = {"pT_recoil": np.array([a]), "m2_recoil": np.array([b]), "theta_recoil_lab": np.array([c])}
    text = "pT_recoil < m2_recoil <= theta_recoil_lab or not (pT_recoil**2 - 2*m2_recoil > -theta_recoil_lab)"
    names = dict(zip(NAMES, (a, b, c), strict=True))
    expected = names["pT_recoil"] < names["m2_recoil"] <= names["theta_recoil_lab"] or not (a**2 - 2 * b > -c)
    assert bool(parse_expression(text, KNOWN, "card").passes(columns, math.pi)[0]) == expected


LISTS = {
    "photons": Jagged(
        np.array([0, 2, 2, 3, 6]),
        {
            "gamma_energy": np.array([0.2, 1.5, 0.05, 3.0, 0.1, 0.4]),
            "gamma_theta": np.radians([10.0, 90.0, 50.0, 20.0, 130.0, 20.0]),
        },
    )
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(gamma_energy > 0.1) == 0", [0, 1, 1, 0]),
        ("sum(gamma_energy) < 1", [0, 1, 1, 0]),
        ("sum(gamma_energy, gamma_theta < 30*deg) > 0.3", [0, 0, 0, 1]),
        ("max(gamma_energy) > 1", [1, 0, 0, 1]),
        ("min(gamma_energy) > 1", [0, 1, 0, 0]),  # infinite for none
        ("max(gamma_energy, gamma_theta > 100*deg) < 0.2", [1, 1, 1, 1]),  # -infinite for none
        ("any(gamma_energy > pT_recoil)", [1, 0, 0, 0]),  # compared with the own candidate; NaN is false
        ("all(gamma_energy < m2_recoil)", [0, 1, 1, 1]),
        ("not any(gamma_energy > 1) or count(gamma_theta < 25*deg and gamma_energy > 0.3) == 2", [0, 1, 1, 1]),
        ("sum(2*gamma_energy - m_X) == -2.6", [1, 0, 0, 0]),
        ("count(gamma_energy > 0)**(-count(gamma_energy > 0)) < 1", [1, 0, 0, 1]),
    ],
)
def test_lists(text: str, expected: list[int]) -> None:
    expression = parse_expression(text, KNOWN, "card")
    assert expression.lists == {"photons"}
    assert expression.passes(COLUMNS, 3.0, LISTS).tolist() == [bool(x) for x in expected]
