"""The record kit: one declaration a type, everything else follows."""
