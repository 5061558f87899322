// The page of the control port: it shows the state every second and sends what its buttons say. The token stands after
// the # of the address, so that no server log sees it, or is typed and kept by the tab.
"use strict";

const every = 1000; // ms between two looks at the site
let token = decodeURIComponent(location.hash.slice(1)) || tabToken.get();
let state = null;

async function send(method, path, body) {
  const answer = await fetch(`control${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const content = await answer.json();
  if (answer.status === 401) throw new TokenNeeded();
  if (!answer.ok) throw new Error(content.detail || answer.statusText);
  return content;
}

class TokenNeeded extends Error {
  constructor() { super(token ? "The control token is another one." : "This page needs the control token."); }
}

function complain(error, text = error.message) {
  const isToken = error instanceof TokenNeeded;
  put($("message"), isToken ? error.message : text);
  $("token-form").hidden = !isToken;
  for (const part of document.querySelectorAll("main, .sums, .clock")) part.hidden = isToken;
}

async function act(method, path, body) {
  try {
    await send(method, path, body);
    put($("message"), "");
  } catch (error) {
    complain(error);
    if (error instanceof TokenNeeded) return;
  }
  await refresh();
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

function showSpeed(speed) {
  const choose = $("speed");
  if (choose.dataset.shown === String(speed)) return; // or a person's choice would be undone while it is made
  choose.querySelector("[data-other]")?.remove();
  const isListed = [...choose.options].some((option) => Number(option.value) === speed);
  if (!isListed) choose.append(make("option", { "data-other": "" }, String(speed)));
  choose.value = choose.dataset.shown = String(speed);
}

function show() {
  const { clock } = state;
  site = arranged(state.site);
  showSite();
  showFaults(state.faults);
  put($("title"), `${state.title} · ${state.live ? "living" : "snapshot"} · seed ${state.seed}`);
  put($("time"), clock.time.replace("T", " ").slice(0, 19));
  put($("pace"), clock.paused ? "UTC, paused" : `UTC, ×${clock.speed}`);
  put($("pause"), clock.paused ? "Go on" : "Pause");
  showSpeed(clock.speed);
  put($("sum-power"), `${sum(site.connectors.map(powerOf)).toFixed(1)} kW`);
  put($("sum-charging"), `${site.connectors.filter((each) => each.status === "charging").length} / ${site.connectors.length}`);
  put($("sum-stations"), `${state.site.stations.filter((each) => each.connected).length} / ${site.stations.size}`);
  put($("sum-requests"), state.requests);
  $("api-page").href = state.url.replace("/api/v2", "/docs");
}

async function refresh() {
  try {
    state = await send("GET", "/state");
    show();
    showJournal((await send("GET", "/journal?last=8")).entries);
    document.body.dataset.ready = "yes";
  } catch (error) {
    complain(error, `The simulator does not answer: ${error.message}`);
  }
}

async function keepOn() {
  if (!document.hidden && $("token-form").hidden) await refresh();
  setTimeout(keepOn, every);
}

function offerClock() {
  $("pause").addEventListener("click", () => act("POST", "/clock", { paused: !state.clock.paused }));
  $("speed").addEventListener("change", () => act("POST", "/clock", { speed: Number($("speed").value) }));
  $("reset").addEventListener("click", () => act("POST", "/reset", {}));
  for (const button of document.querySelectorAll("[data-step], [data-jump]")) {
    const [name, value] = Object.entries(button.dataset)[0];
    button.addEventListener("click", () => act("POST", "/clock", { [name]: Number(value) }));
  }
}

function offerSearch() {
  $("search").addEventListener("input", () => site && showSite());
  $("fold").addEventListener("click", () => {
    const opens = !site.zones.some(isOpen);
    site.zones.forEach((zone) => opened.set(zone.id, opens));
    showSite();
  });
}

function offerFaults(catalogue) {
  $("fault-name").replaceChildren(...catalogue.map((row) => make("option", {}, row.name)));
  const about = () => { $("fault-about").textContent = catalogue[$("fault-name").selectedIndex].about; };
  $("fault-name").onchange = about;
  about();
}

function raiseFault(event) {
  event.preventDefault();
  const fault = { name: $("fault-name").value };
  if ($("fault-calls").value && fault.name !== "refused") fault.calls = Number($("fault-calls").value);
  if ($("fault-seconds").value) fault.seconds = Number($("fault-seconds").value);
  if ($("fault-path").value) fault.path = $("fault-path").value;
  act("POST", "/faults", fault);
}

// Look at the site with the token that there is; without the right one, ask for it.
async function begin() {
  try {
    offerFaults((await send("GET", "/faults")).catalogue);
    tabToken.set(token);
    complain(new Error(""));
    await refresh();
  } catch (error) {
    complain(error);
  }
}

async function start() {
  offerClock();
  offerSearch();
  $("fault-form").addEventListener("submit", raiseFault);
  $("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    token = $("token").value.trim();
    history.replaceState(null, "", location.pathname); // a wrong one may stand in the address
    begin();
  });
  window.addEventListener("hashchange", () => location.reload());
  $("legend").append(...statuses.map((name) => make("span", {},
    make("i", { class: "dot", style: `--shade: var(--${name})` }), name)));
  await begin();
  keepOn();
}

start();
