// What came beside a message's words: a picture is shown small, anything else as a sign of its kind.

const KINDS = {
  photo: ["Photo", "M3 6h18v13H3zM4 18l5-5 4 4 3-3 4 4"],
  video: ["Video", "M3 6h12v12H3zM15 11l6-4v10l-6-4"],
  video_note: ["Round video", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM10 8.500v7l5.500-3.500z"],
  animation: ["Moving picture", "M3 6h18v12H3zM10 9v6l5-3z"],
  voice: ["Voice message", "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4"],
  audio: ["Sound", "M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM19 16a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z"],
  sticker: ["Sticker", "M20 13V7a3 3 0 0 0-3-3H7a3 3 0 0 0-3 3v10a3 3 0 0 0 3 3h6zM20 13h-4a3 3 0 0 0-3 3v4"],
  document: ["File", "M6 3h8l5 5v13H6zM14 3v5h5"],
  contact: ["Contact card", "M3 5h18v14H3zM9 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM5.500 16a3.500 3.500 0 0 1 7 0M15 10h3M15 14h3"],
  location: ["Place", "M12 21s7-6.500 7-11.500a7 7 0 0 0-14 0C5 14.500 12 21 12 21zM12 7a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z"],
};
const OTHER = "M12 5v14M5 12h14";
const SVG = "http://www.w3.org/2000/svg";

// What a message is called in a label: its words, or the kinds of what it carries.
export function named(message) {
  return message.text || message.attachments.map((kind) => (KINDS[kind] || [kind])[0]).join(", ");
}

// Only the first file of a message is kept by the sandbox, so only the first can be a picture. `address` is where.
export function attach(place, message, address) {
  message.attachments.forEach((kind, index) => {
    const [name, path] = KINDS[kind] || [kind, OTHER];
    place.append(message.picture && !index ? picture(kind, name, address) : sign(name, path));
  });
  place.hidden = !message.attachments.length;
}

function picture(kind, name, address) {
  const image = document.createElement("img");
  image.className = kind === "sticker" ? "seen sticker" : "seen";
  image.alt = name;
  image.src = address;
  return image;
}

function sign(name, path) {
  const label = document.createElement("span");
  label.className = "sign";
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(document.createElementNS(SVG, "path"));
  drawing.firstChild.setAttribute("d", path);
  label.append(drawing, name);
  return label;
}
