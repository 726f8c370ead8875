// A form's nonce stays beside the form until its user does something the browser itself vouches for.
// Events made by a script are not trusted, so a program that clicks or submits for them sends none.
(() => {
  "use strict";

  // From here on the page need not ask for JavaScript.
  document.documentElement.classList.add("scripted");

  const shownAt = performance.now();
  // Keys that only move about are no decision.
  const MOVING = new Set(["Tab", "Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Escape"]);

  const vouch = (event) => {
    if (!event.isTrusted || (event.type === "keydown" && MOVING.has(event.key))) return;
    const form = event.target instanceof Element && event.target.closest("form[data-nonce]");
    if (!form) return;
    form.elements.nonce.value = form.dataset.nonce;
    form.elements.gesture.value = `${event.type} ${Math.round(performance.now() - shownAt)}`;
  };

  // Caught on their way down, before the click submits. Voice control and screen readers only click.
  for (const type of ["pointerdown", "keydown", "click"]) {
    document.addEventListener(type, vouch, { capture: true });
  }
})();
