// The site on the page: a card for each zone and station, those that are wanted, and what they show.
"use strict";

const many = 60; // stations beyond which zones are closed at first
const statuses = [
  "available", "preparing", "charging", "suspendedEVSE", "suspendedEV", "finishing", "reserved", "unavailable", "faulted",
];
const $ = (id) => document.getElementById(id);
let shape = "";
let site = null; // what the state says, by what belongs to what
const opened = new Map(); // whether zones were opened or closed, by id
const cards = new Map(); // of stations that were shown, by id

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// Text is only written where it is another one, or the browser would lay out the page each second.
function put(node, text) {
  if (node.textContent !== String(text)) node.textContent = text;
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
const powerOf = (connector) => sum((connector.activePower || []).map(Number));
const currentOf = (connector) => Math.max(0, ...(connector.rmsCurrent || []).map(Number));
const wiredTo = { mono1: 0, mono2: 1, mono3: 2 };

function currentIn(connectors) {
  if (!state.life.limitsByPhase) return sum(connectors.map(currentOf));
  const phases = [0, 0, 0];
  for (const connector of connectors) {
    const wired = wiredTo[connector.phaseConnection];
    if (wired !== undefined) phases[wired] += currentOf(connector);
    else (connector.rmsCurrent || []).forEach((current, phase) => { phases[phase] += Number(current); });
  }
  return Math.max(...phases);
}

const mostPower = (connector) =>
  connector.maxPower || 0.23 * connector.maxCurrent * (connector.phaseConnection === "tri" ? 3 : 1);

function connectorRow(connector) {
  const choose = make("select", { "aria-label": `Action at connector ${connector.id}`, "data-act": connector.id },
    ...["Action…", "plug", "unplug", "fault", "repair", "reserve", "cancel-reservation", "reset-meter", "disable",
      "enable"].map((name) => make("option", { value: name }, name)));
  choose.addEventListener("change", () => {
    const action = choose.value;
    choose.selectedIndex = 0;
    if (action === "disable" || action === "enable") {
      act("POST", `/connectors/${connector.id}/availability`, { available: action === "enable" });
    } else {
      act("POST", `/connectors/${connector.id}/${action}`, action === "fault" ? { errorCode: "GroundFailure" } : {});
    }
  });
  return make("div", { class: "connector", id: `connector-${connector.id}` },
    make("span", { class: "dot" }), make("span", { class: "status" }),
    make("div", { class: "bar" }, make("div", { class: "fill" })), make("span", { class: "power" }), choose);
}

function stationCard(station, connectors) {
  const isConnected = () => site.stations.get(station.id).connected;
  return make("div", { class: "station", id: `station-${station.id}` },
    make("div", { class: "head" }, make("h3"), make("span", { class: "ocpp" }),
      make("button", {
        type: "button", class: "link",
        onclick: () => act("POST", `/stations/${station.id}/${isConnected() ? "disconnect" : "connect"}`, {}),
      })),
    ...connectors.map(connectorRow));
}

function zoneCard(zone) {
  const part = make("input", { type: "number", min: 0, max: 100, value: 30, "aria-label": `Reduction of zone ${zone.id} in per cent` });
  const reduce = () => act("POST", `/zones/${zone.id}/reduce`, {
    value: Number(part.value), validity: new Date(Date.parse(state.clock.time) + 3600000).toISOString(),
  });
  const fold = () => { opened.set(zone.id, !isOpen(zone)); show(); };
  return make("article", { class: "zone", id: `zone-${zone.id}` },
    make("div", { class: "head" },
      make("h2", {}, make("button", { type: "button", class: "fold", "aria-controls": `stations-${zone.id}`, onclick: fold })),
      make("span", { class: "tag" }),
      make("div", { class: "gauge" },
        make("div", { class: "text" }, make("span", { class: "now" }), make("span", { class: "limit" })),
        make("div", { class: "track" }, make("div", { class: "load" }), make("div", { class: "cut" }))),
      make("span", { class: "reduction" }),
      make("span", { class: "row" }, part,
        make("button", { type: "button", onclick: reduce }, "Reduce % for 1 h"),
        make("button", { type: "button", onclick: () => act("POST", `/zones/${zone.id}/clear-reduction`, {}) }, "Clear"))),
    make("div", { class: "stations", id: `stations-${zone.id}` }));
}

// --- which stations are shown

const isOpen = (zone) => opened.get(zone.id) ?? site.stations.size <= many;
const wanted = () => $("search").value.toLowerCase().split(/\s+/).filter(Boolean);

function group(things, key) {
  const groups = new Map();
  for (const thing of things) {
    if (!groups.has(thing[key])) groups.set(thing[key], []);
    groups.get(thing[key]).push(thing);
  }
  return (id) => groups.get(id) || [];
}

function arranged({ zones, stations, connectors }) {
  return {
    zones, connectors, stations: new Map(stations.map((station) => [station.id, station])),
    stationsOf: group(stations, "zoneId"), connectorsOf: group(connectors, "stationId"),
  };
}

function fits(words, station, zone) {
  const connectors = site.connectorsOf(station.id);
  const texts = [station.friendlyName, station.ocppIdentifier, zone.name, station.connected ? "" : "lost",
    ...connectors.flatMap((each) => [each.status, each.errorCode || ""])].map((text) => String(text).toLowerCase());
  const ids = connectors.map((each) => `#${each.id}`);
  return words.every((word) => (word.startsWith("#") ? ids.includes(word) : texts.some((text) => text.includes(word))));
}

function shownOf(zone, words) {
  const stations = site.stationsOf(zone.id);
  if (words.length) return stations.filter((station) => fits(words, station, zone));
  return isOpen(zone) ? stations : [];
}

function showStations(zone, words) {
  const shown = shownOf(zone, words);
  const card = $(`zone-${zone.id}`);
  card.hidden = words.length > 0 && !shown.length;
  const fold = card.querySelector(".fold");
  fold.setAttribute("aria-expanded", String(words.length > 0 || isOpen(zone)));
  fold.disabled = words.length > 0;
  for (const station of shown) {
    if (!cards.has(station.id)) cards.set(station.id, stationCard(station, site.connectorsOf(station.id)));
  }
  const nodes = shown.map((station) => cards.get(station.id));
  const list = card.querySelector(".stations");
  if (nodes.length !== list.children.length || nodes.some((node, number) => node !== list.children[number])) {
    list.replaceChildren(...nodes);
  }
  shown.forEach(showStation);
  shown.forEach((station) => site.connectorsOf(station.id).forEach(showConnector));
  return shown.length;
}

function showSite() {
  build();
  const words = wanted();
  const shown = sum(site.zones.map((zone) => showStations(zone, words)));
  site.zones.forEach((zone) => showZone(zone, site.stationsOf(zone.id).flatMap((station) => site.connectorsOf(station.id))));
  put($("found"), words.length ? `${shown || "no"} of ${site.stations.size} stations` : "");
  put($("fold"), site.zones.some(isOpen) ? "Close all" : "Open all");
}

function build() {
  const now = JSON.stringify([
    site.zones.map((each) => each.id), [...site.stations.values()].map((each) => [each.id, each.zoneId]),
    site.connectors.map((each) => [each.id, each.stationId]),
  ]);
  if (now === shape) return;
  shape = now;
  cards.clear();
  $("zones").replaceChildren(...site.zones.map(zoneCard));
}

// --- what is shown of them

function showConnector(connector) {
  const row = $(`connector-${connector.id}`);
  const power = powerOf(connector);
  row.style.setProperty("--shade", `var(--${statuses.includes(connector.status) ? connector.status : "unavailable"})`);
  row.title = `Connector ${connector.logicalConnector} (id ${connector.id}), ${connector.phaseConnection}` +
    `${connector.dc ? " DC" : ""}, set point ${connector.setPointCurrent} A, ${connector.activeEnergy} kWh` +
    `${connector.errorCode ? `, ${connector.errorCode}` : ""}`;
  put(row.querySelector(".status"), `${connector.logicalConnector} · ${connector.status}`);
  row.querySelector(".fill").style.width = `${Math.min(100, (100 * Math.abs(power)) / mostPower(connector) || 0)}%`;
  put(row.querySelector(".power"), power ? `${power.toFixed(2)} kW` : "–");
}

function showStation(station) {
  const card = $(`station-${station.id}`);
  card.classList.toggle("lost", !station.connected);
  put(card.querySelector("h3"), station.friendlyName);
  put(card.querySelector(".ocpp"), station.ocppIdentifier);
  put(card.querySelector("button"), station.connected ? "Disconnect" : "Connect");
}

function showZone(zone, connectors) {
  const card = $(`zone-${zone.id}`);
  const current = currentIn(connectors);
  put(card.querySelector(".fold"), zone.name);
  put(card.querySelector(".tag"), `${zone.type} · ${zone.numberOfTransactions} transactions`);
  put(card.querySelector(".now"), `${current.toFixed(1)} A · ${sum(connectors.map(powerOf)).toFixed(1)} kW`);
  put(card.querySelector(".limit"), `set point ${zone.setPointCurrent} of ${zone.maxCurrent} A`);
  card.querySelector(".load").style.width = `${(100 * current) / zone.maxCurrent || 0}%`;
  card.querySelector(".cut").style.width = `${100 - (100 * zone.setPointCurrent) / zone.maxCurrent || 0}%`;
  const note = card.querySelector(".reduction");
  note.classList.toggle("on", Boolean(zone.reduction));
  note.textContent = zone.reduction
    ? `−${zone.reduction.value} % until ${String(zone.reduction.validity).replace("T", " ").slice(0, 16)}` : "no reduction";
}
