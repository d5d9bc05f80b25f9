"""Tests of the file formats of events."""
