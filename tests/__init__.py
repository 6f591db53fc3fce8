"""Tests of telementor."""
