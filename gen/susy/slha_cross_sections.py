"""XSECTION blocks of an SLHA file.

References
----------
"Les Houches 2013 physics at TeV colliders: new physics working group report", arXiv:1405.1617: XSECTION.
"""

from collections.abc import Iterable

from lmutau.gen.susy.lhc.cross_sections import CrossSection
from lmutau.gen.susy.names import particle_name

__all__ = ["cross_section_text"]

_PROTON = 2212


def cross_section_text(cross_sections: Iterable[CrossSection], version: str) -> str:
    """XSECTION blocks [pb]: scale scheme 0 (mean mass), leading order in QCD and electroweak theory, scale factors 1.

    The entry for the number of the parton densities is 0: the comment names them.
    """
    lines = []
    for item in cross_sections:
        first, second = item.codes
        lines.append(
            f"XSECTION  {item.sqrt_s:.8E}  {_PROTON} {_PROTON} 2 {first} {second}   "
            f"# pp > {particle_name(first)} {particle_name(second)}"
        )
        lines.append(f"  0  0  0  1.0  1.0  0  {1e-3 * item.sigma_fb:.10E}   lmutau {version}   # pb, {item.densities}")
    return "\n".join(lines)
