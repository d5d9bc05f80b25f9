"""detsim"""
