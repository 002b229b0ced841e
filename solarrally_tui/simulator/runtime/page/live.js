"use strict";
const $ = (selector) => document.querySelector(selector);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const WINDOW = 120000, FULL = 11000;
const STATES = {charging: "--ok", preparing: "--solar", finishing: "--grid", faulted: "--bad", available: "--idle"};
const SOURCES = {solar: "--solar", grid: "--grid", none: "--idle"};
const chargers = new Map(), history = [];
let messages = 0, wait = 500;

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/live`);
  socket.onopen = () => { wait = 500; show(true); };
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = () => { show(false); setTimeout(connect, wait); wait = Math.min(wait * 2, 5000); };
}

function show(on) {
  $("#link").classList.toggle("on", on);
  $("#link span").textContent = on ? "Live" : "Connecting again";
}

function take(frame) {
  messages += 1;
  chargers.set(frame.unit_id, {...frame, at: Date.now()});
  const [solar, grid] = split();
  history.push({at: Date.now(), solar, grid});
  while (history.length && history[0].at < Date.now() - WINDOW) history.shift();
  row(frame.unit_id);
  figures(solar, grid);
}

function split() {
  let solar = 0, grid = 0;
  for (const one of chargers.values()) {
    if (one.energy_source === "solar") solar += one.power_w;
    else if (one.energy_source === "grid") grid += one.power_w;
  }
  return [solar, grid];
}

function figures(solar, grid) {
  const all = solar + grid;
  const put = (id, text) => { $(id).firstChild.textContent = text; };
  put("#power", (all / 1000).toFixed(1));
  put("#charging", [...chargers.values()].filter((one) => one.status === "charging").length);
  put("#sun", all ? Math.round(100 * solar / all) : 0);
  put("#messages", messages.toLocaleString("en"));
}

function row(name) {
  const body = $("tbody"), one = chargers.get(name);
  $("table").hidden = false; $(".empty").hidden = true;
  let line = [...body.rows].find((r) => r.dataset.name === name);
  if (!line) {
    line = document.createElement("tr");
    line.dataset.name = name;
    const after = [...body.rows].find((r) => r.dataset.name > name);
    body.insertBefore(line, after || null);
  }
  const dot = (text, colour) => `<span class="state" style="--c:var(${colour || "--idle"})">${safe(text)}</span>`;
  const share = Math.min(100, 100 * one.power_w / FULL);
  line.innerHTML = `<td>${safe(name || "unnamed")}<td>${dot(one.status, STATES[one.status])}`
    + `<td>${dot(one.energy_source, SOURCES[one.energy_source])}<td class="n">${(one.power_w / 1000).toFixed(2)} kW`
    + `<td><div class="bar" style="--c:var(${SOURCES[one.energy_source] || "--idle"})"><i style="width:${share}%"></i></div>`
    + `<td class="n">${one.session_total_energy_kwh.toFixed(2)} kWh<td class="n">${one.temperature_c.toFixed(0)} &deg;C`
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
  pen.fillStyle = css("--dim"); pen.strokeStyle = css("--line");
  for (let w = 0; w < peak; w += step) {
    pen.beginPath(); pen.moveTo(left, y(w) + .5); pen.lineTo(width, y(w) + .5); pen.stroke();
    pen.fillText(`${w / 1000} kW`, 0, y(w) + 4);
  }
  pen.textAlign = "center";
  for (const s of [90, 60, 30]) pen.fillText(`${s} s ago`, x(now - s * 1000), height - 4);
  pen.textAlign = "start";
  pen.save(); pen.beginPath(); pen.rect(left, 0, width - left, height); pen.clip();
  area((h) => h.solar + h.grid, css("--grid"));
  area((h) => h.solar, css("--solar"));
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
    pen.globalAlpha = .8; pen.fillStyle = css("--panel"); pen.fill(fill);
    pen.globalAlpha = .35; pen.fillStyle = colour; pen.fill(fill);
    pen.globalAlpha = 1; pen.strokeStyle = colour; pen.lineWidth = 2; pen.stroke(line);
  }
}

setInterval(() => {
  for (const line of $("tbody").rows) {
    const age = Math.round((Date.now() - chargers.get(line.dataset.name).at) / 1000);
    line.querySelector(".age").textContent = age < 2 ? "now" : `${age} s ago`;
  }
  draw();
}, 500);
addEventListener("resize", draw);
connect();
