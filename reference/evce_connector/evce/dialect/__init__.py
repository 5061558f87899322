"""Controllers that speak otherwise than the contract, as data (reference/PROFILES.md, format 2)."""
