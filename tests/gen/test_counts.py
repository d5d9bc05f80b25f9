"""Numbers of events as people write them."""

import numpy as np
import pytest

from lmutau.gen.counts import parse_count, whole
from lmutau.gen.errors import ConfigError
from lmutau.gen.generator import prepare


@pytest.mark.parametrize(
    ("text", "number"),
    [("10000", 10_000), ("10_000", 10_000), ("1e4", 10_000), ("1.5e3", 1500), (" 7 ", 7), ("-3", -3), ("2E0", 2),
     ("123456789012345678", 123456789012345678)],
)  # fmt: skip
def test_ways_to_write_a_number(text: str, number: int) -> None:
    assert parse_count(text) == number


@pytest.mark.parametrize("text", ["0.5", "1e-1", "many", "", "nan", "inf", "1e999999999", "10k", "1,000"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"whole number|not a number"):
        parse_count(text)


def test_a_float_without_fraction_is_a_number_of_events() -> None:
    assert [type(whole(value)) for value in (1e4, np.float64(3), 0.5, float("inf"), float("nan"), True, "1e4")] == [
        int, int, float, float, float, bool, str,
    ]  # fmt: skip
    assert prepare("mumuzp", 1e3, adaptation_points=1e3, parameters={"mass": 0.1}).n_requested == 1000  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [0.5, 1e30, float("nan"), True, "1e4"])
def test_others_are_refused(n: object) -> None:
    with pytest.raises(ConfigError, match="n_events = "):
        prepare("mumuzp", n, parameters={"mass": 0.1})  # type: ignore[arg-type]
