// Northwind's own consent banner. It remembers the choice under its own name and tells Ringback.
(() => {
  const KEY = "northwind-consent";
  const banner = document.getElementById("consent");

  const tell = (agreed) => {
    if (typeof window.ringback === "function") window.ringback(agreed);
  };

  const choose = (agreed) => {
    localStorage.setItem(KEY, agreed ? "yes" : "no");
    banner.hidden = true;
    tell(agreed);
  };

  document.getElementById("consent-yes").addEventListener("click", () => choose(true));
  document.getElementById("consent-no").addEventListener("click", () => choose(false));
  document.getElementById("consent-again").addEventListener("click", () => {
    banner.hidden = false;
    document.getElementById("consent-yes").focus();
  });

  const chosen = localStorage.getItem(KEY);
  banner.hidden = chosen !== null;
  if (chosen !== null) tell(chosen === "yes");
})();
