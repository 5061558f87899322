// Keeps the table of an open page up to date: asks each two seconds, and takes what has changed.
"use strict";

const PAUSE = 2000;
const table = document.querySelector("table[data-live]");

function show(answer) {
  const rows = answer.rows.map((cells) => {
    const row = document.createElement("tr");
    for (const text of cells) row.appendChild(document.createElement("td")).textContent = text;
    return row;
  });
  table.tBodies[0].replaceChildren(...rows);
  document.querySelector(".note").textContent = answer.note;
}

function follow() {
  const state = document.querySelector("[data-live-state]");
  let tag = "";
  async function ask() {
    if (!document.hidden) {
      try {
        const answer = await fetch(table.dataset.live, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
        if (answer.status === 401) return location.reload();
        if (answer.ok) {
          tag = answer.headers.get("ETag") || "";
          show(await answer.json());
        }
        state.textContent = answer.ok || answer.status === 304 ? "Live" : "The connector does not answer as it should.";
      } catch {
        state.textContent = "The connector does not answer.";
      }
    }
    setTimeout(ask, PAUSE);
  }
  ask();
}

if (table) follow();

// One drop-down is open at a time, and Escape or a click beside it closes it.
const drops = [...document.querySelectorAll("details.drop")];
for (const drop of drops) {
  drop.addEventListener("toggle", () => {
    if (drop.open) for (const other of drops) if (other !== drop) other.open = false;
  });
}
document.addEventListener("keydown", (event) => {
  const open = drops.find((drop) => drop.open);
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const drop of drops) if (!drop.contains(event.target)) drop.open = false;
});

// Expand All and Collapse All open and close the groups of a page.
for (const row of document.querySelectorAll("[data-expanders]")) {
  row.hidden = false;
  for (const button of row.querySelectorAll("[data-expand]")) {
    button.addEventListener("click", () => {
      for (const group of document.querySelectorAll("details.group")) group.open = Boolean(button.dataset.expand);
    });
  }
}

// Of a schedule only the fields of its type are shown.
const kind = document.querySelector("[data-kind] select");
if (kind) {
  const fit = () => {
    for (const part of document.querySelectorAll("[data-of]")) part.hidden = !part.dataset.of.split(",").includes(kind.value);
  };
  kind.addEventListener("change", fit);
  fit();
}

// A field of a secret that is left as it was keeps it; a click into it selects all, so that typing replaces it.
for (const field of document.querySelectorAll("[data-secret]")) field.addEventListener("focus", () => field.select());

// After a save: goes on as soon as the connector runs with what was saved, or says that it cannot.
const saved = document.querySelector("[data-ask]");
if (saved) {
  const LONGEST = 30;
  let asked = 0;
  const ask = async () => {
    asked += 1;
    try {
      const answer = await fetch(saved.dataset.ask, { cache: "no-store" });
      const state = answer.ok ? await answer.json() : {};
      if (state.used >= Number(saved.dataset.used) || state.refused || answer.status === 401) return location.replace(saved.dataset.to);
    } catch {
      // it is starting
    }
    if (asked >= LONGEST) return location.replace(saved.dataset.to);
    setTimeout(ask, 500);
  };
  setTimeout(ask, 500);
}
