"""Squared amplitudes: scalar formulas of invariants, and array functions of momenta."""
