// Saves an answer as it is written: after a pause, and when its field is left. The button works without this.
(() => {
  "use strict";

  const PAUSE_MS = 2000;
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const field = form.elements.answer;
  const line = document.getElementById("saved");
  let stored = field.defaultValue;
  let timer = 0;
  let running = Promise.resolve();
  let busy = 0;
  line.textContent = line.dataset.words;

  const save = async () => {
    const text = field.value;
    // An emptied answer is for the button, and without a gesture nothing would be taken.
    if (text.trim() === stored.trim() || !text.trim() || !form.elements.nonce.value) return;
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { "X-Autosave": "1" }, body });
      const said = await answer.json();
      if (answer.ok) {
        stored = text;
        form.elements.seen.value = said.version;
      }
      line.textContent = said.words;
    } catch {
      line.textContent = "No connection just now. What you write stays here until it can be saved.";
    }
  };

  const start = () => {
    clearTimeout(timer);
    busy += 1;
    running = running.then(save).finally(() => { busy -= 1; });
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(start, PAUSE_MS);
  });
  field.addEventListener("change", start);

  // The button waits for what is under way, else the answer would meet itself as somebody else's.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!busy) return;
    event.preventDefault();
    running.finally(() => form.submit());
  });
})();
