// The API page: every operation of the document served beside it, what it takes and answers, with a form to try it.
"use strict";

const $ = (id) => document.getElementById(id);
const hour = 3600000; // ms
let base = "";

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function resolved(contract, thing) {
  if (!thing || !thing.$ref) return thing;
  return thing.$ref.slice(2).split("/").reduce((part, name) => part[name], contract);
}

// The site's clock, which may run faster than this machine's, or stand.
async function siteTime() {
  return Date.parse((await (await fetch("clock.json")).json()).time);
}

function example(contract, schema, now) {
  const shape = resolved(contract, schema);
  if (shape.const !== undefined) return shape.const;
  if (shape.examples) return shape.examples[0];
  if (shape.type === "object") {
    const shown = Object.entries(shape.properties || {})
      .filter(([name, part]) => part.examples || (shape.required || []).includes(name));
    return Object.fromEntries(shown.map(([name, part]) => [name, example(contract, part, now)]));
  }
  if (shape.format === "date-time") return new Date(now + hour).toISOString().replace(/\.\d+Z$/, "Z");
  return { number: 10, integer: 1, boolean: true, string: "" }[shape.type];
}

function headers() {
  const sent = { "Content-Type": "application/json" };
  const credentials = `${$("login").value}:${$("password").value}`;
  const bytes = String.fromCharCode(...new TextEncoder().encode(credentials));
  const hasLogin = !$("login").parentElement.hidden;
  if ($("token").value) sent.Authorization = `Bearer ${$("token").value}`;
  else if (hasLogin) sent.Authorization = `Basic ${btoa(bytes)}`;
  return sent;
}

const lastOf = (ref) => ref.slice(ref.lastIndexOf("/") + 1);

function kindOf(part, shape) {
  if (part.$ref) return lastOf(part.$ref);
  if (shape.type === "array" && shape.items.$ref) return `list of ${lastOf(shape.items.$ref)}`;
  if (shape.enum) return shape.enum.length > 8 ? `one of ${shape.enum.length} words` : shape.enum.join(" | ");
  if (shape.const !== undefined) return String(shape.const);
  if (shape.oneOf) return shape.oneOf.map((each) => (each.$ref ? lastOf(each.$ref) : each.type)).join(" or ");
  return shape.format || [shape.type || "any"].flat().join(" or ");
}

function fieldRows(contract, properties, required, where) {
  return Object.entries(properties || {}).map(([name, part]) => {
    const shape = resolved(contract, part);
    const isNeeded = required.includes(name);
    const says = [isNeeded ? "required" : "", shape.default === undefined ? "" : `default ${shape.default}`,
      shape.description || "", shape.enum && shape.enum.length > 8 ? shape.enum.join(", ") : ""];
    return make("tr", {}, make("td", {}, make("code", {}, name)), ...(where ? [make("td", {}, where)] : []), make("td", {}, kindOf(part, shape)),
      make("td", {}, says.filter(Boolean).join("; ")));
  });
}

function fieldTable(rows, name) {
  if (!rows.length) return [];
  const head = (rows[0].cells.length > 3 ? ["Field", "In", "Kind", ""] : ["Field", "Kind", ""]).map((text) => (text ? make("th", { scope: "col" }, text) : make("td")));
  return [make("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": name },
    make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)))];
}

function nameOf(schema) {
  if (schema.$ref || (schema.items || {}).$ref) return kindOf(schema, schema);
  return schema.description || Object.keys(schema.properties || {}).join(", ") || "object";
}

function answers(contract, responses) {
  const told = new Map(); // statuses by what they mean
  for (const [status, response] of Object.entries(responses)) {
    const shape = resolved(contract, response);
    const [media] = Object.values(shape.content || {});
    const shown = media && status < 300 ? ` (${nameOf(media.schema)})` : "";
    const text = `${response.description || shape.description}${shown}`;
    told.set(text, [...(told.get(text) || []), status]);
  }
  return make("ul", { class: "answers" }, ...[...told].map(([text, statuses]) =>
    make("li", {}, make("code", {}, statuses.join(", ")), ` ${text}`)));
}

// A body is made anew when its operation is opened, for its times lie after the site's clock; what was typed stays.
function fill(details, body, contract, schema, now) {
  let filled = "";
  const make = (moment) => {
    if (body.value !== filled) return;
    body.value = JSON.stringify(example(contract, schema, moment), null, 2);
    body.rows = body.value.split("\n").length;
    filled = body.value;
  };
  make(now);
  details.addEventListener("toggle", async () => { if (details.open) make(await siteTime()); });
}

async function call(method, path, inputs, body) {
  let address = base + path;
  const query = new URLSearchParams();
  for (const { parameter, input } of inputs) {
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value) query.set(parameter.name, input.value);
  }
  const text = query.toString();
  const answer = await fetch(text ? `${address}?${text}` : address, { method: method.toUpperCase(), headers: headers(), body: body ? body.value : undefined });
  const content = await answer.text();
  try {
    return `${answer.status} ${answer.statusText}\n\n${JSON.stringify(JSON.parse(content), null, 2)}`;
  } catch {
    return `${answer.status} ${answer.statusText}\n\n${content}`; // shown as it came
  }
}

function card(contract, path, method, operation, parameters, now) {
  const title = `${method.toUpperCase()} ${path}`;
  const inputs = parameters.map((parameter) => {
    const input = make("input", { placeholder: parameter.schema.default ?? parameter.schema.type, name: parameter.name });
    if (parameter.required) input.value = "1";
    return { parameter, input };
  });
  const schema = operation.requestBody && operation.requestBody.content["application/json"].schema;
  const body = schema ? make("textarea", { "aria-label": `Body of ${title}` }) : null;
  const shown = make("pre", { hidden: "", tabindex: "0", "aria-label": `Answer of ${title}` });
  const form = make("form", {},
    make("div", { class: "row" }, ...inputs.map(({ parameter, input }) => make("label", { class: "inline" }, parameter.name, input)),
      make("button", { type: "submit" }, "Send")), ...(body ? [body] : []), shown);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      shown.textContent = await call(method, path, inputs, body);
    } catch (error) {
      shown.textContent = `Nothing answers: ${error.message}`;
    }
    shown.hidden = false;
  });
  const shape = schema ? resolved(contract, schema) : {};
  const rows = [
    ...parameters.flatMap((each) => fieldRows(contract, { [each.name]: { description: each.description, ...each.schema } },
      each.required ? [each.name] : [], each.in)),
    ...fieldRows(contract, shape.properties, shape.required || [], "body"),
  ];
  const details = make("details", { class: "operation", id: `${method}-${path}` },
    make("summary", {}, make("span", { class: `method ${method}` }, method.toUpperCase()), make("code", {}, path),
      make("span", { class: "hint" }, operation.summary || "")),
    form, make("div", { class: "told" }, ...fieldTable(rows, `Fields of ${title}`), answers(contract, operation.responses)));
  if (body) fill(details, body, contract, schema, now);
  return details;
}

function shapeCard(contract, name, schema) {
  return make("details", { class: "shape", id: `shape-${name}` }, make("summary", {}, make("code", {}, name)),
    make("div", { class: "told" }, ...fieldTable(fieldRows(contract, schema.properties, [], ""), `Fields of ${name}`)));
}

// Which credentials the document's operations take; a token is kept by the tab.
function offerLogin(contract) {
  for (const scheme of Object.values(contract.components.securitySchemes)) {
    for (const field of document.querySelectorAll(`[data-scheme=${scheme.scheme}]`)) field.hidden = false;
  }
  $("token").value = tabToken.get();
  $("token").addEventListener("change", () => tabToken.set($("token").value));
  $("login-form").addEventListener("submit", (event) => event.preventDefault());
}

async function start() {
  const contract = await (await fetch("openapi.json")).json();
  base = new URL(contract.servers[0].url.replace(/\{\w+\}/g, "here"), location).pathname;
  $("name").textContent = document.title = contract.info.title;
  $("about").textContent = contract.info.description;
  offerLogin(contract);
  const now = await siteTime();
  let group = "";
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const method of ["get", "post", "put", "patch", "delete"].filter((name) => item[name])) {
      const [tag = ""] = item[method].tags || [];
      if (tag !== group) $("operations").append(make("h2", {}, tag));
      group = tag;
      const parameters = [...(item.parameters || []), ...(item[method].parameters || [])].map((each) => resolved(contract, each));
      $("operations").append(card(contract, path, method, item[method], parameters, now));
    }
  }
  $("shapes").append(...Object.entries(contract.components.schemas).map(([name, schema]) => shapeCard(contract, name, schema)));
  document.body.dataset.ready = "yes";
}

start();
