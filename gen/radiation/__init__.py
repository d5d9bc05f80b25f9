"""Radiation of many photons from the beams and from a charged pair, resummed to all orders.

Soft photons and virtual corrections of each line exponentiate (Yennie, Frautschi, Suura); photons
above a small cut are generated with their full four-momenta, and residual weights bring the exact
emission of one and two photons and the leading logarithms of what is virtual. The interference of
initial and final radiation is left out.
"""
