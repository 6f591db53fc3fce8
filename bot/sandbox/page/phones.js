// One phone: its frame, its messages, its line to type on.

import { attach, named } from "./attached.js";

const clockTime = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" });
const dayName = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", weekday: "long", day: "numeric", month: "long",
});

function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

// "Sam (mentee)" → name "Sam", role "mentee".
function nameAndRole(label) {
  const found = /^(.*?)\s*\((.*)\)\s*$/.exec(label);
  return found ? { name: found[1], role: found[2] } : { name: label, role: "" };
}

function headed(root, label) {
  const { name, role } = nameAndRole(label);
  root.dataset.side = role.split(/[ ,]/)[0];
  root.querySelector("h3").textContent = name;
  root.querySelector(".role").textContent = role;
  root.setAttribute("aria-label", role ? `${name}, ${role}` : name);
  return name;
}

export function cardElement(card) {
  const root = fromTemplate("card-template");
  headed(root, card.label);
  root.querySelector(".case p").textContent = card.note;
  return root;
}

export function phoneElement(phone, service, act) {
  const root = fromTemplate("phone-template");
  const name = headed(root, phone.owner);
  const sms = phone.channel === "sms";
  root.classList.add(phone.channel);
  root.querySelector(".channel").textContent = sms ? "SMS" : "Telegram";
  root.querySelector(".name").textContent = service;
  root.querySelector(".kind").textContent = sms ? "Text message" : "bot";
  root.querySelector(".face").textContent = service.charAt(0);
  const screen = root.querySelector(".screen");
  screen.setAttribute("aria-label", `Messages on ${name}'s phone`);
  const parts = {
    root, screen, name, sms, act, id: phone.id, list: screen.querySelector("ul"),
    input: root.querySelector("textarea"), picture: root.querySelector(".picture"),
    replying: root.querySelector(".replying"), problem: root.querySelector(".problem"),
    side: root.dataset.side, items: new Map(), replyTo: null, changes: null, seen: true, unread: 0, filled: false,
  };
  parts.input.setAttribute("aria-label", `Message from ${name}`);
  root.querySelector(".send").setAttribute("aria-label", `Send from ${name}'s phone`);
  parts.picture.setAttribute("aria-label", `Send a picture from ${name}'s phone`);
  wire(parts, root.querySelector("form"));
  stayAtEnd(screen);
  return parts;
}

// A screen that showed its newest message still does when it becomes smaller: the names appear, a window is resized.
function stayAtEnd(screen) {
  let atEnd = true;
  screen.addEventListener("scroll", () => {
    atEnd = screen.scrollHeight - screen.scrollTop - screen.clientHeight < 60;
  }, { passive: true });
  new ResizeObserver(() => {
    if (atEnd) screen.scrollTop = screen.scrollHeight;
  }).observe(screen);
}

function wire(parts, form) {
  parts.input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape") {
      reply(parts, null);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = parts.input.value;
    if (!text.trim()) return;
    const { replyTo, changes } = parts;
    parts.input.value = "";
    reply(parts, null);
    parts.problem.textContent = "";
    try {
      await (changes ? parts.act.change(changes, text) : parts.act.type(text, replyTo));
    } catch (error) {
      parts.input.value = text;
      parts.problem.textContent = error.message;
    }
  });
  parts.picture.addEventListener("click", async () => {
    parts.problem.textContent = "";
    try {
      await parts.act.picture();
    } catch (error) {
      parts.problem.textContent = error.message;
    }
  });
  parts.replying.querySelector("button").addEventListener("click", () => {
    reply(parts, null);
    parts.input.focus();
  });
}

function reply(parts, message) {
  parts.replyTo = message ? message.id : null;
  parts.changes = null;
  parts.replying.hidden = !message;
  parts.replying.firstElementChild.textContent = message ? `Reply to: ${named(message)}` : "";
}

function change(parts, message) {
  reply(parts, null);
  parts.changes = message.id;
  parts.replying.hidden = false;
  parts.replying.firstElementChild.textContent = `Change: ${message.text}`;
  parts.input.value = message.text;
  parts.input.focus();
}

// Brings the list up to date and returns how many messages came from the service. Only what changed is touched, so
// that focus stays and a screen reader hears only what is new.
export function showMessages(parts, phone) {
  const atEnd = parts.screen.scrollHeight - parts.screen.scrollTop - parts.screen.clientHeight < 60;
  const kept = new Set();
  let received = 0;
  let day = "";
  let last = null;
  let grown = false;
  const place = (key, make, value) => {
    kept.add(key);
    let item = parts.items.get(key);
    const print = JSON.stringify(value);
    if (!item || item.dataset.print !== print) {
      const fresh = make();
      fresh.dataset.print = print;
      if (item) swap(parts, item, fresh);
      else {
        last ? last.after(fresh) : parts.list.prepend(fresh);
        grown = true;
      }
      if (!item && value.mine === false) received += 1;
      parts.items.set(key, item = fresh);
    }
    last = item;
  };
  for (const message of phone.messages) {
    const named = dayName.format(new Date(message.at));
    if (named !== day) place(`day ${day = named}`, () => dayItem(named), named);
    place(message.id, () => messageItem(parts, message), message);
  }
  for (const [key, item] of parts.items) {
    if (!kept.has(key)) {
      keepFocus(parts, item);
      item.remove();
      parts.items.delete(key);
    }
  }
  parts.screen.querySelector(".empty").hidden = phone.messages.length > 0;
  if (grown && (atEnd || phone.messages.at(-1).mine)) parts.screen.scrollTop = parts.screen.scrollHeight;
  const first = !parts.filled;
  parts.filled = true;
  return first ? 0 : received;
}

function swap(parts, old, fresh) {
  const focused = old.contains(document.activeElement);
  const place = focused ? [...old.querySelectorAll("button")].indexOf(document.activeElement) : -1;
  const count = old.querySelectorAll("button").length;
  old.replaceWith(fresh);
  if (!focused) return;
  const buttons = fresh.querySelectorAll("button");
  (buttons.length === count ? buttons[place] : parts.input).focus({ preventScroll: true });
}

function keepFocus(parts, item) {
  if (item.contains(document.activeElement)) parts.input.focus({ preventScroll: true });
}

function dayItem(named) {
  const item = document.createElement("li");
  item.className = "day";
  item.textContent = named;
  return item;
}

function fill(element, text) {
  element.textContent = text || "";
  element.hidden = !text;
}

function messageItem(parts, message) {
  const item = fromTemplate("message-template");
  const part = (name) => item.querySelector(name);
  item.classList.add(message.mine ? "mine" : "theirs");
  item.dataset.id = message.id;
  part(".said").textContent = message.mine ? `${parts.name}: ` : "Service: ";
  fill(part(".quote"), message.quote && named(message.quote));
  attach(part(".attached"), message, `phones/${parts.id}/pictures/${message.id}`);
  fill(part(".words"), message.text);
  part("time").textContent = clockTime.format(new Date(message.at));
  part("time").dateTime = message.at;
  part(".edited").hidden = !message.edited || message.mine === false && message.pressed.length > 0;
  fill(part(".reaction"), [message.reaction, message.own_reaction].filter(Boolean).join(" "));
  if (!message.mine && !parts.sms) reactButton(parts, part(".react"), message);
  if (message.mine && !parts.sms && message.text) changeButton(parts, part(".change"), message);
  if (!message.mine && !parts.sms) replyButton(parts, part(".reply"), message);
  options(parts, part(".options"), message);
  const gone = message.pressed.length && !message.buttons.length;
  fill(part(".chose"), gone ? `You chose: ${message.pressed.at(-1)}` : "");
  return item;
}

function replyButton(parts, button, message) {
  button.hidden = false;
  button.setAttribute("aria-label", `Reply to: ${named(message).slice(0, 40)}`);
  button.addEventListener("click", () => {
    reply(parts, message);
    parts.input.focus();
  });
}

function reactButton(parts, button, message) {
  const set = message.own_reaction !== null;
  button.hidden = false;
  button.setAttribute("aria-label", `Thumbs up for: ${named(message).slice(0, 40)}`);
  button.setAttribute("aria-pressed", String(set));
  button.addEventListener("click", () => parts.act.react(message.id, set ? null : "👍").catch((error) => {
    parts.problem.textContent = error.message;
  }));
}

function changeButton(parts, button, message) {
  button.hidden = false;
  button.setAttribute("aria-label", `Change: ${message.text.slice(0, 40)}`);
  button.addEventListener("click", () => change(parts, message));
}

function options(parts, group, message) {
  let index = 0;
  for (const labels of message.buttons) {
    const row = document.createElement("div");
    for (const label of labels) {
      const button = document.createElement("button");
      const option = index++;
      button.type = "button";
      button.textContent = label;
      if (message.pressed.includes(label)) button.classList.add("pressed");
      button.addEventListener("click", async () => {
        parts.problem.textContent = "";
        try {
          await parts.act.press(message.id, option);
        } catch (error) {
          parts.problem.textContent = error.message;
        }
      });
      row.append(button);
    }
    group.append(row);
  }
  group.hidden = !index;
}
