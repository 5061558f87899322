"""What tests of dialects begin with: a dialect to change, and a client that logs in."""

from __future__ import annotations

from tests.evce_simulator.conftest import Client

PLAIN = """
format = 2
api_version = "4"

[login]
kind = "none"

[system]
path = "/system"
[system.fields]
name = "name"
api_version = "apiVersion"
version = "version"
time = "time"

[zones]
path = "/zones"
items = "items"
[zones.fields]
id = "id"
name = "name"
type = "type"
max_current = "max"
set_point_current = "set"
set_point_power = "power"
number_of_transactions = "busy"
reduction = "reduction"
[zones.reduction]
value = "value"
type = { value = "percentage" }
description = "text"
validity = "until"
validity_mode = { value = "absolute" }

[stations]
path = "/stations"
items = "items"
[stations.fields]
id = "id"
zone_id = "zone"
friendly_name = "name"
ocpp_identifier = "ocpp"
type = "type"
serial_number = "serial"
model = "model"
version = "version"
ip_address = "ip"
cpo_url = "cpo"
accepted_by_cpo = "accepted"
connected = "connected"
status = "status"
authentication_mode = "online"
disconnected_authentication_mode = "offline"

[connectors]
path = "/connectors"
items = "items"
[connectors.fields]
id = "id"
station_id = "station"
logical_connector = "number"
status = "status"
available = "available"
dc = "dc"
fixed_set_point = "fixed"
max_current = "max_a"
max_power = "max_kw"
phase_connection = "phases"
set_point_current = "set_a"
set_point_power = "set_kw"
active_power = "power"
rms_current = "current"
active_energy = "energy"

[reduction]
path = "/zones/{id}/reduction"
method = "PUT"
body = { value = "{taken}", until = "{validity}" }
[reduction.clear]
path = "/zones/{id}/reduction"
method = "DELETE"

[availability]
path = "/connectors/{id}"
method = "PATCH"
body = { available = "{available}" }

[words.modes]
fixed = "STATIC"
free = "DYNAMIC"
"""
"""A dialect close to the contract; tests change a line or two of it."""


def logged_in(client: Client) -> Client:
    """Log in as `areas` wants it."""
    client.session.auth = None
    form = {"grant_type": "password", "username": "bms", "password": "secret"}
    answer = client.send("POST", "/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    client.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client
