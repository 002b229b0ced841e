"use strict";
const $ = (selector) => document.querySelector(selector);
const cssVariable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
// The chart's window in milliseconds, and the power in watts that fills a charger's bar.
const WINDOW = 120000, FULL = 11000;
const STATES = {charging: "--ok", preparing: "--solar", finishing: "--grid", faulted: "--bad", available: "--idle"};
const SOURCES = {solar: "--solar", grid: "--grid", none: "--idle"};
const chargers = new Map(), history = [];
let messages = 0, wait = 500, open = false;
// Milliseconds without a message after which a charger counts as silent, as the site's answers say.
let silentAfter = 60000;
const isLive = (charger) => Date.now() - charger.at <= silentAfter;
const live = () => [...chargers.values()].filter(isLive);
fetch("/api/v1/site").then((answer) => answer.json())
  .then((site) => { silentAfter = 1000 * site.silent_after_seconds; }, () => {});

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/live`);
  socket.onopen = () => { wait = 500; showLink(true); };
  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = () => { showLink(false); setTimeout(connect, wait); wait = Math.min(wait * 2, 5000); };
}

function showLink(on) {
  open = on;
  const silent = chargers.size > 0 && live().length === 0;
  $("#link").classList.toggle("on", on && !silent);
  $("#link span").textContent = !on ? "Reconnecting" : silent ? "No data" : "Live";
}

function receive(frame) {
  messages += 1;
  chargers.set(frame.unit_id, {...frame, at: Date.now()});
  const [solar, grid] = powerBySource();
  history.push({at: Date.now(), solar, grid});
  while (history.length && history[0].at < Date.now() - WINDOW) history.shift();
  updateRow(frame.unit_id);
  updateFigures(solar, grid);
}

function powerBySource() {
  let solar = 0, grid = 0;
  for (const charger of live()) {
    if (charger.energy_source === "solar") solar += charger.power_w;
    else if (charger.energy_source === "grid") grid += charger.power_w;
  }
  return [solar, grid];
}

function updateFigures(solar, grid) {
  const total = solar + grid;
  const setText = (id, text) => { $(id).firstChild.textContent = text; };
  setText("#power", (total / 1000).toFixed(1));
  setText("#charging", live().filter((charger) => charger.status === "charging").length);
  setText("#sun", total ? Math.round(100 * solar / total) : 0);
  setText("#messages", messages.toLocaleString("en"));
}

function updateRow(name) {
  const body = $("tbody"), charger = chargers.get(name);
  $("table").hidden = false; $(".empty").hidden = true;
  let line = [...body.rows].find((r) => r.dataset.name === name);
  if (!line) {
    line = document.createElement("tr");
    line.dataset.name = name;
    const after = [...body.rows].find((r) => r.dataset.name > name);
    body.insertBefore(line, after || null);
  }
  const dot = (text, colour) => `<span class="state" style="--c:var(${colour || "--idle"})">${safe(text)}</span>`;
  const share = Math.min(100, 100 * charger.power_w / FULL);
  line.innerHTML = `<td>${safe(name || "unnamed")}<td>${dot(charger.status, STATES[charger.status])}`
    + `<td>${dot(charger.energy_source, SOURCES[charger.energy_source])}<td class="n">${(charger.power_w / 1000).toFixed(2)} kW`
    + `<td><div class="bar" style="--c:var(${SOURCES[charger.energy_source] || "--idle"})"><i style="width:${share}%"></i></div>`
    + `<td class="n">${charger.session_total_energy_kwh.toFixed(2)} kWh<td class="n">${charger.temperature_c.toFixed(0)} &deg;C`
    + `<td class="n age">now</td>`;
  line.classList.remove("fresh"); void line.offsetWidth; line.classList.add("fresh");
}

function safe(text) {
  const box = document.createElement("i");
  box.textContent = text;
  return box.innerHTML;
}

function draw() {
  const canvas = $("#chart"), ratio = devicePixelRatio || 1, now = Date.now();
  const width = canvas.clientWidth, height = canvas.clientHeight, foot = 20, left = 52;
  canvas.width = width * ratio; canvas.height = height * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.font = "12px system-ui, sans-serif";
  const peak = Math.max(4000, ...history.map((h) => h.solar + h.grid)) * 1.1;
  const step = [1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000].find((s) => peak / s <= 5) || 1000000;
  const x = (at) => left + (width - left) * (1 - (now - at) / WINDOW);
  const y = (watts) => (height - foot) * (1 - watts / peak);
  pen.fillStyle = cssVariable("--dim"); pen.strokeStyle = cssVariable("--line");
  for (let w = 0; w < peak; w += step) {
    pen.beginPath(); pen.moveTo(left, y(w) + .5); pen.lineTo(width, y(w) + .5); pen.stroke();
    pen.fillText(`${w / 1000} kW`, 0, y(w) + 4);
  }
  pen.textAlign = "center";
  for (const s of [90, 60, 30]) pen.fillText(`${s} s ago`, x(now - s * 1000), height - 4);
  pen.textAlign = "start";
  pen.save(); pen.beginPath(); pen.rect(left, 0, width - left, height); pen.clip();
  area((h) => h.solar + h.grid, cssVariable("--grid"));
  area((h) => h.solar, cssVariable("--solar"));
  pen.restore();

  function area(value, colour) {
    if (!history.length) return;
    const shown = [...history, {...history.at(-1), at: now}];
    const line = new Path2D();
    shown.forEach((h, i) => {
      if (i) line.lineTo(x(h.at), y(value(shown[i - 1])));
      else line.moveTo(x(h.at), y(value(h)));
      line.lineTo(x(h.at), y(value(h)));
    });
    const fill = new Path2D(line);
    fill.lineTo(x(now), y(0)); fill.lineTo(x(shown[0].at), y(0)); fill.closePath();
    pen.globalAlpha = .8; pen.fillStyle = cssVariable("--panel"); pen.fill(fill);
    pen.globalAlpha = .35; pen.fillStyle = colour; pen.fill(fill);
    pen.globalAlpha = 1; pen.strokeStyle = colour; pen.lineWidth = 2; pen.stroke(line);
  }
}

setInterval(() => {
  for (const line of $("tbody").rows) {
    const charger = chargers.get(line.dataset.name), age = Math.round((Date.now() - charger.at) / 1000);
    const since = `no data since ${new Date(charger.at).toLocaleTimeString()}`;
    line.querySelector(".age").textContent = !isLive(charger) ? since : age < 2 ? "now" : `${age} s ago`;
  }
  updateFigures(...powerBySource());
  showLink(open);
  draw();
}, 500);
addEventListener("resize", draw);
connect();
