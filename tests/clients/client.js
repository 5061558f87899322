// Node's http module with an agent that keeps its connection; Node has no digest of its own, so it is computed here.
// Bodies are written without a length, which makes them chunked. Prints a line of JSON for each step.
// Arguments: address, user, password, item to write, log, items to read ...
'use strict';
const http = require('http');
const { createHash, randomBytes } = require('crypto');

const [address, user, password, reduction, log, ...read] = process.argv.slice(2);
const NAMESPACE = 'http://www.schneider-electric.com/common/dataexchange/2011/05';
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const ports = new Set();
let challenge = null;
let count = 0;

function login(path) {
  const hash = (text) => createHash(challenge.algorithm === 'SHA-256' ? 'sha256' : 'md5').update(text).digest('hex');
  const { realm, nonce, algorithm } = challenge;
  const nc = (++count).toString(16).padStart(8, '0');
  const cnonce = randomBytes(8).toString('hex');
  const middle = `${nonce}:${nc}:${cnonce}:auth`;
  const response = hash(`${hash(`${user}:${realm}:${password}`)}:${middle}:${hash(`POST:${path}`)}`);
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${path}", algorithm=${algorithm}, ` +
    `response="${response}", qop=auth, nc=${nc}, cnonce="${cnonce}"`;
}

function post(body) {
  const headers = { 'Content-Type': 'application/soap+xml; charset=utf-8' };
  if (challenge) headers.Authorization = login(new URL(address).pathname);
  return new Promise((resolve, reject) => {
    const request = http.request(address, { method: 'POST', agent, headers }, (response) => {
      ports.add(response.socket.localPort);
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve({ response, text: Buffer.concat(pieces).toString('utf8') }));
    });
    request.on('error', reject);
    for (let at = 0; at < body.length; at += 100) request.write(body.slice(at, at + 100));
    request.end();
  });
}

async function call(operation, content = '') {
  const body = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>' +
    `<${operation}Request xmlns="${NAMESPACE}" version="1.2">${content}</${operation}Request></s:Body></s:Envelope>`;
  let answer = await post(body);
  if (answer.response.statusCode === 401) {
    const digest = answer.response.headers['www-authenticate'].split(/,\s*(?=Digest )/)[0];
    challenge = Object.fromEntries([...digest.matchAll(/(\w+)="?([^",]*)"?/g)].map(([, name, value]) => [name, value]));
    count = 0;
    answer = await post(body);
  }
  if (answer.response.statusCode !== 200) throw new Error(`${operation}: ${answer.response.statusCode} ${answer.text}`);
  return answer.text;
}

const PLAIN = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const plain = (text) => text.replace(/&(\w+);/g, (_, name) => PLAIN[name]);
const all = (tag, text) => [...text.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, inner]) => inner);
const one = (tag, text) => plain(all(tag, text)[0]);
const rows = (tag, text, ...names) => all(tag, text).map((row) => names.map((name) => one(name, row)));
const ids = (tag, ...names) => `<${tag}>${names.map((name) => `<Id>${name}</Id>`).join('')}</${tag}>`;
const tell = (step, shown) => console.log(JSON.stringify({ step, ...shown }));

async function walk(id) {
  const answer = await call('GetContainerItems', ids('GetContainerItemsIds', id));
  const found = [id];
  for (const inner of all('ContainerItems', answer).flatMap((list) => all('Id', list))) found.push(...await walk(inner));
  return found;
}

async function main() {
  const about = await call('GetWebServiceInformation');
  const version = `${one('MajorVersion', about)}.${one('MinorVersion', about)}`;
  tell('discover', { version, operations: all('Operation', about).length, containers: await walk('Server') });

  const values = rows('ValueItem', await call('GetValues', ids('GetValuesIds', ...read)), 'Id', 'State', 'Value');
  const items = await call('GetItems', ids('GetItemsIds', ...read));
  tell('read', { values, items: rows('ValueItem', items, 'Id', 'Name', 'Type', 'Unit') });

  const wanted = `<ValueItem><Id>${reduction}</Id><Value>12.5</Value></ValueItem>`;
  const done = await call('SetValues', `<SetValuesItems>${wanted}</SetValuesItems>`);
  tell('write', { succeeded: one('Success', done) === 'true' });

  const history = await call('GetHistory', ids('GetHistoryParameter', log));
  const records = rows('HistoryRecord', history, 'TimeStamp', 'State', 'Value');
  tell('history', { unit: one('Unit', history), records });

  const alarms = rows('AlarmEvent', await call('GetAlarmEvents'), 'ID', 'Priority', 'Message');
  const told = await call('AcknowledgeAlarmEvents', ids('AcknowledgeAlarmEventsIds', alarms[0][0]));
  tell('alarms', { alarms, acknowledged: one('Success', told) === 'true' });

  tell('connections', { opened: ports.size });
  agent.destroy();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
