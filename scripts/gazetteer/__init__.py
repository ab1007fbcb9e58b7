"""The steps that make the embedded gazetteer from its public sources."""
