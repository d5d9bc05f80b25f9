"""Decay table of a point: partial widths of all superpartners that this package calculates."""

from collections.abc import Iterable

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.susy.codes import CHARGINO_CODES, NEUTRALINO_CODES, SLEPTON_CODES, SNEUTRINO_CODES
from lmutau.gen.susy.decay.couplings import Couplings, couplings
from lmutau.gen.susy.decay.fermion_channels import chargino_channels, neutralino_channels
from lmutau.gen.susy.decay.light_fermions import w_width, z_width
from lmutau.gen.susy.decay.records import Channel, Decay
from lmutau.gen.susy.decay.scalar_channels import slepton_channels
from lmutau.gen.susy.decay.two_body_channels import two_body_channels
from lmutau.gen.susy.decay.virtual import boson_is_real
from lmutau.gen.susy.point import SusyPoint
from lmutau.gen.susy.scheme import ALPHA_MZ, susy_numbers
from lmutau.gen.susy.spectrum import Spectrum

__all__ = ["decays"]

_NEGLIGIBLE = 1e-12


def decays(
    point: SusyPoint,
    *,
    found: Spectrum | None = None,
    constants: Constants = CONSTANTS,
    alpha_mz: float = ALPHA_MZ,
) -> dict[int, Decay]:
    """Widths and channels of neutralinos, charginos, sleptons and sneutrinos at tree level, by PDG code.

    Parameters
    ----------
    point
        Parameters of the model.
    found
        Its spectrum, if known already.
    constants, alpha_mz
        Lepton masses, ``m_w``, ``m_z``, ``sin2_theta_eff``, and alpha(M_Z).

    Returns
    -------
    dict[int, Decay]
        In ascending order of mass. All two-body channels; three-body channels through W, Z, sleptons, neutralinos and
        charginos that cannot be real, for particles whose two-body width/mass is below ``three_body_below`` of
        ``data/susy.toml``. There a W or Z less than ``boson_real_above`` of its widths above threshold is given as
        the fermions it goes to, too.

    Raises
    ------
    ConfigError
        If a slepton is a tachyon.
    """
    all_couplings = couplings(point, found, constants, alpha_mz)
    masses = _masses(all_couplings)
    two_body = two_body_channels(all_couplings)
    limit = float(susy_numbers()["three_body_below"]["value"])
    bosons = {24: (all_couplings.m_w, w_width(all_couplings)), 23: (all_couplings.scheme.m_z, z_width(all_couplings))}
    lightest = min(masses.values())
    table = {}
    for code in sorted(masses, key=lambda key: masses[key]):
        channels = two_body[code]
        clear = [channel for channel in channels if not _near_threshold(channel, masses[code], masses, bosons)]
        if sum(channel.width for channel in clear) < limit * masses[code]:
            channels = [*clear, *_three_body(all_couplings, code)]
        channels = _relevant(channels)
        width = sum(channel.width for channel in channels)
        table[code] = Decay(code=code, mass=masses[code], width=width, channels=tuple(channels),
                            stable=masses[code] == lightest)  # fmt: skip
    return table


def _relevant(channels: list[Channel]) -> list[Channel]:
    """Channels by falling width, without those that are rounding errors of a coupling which vanishes."""
    total = sum(channel.width for channel in channels)
    kept = [channel for channel in channels if channel.width > _NEGLIGIBLE * total]
    return sorted(kept, key=lambda channel: -channel.width)


def _near_threshold(
    channel: Channel, mass: float, masses: dict[int, float], bosons: dict[int, tuple[float, float]]
) -> bool:
    """True for W or Z that are not clearly real: then the fermions they go to are integrated over."""
    heavy, other = channel.products
    boson = bosons.get(abs(other))
    return boson is not None and not boson_is_real(mass - masses[abs(heavy)], *boson)


def _masses(found: Couplings) -> dict[int, float]:
    masses = dict(zip(NEUTRALINO_CODES, found.neutralinos, strict=True))
    masses |= dict(zip(CHARGINO_CODES, found.charginos, strict=True))
    for lepton, codes in SLEPTON_CODES.items():
        masses |= dict(zip(codes, found.flavours[lepton].masses, strict=True))
        masses[SNEUTRINO_CODES[lepton]] = found.flavours[lepton].sneutrino
    return {code: float(mass) for code, mass in masses.items()}


def _three_body(found: Couplings, code: int) -> Iterable[Channel]:
    if code in NEUTRALINO_CODES:
        return neutralino_channels(found, NEUTRALINO_CODES.index(code))
    if code in CHARGINO_CODES:
        return chargino_channels(found, CHARGINO_CODES.index(code))
    return slepton_channels(found, code)
