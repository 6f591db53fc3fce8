// Keeps the page equal to the sandbox's state, and sends what the visitor does.

import { cardElement, phoneElement, showMessages } from "./phones.js";
import { showTranscript } from "./transcript.js";

const byId = (id) => document.getElementById(id);
const longTime = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
});

// The record of an outcome follows the provider's answer by a moment, and no change of a phone tells of it.
const SETTLE_MS = 600;

const phones = new Map();
let asked = false;
let again = false;
let settle = 0;

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error((await answer.json()).error);
}

function trouble(sentence) {
  byId("trouble").textContent = sentence;
  byId("trouble").hidden = !sentence;
}

async function refresh() {
  if (asked) {
    again = true;
    return;
  }
  asked = true;
  again = false;
  const state = await fetch("state").then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  asked = false;
  trouble(state ? "" : "The sandbox doesn't answer. This page goes on when it runs again.");
  if (state) show(state);
  if (again) refresh();
}

function show(state) {
  byId("now").textContent = longTime.format(new Date(state.now)).replace(" at ", ", ");
  byId("now").dateTime = state.now;
  if (!phones.size) addCardsAndTips(state);
  for (const phone of state.phones) {
    if (!phones.has(phone.id)) addPhone(phone, state.service);
    const parts = phones.get(phone.id);
    tellNew(parts, showMessages(parts, phone));
  }
  showTranscript(byId("transcript"), state.transcript);
}

function addPhone(phone, service) {
  const parts = phoneElement(phone, service, {
    type: (text, replyTo) => post(`phones/${phone.id}/messages`, { text, reply_to: replyTo }),
    change: (message, text) => post(`phones/${phone.id}/changes`, { message, text }),
    react: (message, emoji) => post(`phones/${phone.id}/reactions`, { message, emoji }),
    picture: () => post(`phones/${phone.id}/pictures`, {}),
    press: (message, option) => post(`phones/${phone.id}/presses`, { message, option }),
  });
  phones.set(phone.id, parts);
  byId("row").insertBefore(parts.root, byId("row").querySelector(".card"));
  byId("people").append(personItem(parts));
  sight.observe(parts.root);
}

function addCardsAndTips(state) {
  for (const card of state.cards) byId("row").append(cardElement(card));
  for (const tip of state.tips) byId("tips").append(tipItem(tip));
  byId("try").hidden = !state.tips.length;
}

function personItem(parts) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  const dot = document.createElement("span");
  dot.className = "dot";
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.hidden = true;
  button.append(dot, parts.name, badge);
  button.dataset.side = parts.side;
  button.addEventListener("click", () => goTo(parts));
  parts.badge = badge;
  item.append(button);
  return item;
}

function tipItem(tip) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = tip.label;
  button.addEventListener("click", () => {
    const parts = phones.get(tip.phone);
    if (!parts) return;
    // A picture has no words to read over first: it goes at once.
    if (tip.picture) parts.picture.click();
    else parts.input.value = tip.text;
    goTo(parts);
  });
  item.append(button);
  return item;
}

// The names above the row are needed only where not all phones fit beside each other.
new ResizeObserver(([entry]) => {
  byId("names").hidden = entry.target.scrollWidth <= entry.target.clientWidth;
}).observe(byId("row"));

function goTo(parts) {
  parts.root.scrollIntoView({ inline: "center", block: "nearest" });
  parts.input.focus({ preventScroll: true });
}

// A phone that is out of sight says on its name above the row how many messages came meanwhile.
const sight = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const parts = [...phones.values()].find((one) => one.root === entry.target);
    parts.seen = entry.isIntersecting;
    if (parts.seen) count(parts, 0);
  }
}, { root: byId("row"), threshold: 0.6 });

function count(parts, unread) {
  parts.unread = unread;
  parts.badge.hidden = !unread;
  parts.badge.textContent = unread;
  parts.badge.setAttribute("aria-label", `${unread} new`);
}

function tellNew(parts, received) {
  if (!received) return;
  parts.root.classList.remove("rang");
  requestAnimationFrame(() => parts.root.classList.add("rang"));
  if (!parts.seen) count(parts, parts.unread + received);
}

for (const button of document.querySelectorAll(".steps button")) {
  button.addEventListener("click", async () => {
    const buttons = [...document.querySelectorAll(".steps button")];
    buttons.forEach((one) => one.setAttribute("aria-disabled", "true"));
    try {
      await post("clock", { by: button.dataset.by });
    } catch (error) {
      trouble(error.message);
    } finally {
      buttons.forEach((one) => one.removeAttribute("aria-disabled"));
    }
  });
}

const changes = new EventSource("changes");
changes.onmessage = () => {
  refresh();
  clearTimeout(settle);
  settle = setTimeout(refresh, SETTLE_MS);
};
changes.onerror = () => trouble("The sandbox doesn't answer. This page goes on when it runs again.");
