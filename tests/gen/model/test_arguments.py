"""What every formula of the model does with its arguments: ``constants=``, refusals that name key and range."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lmutau.gen import model
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError

PAIR: Any = (0.1,)
NOTHING: Any = None
TEXT: Any = "a"
TWO: Any = [1.0, 2.0]
FORMULAS: dict[str, tuple[Any, ...]] = {
    "alpha_dark_fermion": (1.0, 0.1), "alpha_dark_scalar": (1.0, 0.1), "branching_invisible": (1.0,), "delta_a": (1.0,),
    "f1": (0.1,), "f2": (0.1,), "gammanunu_spectrum": (1.0,), "gammazp_cross_section": (1.0, 1e-3),
    "gammazp_total": (1.0, 1e-3), "kinetic_mixing": (1.0,), "loop_integral": (1.0,), "massless_cross_section": (1.0,),
    "minimal_signal": (1.0,), "significance": (1.0, 1.0), "splitting": (0.5, 1.0), "splitting_range": (1.0,),
    "trident_heavy_limit": (20.0,), "trident_heavy_ratio": (20.0,), "trident_kernels": (1.0, 0.01),
    "trident_light_limit": (0.01,), "trident_light_ratio": (0.01,), "width_dark_fermion": (1.0, 0.1),
    "width_dark_scalar": (1.0, 0.1), "widths": (1.0,), "z_pole_limit": (1.0,), "z_pole_shift": (1.0,), "bounds": (1.0,),
}  # fmt: skip
OTHERS = {
    "BOUNDS",
    "Anomaly",
    "Bound",
    "Monophoton",
    "anomalies",
    "explaining_couplings",
    "find_anomaly",
    "read_bounds",
}


def test_the_list_is_complete() -> None:
    assert set(FORMULAS) | OTHERS == set(model.__all__)


def _bits(value: Any) -> Any:
    return {key: str(item) for key, item in value.items()} if isinstance(value, dict) else str(value)


@pytest.mark.parametrize("name", FORMULAS)
def test_every_formula_takes_constants(name: str) -> None:
    formula = getattr(model, name)
    assert _bits(formula(*FORMULAS[name], constants=CONSTANTS)) == _bits(formula(*FORMULAS[name]))


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - {"splitting_range"}))
def test_an_array_of_one_number_makes_no_warning(name: str) -> None:
    # a view of a broadcast, as numpy makes it of one number: no kernel may get it; warnings are errors here
    first, *rest = FORMULAS[name]
    getattr(model, name)(np.broadcast_to(first, 1), *rest)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("wrong", ["a", "1", None, math.nan, -1.0, [1.0, None], {}], ids=repr)
def test_the_first_argument_is_checked(name: str, wrong: Any) -> None:
    if (name, wrong) == ("splitting", -1.0):
        assert model.splitting(wrong, 1.0) == 0  # outside its range
        return
    with pytest.raises(ConfigError) as caught:
        getattr(model, name)(wrong, *FORMULAS[name][1:])
    assert " = " in str(caught.value) and "allowed" in str(caught.value)


@pytest.mark.parametrize(("call", "words"), [
    (lambda: model.gammazp_cross_section(1.0, math.nan), "epsilon = nan: allowed are finite"),
    (lambda: model.gammazp_cross_section(1.0, "a"), "epsilon = 'a'"),
    (lambda: model.gammazp_cross_section(1.0, 1e-3, sqrt_s=-10.58), "sqrt_s = -10.58 GeV"),
    (lambda: model.gammazp_cross_section(1.0, 1e-3, PAIR), "cos_range = (0.1,): allowed is a pair"),
    (lambda: model.gammazp_cross_section(1.0, 1e-3, NOTHING), "cos_range = None"),
    (lambda: model.gammazp_cross_section(1.0, 1e-3, (TEXT, 1)), "cos_range = ('a', 1)"),
    (lambda: model.gammazp_cross_section([1.0, 2.0], [1.0, 2.0, 3.0]), "mass (2,), epsilon (3,)"),
    (lambda: model.gammazp_total(1.0, 1e-3, sqrt_s=0.0), "sqrt_s = 0.0"),
    (lambda: model.gammazp_total(1.0, math.inf), "epsilon = inf"),
    (lambda: model.gammazp_total([1.0, 2.0], [1.0, 2.0, 3.0]), "shapes"),
    (lambda: model.gammanunu_spectrum(1.0, sqrt_s=0.0), "sqrt_s = 0.0"),
    (lambda: model.gammanunu_spectrum(1.0, sqrt_s=TEXT), "sqrt_s = 'a'"),
    (lambda: model.splitting_range(1.0, sqrt_s=0.0), "sqrt_s = 0.0"),
    (lambda: model.splitting([0.1, 0.2], [1.0, 2.0, 3.0]), "z (2,), mass (3,)"),
    (lambda: model.massless_cross_section(1.0, sqrt_s=TWO), "one number"),
    (lambda: model.widths([1.0, 2.0], [1.0, 2.0, 3.0]), "shapes do not fit together: mass (2,), g (3,)"),
    (lambda: model.branching_invisible([1.0, 2.0], dark_width=[1.0, 2.0, 3.0]), "shapes"),
    (lambda: model.branching_invisible(1.0, TWO), "scenario = [1.0, 2.0]: allowed is one of the words"),
    (lambda: model.delta_a([1.0, 2.0], [1.0, 2.0, 3.0], "e"), "shapes"),
    (lambda: model.width_dark_scalar(3.0, 0.1, TWO), "m = [1.0, 2.0]: allowed is one number"),
    (lambda: model.width_dark_fermion([1.0, 2.0], [1.0, 2.0, 3.0]), "alpha_d (3,)"),
    (lambda: model.alpha_dark_fermion([1.0, 2.0], [1.0, 2.0, 3.0]), "width (3,)"),
    (lambda: model.z_pole_shift([1.0, 2.0], [1.0, 2.0, 3.0]), "shapes"),
    (lambda: model.z_pole_limit(1.0, TWO), "one number"),
    (lambda: model.trident_heavy_ratio([20.0, 30.0], [1.0, 2.0, 3.0]), "shapes"),
    (lambda: model.trident_light_ratio([0.01, 0.02], [1.0, 2.0, 3.0]), "shapes"),
    (lambda: model.bounds(1.0, r=0.0), "r = 0.0: allowed"),
    (lambda: model.bounds(1.0, r=math.nan), "r = nan"),
    (lambda: model.bounds(1.0, smuon_mass=-1.0), "smuon_mass = -1.0 GeV"),
    (lambda: model.Anomaly(name="x", lepton="mu", value=TEXT, error=1.0, source="x"), "value = 'a'"),
])  # fmt: skip
def test_wrong_arguments(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        call()
    assert words in str(caught.value)
