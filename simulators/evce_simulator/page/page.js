// The page of the control port: it shows the state every second and sends what its buttons say. The token stands after
// the # of the address, so that no server log sees it.
"use strict";

const token = decodeURIComponent(location.hash.slice(1));
const every = 1000; // ms
const $ = (id) => document.getElementById(id);
const statuses = [
  "available", "preparing", "charging", "suspendedEVSE", "suspendedEV", "finishing", "reserved", "unavailable", "faulted",
];
let shape = "";
let state = null;

async function send(method, path, body) {
  const answer = await fetch(`control${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.detail || answer.statusText);
  return content;
}

async function act(method, path, body) {
  try {
    await send(method, path, body);
    $("message").textContent = "";
  } catch (error) {
    $("message").textContent = error.message;
  }
  await refresh();
}

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
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
  return make("div", { class: "station", id: `station-${station.id}` },
    make("div", { class: "head" }, make("h3"), make("span", { class: "ocpp" }),
      make("button", {
        type: "button", class: "link",
        onclick: () => act("POST", `/stations/${station.id}/${isConnected(station.id) ? "disconnect" : "connect"}`, {}),
      })),
    ...connectors.map(connectorRow));
}

const isConnected = (id) => state.site.stations.find((each) => each.id === id).connected;

function zoneCard(zone, site) {
  const stations = site.stations.filter((station) => station.zoneId === zone.id);
  const part = make("input", { type: "number", min: 0, max: 100, value: 30, "aria-label": "Reduction in per cent" });
  const reduce = () => act("POST", `/zones/${zone.id}/reduce`, {
    value: Number(part.value), validity: new Date(Date.parse(state.clock.time) + 3600000).toISOString(),
  });
  return make("article", { class: "zone", id: `zone-${zone.id}` },
    make("div", { class: "head" }, make("h2"), make("span", { class: "tag" }),
      make("div", { class: "gauge" },
        make("div", { class: "text" }, make("span", { class: "now" }), make("span", { class: "limit" })),
        make("div", { class: "track" }, make("div", { class: "load" }), make("div", { class: "cut" }))),
      make("span", { class: "reduction" }),
      make("span", { class: "row" }, part,
        make("button", { type: "button", onclick: reduce }, "Reduce % for 1 h"),
        make("button", { type: "button", onclick: () => act("POST", `/zones/${zone.id}/clear-reduction`, {}) }, "Clear"))),
    make("div", { class: "stations" }, ...stations.map((station) => stationCard(
      station, site.connectors.filter((connector) => connector.stationId === station.id)))));
}

function build(site) {
  const wanted = JSON.stringify([
    site.zones.map((each) => each.id), site.stations.map((each) => [each.id, each.zoneId]),
    site.connectors.map((each) => [each.id, each.stationId]),
  ]);
  if (wanted === shape) return;
  shape = wanted;
  $("zones").replaceChildren(...site.zones.map((zone) => zoneCard(zone, site)));
}

function showConnector(connector) {
  const row = $(`connector-${connector.id}`);
  const power = powerOf(connector);
  row.style.setProperty("--shade", `var(--${statuses.includes(connector.status) ? connector.status : "unavailable"})`);
  row.title = `Connector ${connector.logicalConnector} (id ${connector.id}), ${connector.phaseConnection}` +
    `${connector.dc ? " DC" : ""}, set point ${connector.setPointCurrent} A, ${connector.activeEnergy} kWh` +
    `${connector.errorCode ? `, ${connector.errorCode}` : ""}`;
  row.querySelector(".status").textContent = `${connector.logicalConnector} · ${connector.status}`;
  row.querySelector(".fill").style.width = `${Math.min(100, (100 * Math.abs(power)) / mostPower(connector) || 0)}%`;
  row.querySelector(".power").textContent = power ? `${power.toFixed(2)} kW` : "–";
}

function showStation(station) {
  const card = $(`station-${station.id}`);
  card.classList.toggle("lost", !station.connected);
  card.querySelector("h3").textContent = station.friendlyName;
  card.querySelector(".ocpp").textContent = station.ocppIdentifier;
  card.querySelector("button").textContent = station.connected ? "Disconnect" : "Connect";
}

function showZone(zone, connectors) {
  const card = $(`zone-${zone.id}`);
  const current = currentIn(connectors);
  card.querySelector("h2").textContent = zone.name;
  card.querySelector(".tag").textContent = `${zone.type} · ${zone.numberOfTransactions} transactions`;
  card.querySelector(".now").textContent = `${current.toFixed(1)} A · ${sum(connectors.map(powerOf)).toFixed(1)} kW`;
  card.querySelector(".limit").textContent = `set point ${zone.setPointCurrent} of ${zone.maxCurrent} A`;
  card.querySelector(".load").style.width = `${(100 * current) / zone.maxCurrent || 0}%`;
  card.querySelector(".cut").style.width = `${100 - (100 * zone.setPointCurrent) / zone.maxCurrent || 0}%`;
  const note = card.querySelector(".reduction");
  note.classList.toggle("on", Boolean(zone.reduction));
  note.textContent = zone.reduction
    ? `−${zone.reduction.value} % until ${String(zone.reduction.validity).replace("T", " ").slice(0, 16)}` : "no reduction";
}

function showFaults(faults) {
  $("faults").replaceChildren(...faults.map((fault) => {
    const left = fault.calls ? `${fault.hits} of ${fault.calls} calls` : `${fault.hits} hits`;
    return make("li", {}, make("span", {}, `${fault.name}${fault.path ? ` ${fault.path}` : ""} · ${left}`),
      make("button", { type: "button", class: "link", onclick: () => act("DELETE", `/faults?name=${fault.name}`) }, "Clear"));
  }));
}

function showJournal(entries) {
  $("journal").tBodies[0].replaceChildren(...entries.reverse().map((entry) => make("tr", {},
    make("td", {}, entry.time.slice(11, 19)), make("td", {}, entry.method), make("td", {}, entry.path),
    make("td", entry.status >= 400 || !entry.status ? { class: "bad" } : {}, entry.status || "cut"))));
}

function show() {
  const { site, clock } = state;
  build(site);
  const zoneOf = new Map(site.stations.map((station) => [station.id, station.zoneId]));
  site.connectors.forEach(showConnector);
  site.stations.forEach(showStation);
  site.zones.forEach((zone) => showZone(zone, site.connectors.filter((each) => zoneOf.get(each.stationId) === zone.id)));
  showFaults(state.faults);
  $("title").textContent = `${state.title} · ${state.live ? "living" : "snapshot"} · seed ${state.seed}`;
  $("time").textContent = clock.time.replace("T", " ").slice(0, 19);
  $("pace").textContent = clock.paused ? "UTC, paused" : `UTC, ×${clock.speed}`;
  $("pause").textContent = clock.paused ? "Go on" : "Pause";
  if (document.activeElement !== $("speed")) $("speed").value = String(clock.speed);
  $("sum-power").textContent = `${sum(site.connectors.map(powerOf)).toFixed(1)} kW`;
  $("sum-charging").textContent = `${site.connectors.filter((each) => each.status === "charging").length} / ${site.connectors.length}`;
  $("sum-stations").textContent = `${site.stations.filter((each) => each.connected).length} / ${site.stations.length}`;
  $("sum-requests").textContent = state.requests;
  $("api-page").href = state.url.replace("/api/v2", "/docs");
}

async function refresh() {
  try {
    state = await send("GET", "/state");
    show();
    showJournal((await send("GET", "/journal?last=8")).entries);
    document.body.dataset.ready = "yes";
  } catch (error) {
    $("message").textContent = `The simulator does not answer: ${error.message}`;
  }
}

async function start() {
  $("pause").addEventListener("click", () => act("POST", "/clock", { paused: !state.clock.paused }));
  $("speed").addEventListener("change", () => act("POST", "/clock", { speed: Number($("speed").value) }));
  $("reset").addEventListener("click", () => act("POST", "/reset", {}));
  for (const button of document.querySelectorAll("[data-step], [data-jump]")) {
    const [name, value] = Object.entries(button.dataset)[0];
    button.addEventListener("click", () => act("POST", "/clock", { [name]: Number(value) }));
  }
  $("legend").append(...statuses.map((name) => make("span", {},
    make("i", { class: "dot", style: `--shade: var(--${name})` }), name)));
  const { catalogue } = await send("GET", "/faults");
  $("fault-name").append(...catalogue.map((row) => make("option", {}, row.name)));
  const about = () => { $("fault-about").textContent = catalogue[$("fault-name").selectedIndex].about; };
  $("fault-name").addEventListener("change", about);
  about();
  $("fault-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const fault = { name: $("fault-name").value };
    if ($("fault-calls").value && fault.name !== "refused") fault.calls = Number($("fault-calls").value);
    if ($("fault-seconds").value) fault.seconds = Number($("fault-seconds").value);
    if ($("fault-path").value) fault.path = $("fault-path").value;
    act("POST", "/faults", fault);
  });
  await refresh();
  setInterval(refresh, every);
}

start().catch((error) => { $("message").textContent = error.message; });
