// The live region: an answer is spoken by sentences as it comes, not by tokens, and without box numbers.

const region = document.getElementById("spoken");
let spokenTo = 0;

export function begin() {
  region.replaceChildren();
  spokenTo = 0;
}

/** @param words the answer's words so far; @param done whether they are all */
export function hear(words, done) {
  const fresh = words.slice(spokenTo);
  const length = done ? fresh.length : fresh.search(/[.!?;:\n](?=\s[^]*$)/) + 1;
  const sentence = fresh.slice(0, length).trim();
  spokenTo += length;
  if (sentence !== "") {
    tell(sentence);
  }
}

export function tell(sentence) {
  const line = document.createElement("span");
  line.textContent = `${sentence} `;
  region.append(line);
}
