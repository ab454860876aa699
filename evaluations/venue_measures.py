"""Shares in per cent by which venues are appraised (R83, R89)."""


def studio_measures(cycle):
    """{studio id: {source: share in hundredths of per cent, or None}}"""
    return {}
