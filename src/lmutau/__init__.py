"""L_mu-L_tau Z' at Belle II: event generator, fast detector simulation and analysis."""

__version__ = "0.1.0.dev0"
