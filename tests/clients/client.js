// Node's own http: no digest of its own, a kept connection, and bodies without a length, which it sends in chunks.
const http = require("http");
const { createHash } = require("crypto");
const [address, user, password, reduction, log] = process.argv.slice(2);
const url = new URL(address);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const NS = 'xmlns="http://www.schneider-electric.com/common/dataexchange/2011/05" version="1.2"';
let challenge = null, count = 0;

function login() {
  const name = /algorithm="?([\w-]+)/.exec(challenge)?.[1] ?? "MD5";
  const hash = (text) => createHash(name === "SHA-256" ? "sha256" : "md5").update(text).digest("hex");
  const [realm, nonce] = ["realm", "nonce"].map((key) => new RegExp(`${key}="([^"]*)"`).exec(challenge)[1]);
  const nc = (++count).toString(16).padStart(8, "0"), uri = url.pathname;
  const response = hash([hash(`${user}:${realm}:${password}`), nonce, nc, "c0ffee", "auth", hash(`POST:${uri}`)].join(":"));
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=${name}, ` +
    `qop=auth, nc=${nc}, cnonce="c0ffee", response="${response}"`;
}

function post(body) {
  const headers = { "Content-Type": "text/xml; charset=utf-8" };
  if (challenge) headers.Authorization = login();
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method: "POST", agent, headers }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve({ answer, text }));
    });
    sent.on("error", reject);
    sent.write(body.slice(0, 100));
    sent.end(body.slice(100));
  });
}

async function ask(operation, content = "") {
  const body = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` +
    `<${operation}Request ${NS}>${content}</${operation}Request></s:Body></s:Envelope>`;
  let { answer, text } = await post(body);
  if (answer.statusCode === 401) {
    [challenge, count] = [answer.headers["www-authenticate"].split(/, (?=Digest )/)[0], 0];
    ({ answer, text } = await post(body));
  }
  if (answer.statusCode !== 200) throw new Error(`${operation}: ${answer.statusCode} ${text}`);
  return text;
}

const all = (text, tag) => [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map((found) => found[1]);
const ids = (operation, ...names) => `<${operation}Ids>${names.map((id) => `<Id>${id}</Id>`).join("")}</${operation}Ids>`;
const show = (step, saw) => console.log(JSON.stringify({ step, saw }));

async function main() {
  const version = all(await ask("GetWebServiceInformation"), "MajorVersion")[0];
  const folders = [], open = [""];
  while (open.length) {
    const id = open.shift();
    const text = await ask("GetContainerItems", ids("GetContainerItems", ...(id ? [id] : [])));
    const found = id ? [] : all(text, "Id").slice(0, 1);
    const children = /<ContainerItems>(.*?)<\/ContainerItems>/s.exec(text);
    const below = children ? all(children[1], "Id") : [];
    folders.push(...found, ...below);
    open.push(...below);
  }
  show("discover", { version, folders: folders.sort() });
  const value = all(await ask("GetValues", ids("GetValues", "Zones/1/ZoneMaxCurrent(A)")), "Value")[0];
  const unit = all(await ask("GetItems", ids("GetItems", "Zones/1/ZoneMaxCurrent(A)")), "Unit")[0];
  show("read", { value: Number(value), unit });
  const row = `<ValueItem><Id>Zones/1/ZoneReduction</Id><Value>${reduction}</Value></ValueItem>`;
  show("write", all(await ask("SetValues", `<SetValuesItems>${row}</SetValuesItems>`), "Success")[0]);
  const history = await ask("GetHistory", `<GetHistoryParameter><Id>${log}</Id></GetHistoryParameter>`);
  show("history", all(history, "Value").map(Number));
  const alarms = all(await ask("GetAlarmEvents"), "ID");
  const done = await ask("AcknowledgeAlarmEvents", ids("AcknowledgeAlarmEvents", ...alarms));
  show("alarms", { active: alarms, acknowledged: all(done, "Success") });
  agent.destroy();
}
main();
