"""Read an ntuple with uproot, undo a cut, and count events at a luminosity.

lmutau run -o results
python examples/read_ntuple.py results/mumugamma.root
"""

import json
import sys

import numpy as np
import uproot

LUMINOSITY = 50_000.0  # fb^-1

with uproot.open(sys.argv[1]) as file:
    ntuple = file["ntuple"].arrays(library="np")
    metadata = json.loads(str(file["metadata"]))

steps = metadata["selection"]["steps"]
selected = ntuple["n_passed"] == len(steps)
weight = ntuple["weight"][selected]
print(f"{metadata['process']}: sigma = {metadata['sigma_fb']:.5g} +- {metadata['sigma_error_fb']:.1g} fb")
print(f"selected: {LUMINOSITY * weight.sum():.4g} +- {LUMINOSITY * np.sqrt((weight**2).sum()):.1g} events")

# a tighter window on the recoil mass, on top of the selection
tight = weight[np.abs(ntuple["m2Recoil"][selected]) < 0.1]
print(f"|m2| < 0.1 GeV^2: {LUMINOSITY * tight.sum():.4g} +- {LUMINOSITY * np.sqrt((tight**2).sum()):.1g} events")
