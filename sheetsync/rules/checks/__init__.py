"""The checks that rules are made of: each a model of its parameters and a vector function beside it."""
