// The transcript: who said what, what was taken out of it, and where it stands.

import { attach } from "./attached.js";

const clockTime = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", weekday: "short", hour: "2-digit", minute: "2-digit",
});

const GOOD = new Set(["delivered", "sent", "read", "received", "accepted", "answered", "acknowledged"]);
const BAD = new Set(["refused", "failed", "undelivered", "alarm", "alert"]);

export function showTranscript(log, lines) {
  const list = log.querySelector("ol");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  log.querySelector(".empty").hidden = lines.length > 0;
  lines.forEach((line, index) => {
    const print = JSON.stringify(line);
    const old = list.children[index];
    if (old && old.dataset.print === print) return;
    const fresh = entry(line);
    fresh.dataset.print = print;
    old ? old.replaceWith(fresh) : list.append(fresh);
  });
  while (list.children.length > lines.length) list.lastElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function entry(line) {
  const item = document.getElementById("line-template").content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(name);
  item.dataset.side = line.side;
  part("strong").textContent = line.who;
  part("time").textContent = clockTime.format(new Date(line.at));
  part("time").dateTime = line.at;
  part(".state").textContent = line.state;
  part(".state").dataset.tone = GOOD.has(line.state) ? "good" : BAD.has(line.state) ? "bad" : "wait";
  attach(part(".attached"), line);
  words(part(".words"), line);
  for (const finding of line.findings) {
    const found = document.createElement("li");
    found.textContent = finding;
    part(".findings").append(found);
  }
  part(".findings").hidden = !line.findings.length;
  return item;
}

function words(place, line) {
  if (line.original === null) {
    place.textContent = line.text;
    return;
  }
  for (const [kind, text] of differences(pieces(line.original), pieces(line.text))) {
    const core = text.trimEnd();
    place.append(kind === "same" ? core : marked(kind, core), text.slice(core.length));
  }
}

function marked(kind, text) {
  const element = document.createElement(kind === "gone" ? "del" : "ins");
  const spoken = document.createElement("span");
  spoken.className = "unseen";
  spoken.textContent = kind === "gone" ? "taken out: " : "delivered instead: ";
  element.append(spoken, text);
  return element;
}

// Words with the space after them.
const pieces = (text) => text.match(/\s*\S+\s*/gu) || [];

// What stays, goes and comes between two lists of pieces: the longest common subsequence, between the equal ends.
function differences(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const gone = before.slice(start, before.length - end);
  const come = after.slice(start, after.length - end);
  const made = [["same", before.slice(0, start).join("")]];
  // Long middles are shown whole: the table of the subsequence grows with their product.
  if (gone.length * come.length > 40000) made.push(["gone", gone.join("")], ["come", come.join("")]);
  else made.push(...subsequence(gone, come));
  made.push(["same", before.slice(before.length - end).join("")]);
  return joined(made);
}

function subsequence(gone, come) {
  const table = Array.from({ length: gone.length + 1 }, () => new Array(come.length + 1).fill(0));
  for (let i = gone.length - 1; i >= 0; i -= 1) {
    for (let j = come.length - 1; j >= 0; j -= 1) {
      table[i][j] = gone[i] === come[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  const made = [];
  let i = 0;
  let j = 0;
  while (i < gone.length || j < come.length) {
    if (i < gone.length && j < come.length && gone[i] === come[j]) {
      made.push(["same", gone[i]]);
      i += 1;
      j += 1;
    } else if (j >= come.length || (i < gone.length && table[i + 1][j] >= table[i][j + 1])) made.push(["gone", gone[i++]]);
    else made.push(["come", come[j++]]);
  }
  return made;
}

function joined(parts) {
  const made = [];
  for (const [kind, text] of parts) {
    if (!text) continue;
    const last = made.at(-1);
    if (last && last[0] === kind) last[1] += text;
    else made.push([kind, text]);
  }
  return made;
}
