/* What the desk's pages do beyond plain HTML: `/` leads to the search, texts can be copied, and what is live
   says when it is not. Everything else works without. */
(() => {
  "use strict";

  const SHORTCUT = "/";
  const SAID_FOR_MS = 2000;

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (event.key !== SHORTCUT || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector("input[type=search]");
    const elsewhere = document.body.dataset.search;
    if (!search && !elsewhere) return;
    event.preventDefault();
    if (!search) { location.href = elsewhere; return; }
    search.focus();
    search.select();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent);
      button.textContent = "Copied";
    } catch {
      field.select?.(); // no clipboard on plain http: it is marked, and one key away
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { button.textContent = words; }, SAID_FOR_MS);
  });

  /* A draft opens in the mail program as it stands by now; what is too long for one is left to be copied. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-draft]");
    if (!link) return;
    const [subject, body] = link.dataset.draft.split(" ").map((id) => document.getElementById(id).value);
    const to = link.href.split("?")[0];
    const short = `${to}?subject=${encodeURIComponent(subject)}`;
    const whole = `${short}&body=${encodeURIComponent(body.replace(/\r?\n/g, "\r\n"))}`;
    const fits = [whole, short].find((address) => address.length <= Number(link.dataset.most));
    link.href = fits ?? to;
    const told = document.getElementById(link.dataset.tooLong);
    if (told) told.hidden = fits === whole;
  });

  /* On a phone the pages and tabs go on past the edge: the one that is open is brought into sight. */
  for (const open of document.querySelectorAll("nav [aria-current]")) {
    const row = open.parentElement;
    row.scrollLeft += open.getBoundingClientRect().right - row.getBoundingClientRect().right + row.clientWidth / 4;
  }

  const offer = () => {
    for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
  };
  offer();
  document.addEventListener("htmx:after:swap", offer); // what comes later has its buttons, too
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
  });

  /* A live part asks again by itself; while it gets no answer, the line above the page says since when. */
  const line = document.getElementById("connection");
  const away = (source) => {
    if (!line || !source?.closest?.("[data-live]") || !line.hidden) return;
    const clock = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    line.textContent = `No connection to Ringback since ${clock}. What is below may be out of date; it is being tried again.`;
    line.hidden = false;
  };
  const back = (source) => {
    if (line && source?.closest?.("[data-live]")) line.hidden = true;
  };
  document.addEventListener("htmx:error", (event) => away(event.target));
  document.addEventListener("htmx:response:error", (event) => away(event.target));
  /* A list that follows what is typed says its own address, so that it can be kept, sent, and come back to. */
  document.addEventListener("htmx:after:request", (event) => {
    const here = event.detail?.ctx?.response?.headers?.get("HX-Replace-Url");
    if (here) history.replaceState(history.state, "", here);
  });

  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.status;
    if (status === 401) location.reload(); // signed out elsewhere: the page itself leads to the door
    else if (status >= 200 && status < 400) back(event.target);
  });
})();
