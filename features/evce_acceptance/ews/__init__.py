"""A conformance test of any server of EcoStruxure Web Services, whoever made it: `evce-acceptance ews`.

`table.toml` declares every check; `checks` has its function by the same id. A new check is a row and a function.
"""
