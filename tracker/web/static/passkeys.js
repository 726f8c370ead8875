/* Passkeys. What asks for one is shown only where the browser can. Nothing is fetched: the question came with
   the page, and the answer goes with the form. */
(() => {
  "use strict";

  const AGAIN = "?passkey";
  const KINDS = {
    get: {
      read: "parseRequestOptionsFromJSON",
      says: { NotAllowedError: "No passkey was used. Press the button to try again, or sign in another way." },
    },
    create: {
      read: "parseCreationOptionsFromJSON",
      says: {
        NotAllowedError: "No passkey was made. Press the button to try again.",
        InvalidStateError: "This device holds a passkey of yours already.",
      },
    },
  };
  const SAYS = {
    SecurityError: "Passkeys do not work at this address. Tell whoever looks after Ringback.",
    NotSupportedError: "This device cannot keep a passkey for Ringback. Try another.",
  };
  const OTHERWISE = "This browser could not do it. Try again, or use another browser or device.";

  const opened = Date.now();
  const can = (kind) => window.PublicKeyCredential?.[KINDS[kind].read] && PublicKeyCredential.prototype.toJSON;

  const ask = async (form) => {
    const { kind, question } = form.dataset;
    const publicKey = PublicKeyCredential[KINDS[kind].read](JSON.parse(question));
    const credential = await navigator.credentials[kind]({ publicKey });
    form.elements.answer.value = JSON.stringify(credential.toJSON());
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-question]")) {
    const { kind, page, goodFor } = form.dataset;
    const works = Boolean(can(kind));
    for (const part of form.closest("[data-passkeys]").querySelectorAll("[data-if]")) {
      part.hidden = (part.dataset.if === "can") !== works;
    }
    if (!works) continue;
    const line = form.querySelector("[role=alert]");
    const button = form.querySelector("button");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (page && Date.now() - opened > goodFor * 1000) {
        location.assign(page + AGAIN); // what this page asks is too old: a new one asks at once
        return;
      }
      button.disabled = true;
      line.hidden = true;
      try {
        await ask(form);
      } catch (error) {
        line.textContent = KINDS[kind].says[error.name] ?? SAYS[error.name] ?? OTHERWISE;
        line.hidden = false;
      } finally {
        button.disabled = false;
      }
    });
    if (page && location.search === AGAIN) {
      history.replaceState(null, "", location.pathname);
      form.requestSubmit();
    }
  }
})();
