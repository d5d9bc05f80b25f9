"""Test set-up: reproducible property tests, compiled kernels under a cache named after the sources."""

from hypothesis import settings

# fixed examples: a test that fails one time in a thousand is a broken test; compilation takes its time
settings.register_profile("lmutau", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("lmutau")
