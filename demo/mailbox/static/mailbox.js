// Watches for mails: brings the list up to date, and says so on the page of a single mail.
(() => {
  const EVERY = 1000; // ms
  const boxes = document.getElementById("boxes");
  const news = document.getElementById("news");
  const frame = document.getElementById("html");
  const title = document.title;
  let seen = Number(document.body.dataset.seen); // the highest number so far; at first as the page was made
  let unread = 0;

  const renew = async (since) => {
    const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
    boxes.replaceChildren(...page.getElementById("boxes").children);
    for (const line of boxes.querySelectorAll("li")) {
      if (Number(line.dataset.number) > since) line.classList.add("arrived");
    }
  };

  const announce = (mail) => {
    const link = document.createElement("a");
    link.href = `/mail/${mail.number}`;
    link.textContent = `New mail to ${mail.to}: ${mail.subject}`;
    news.replaceChildren(link);
  };

  const look = async () => {
    const mails = await (await fetch("/messages.json")).json();
    const latest = mails.length ? mails[0].number : 0;
    if (latest > seen) {
      unread += latest - seen;
      document.title = `(${unread}) ${title}`;
      if (boxes) await renew(seen);
      else announce(mails[0]);
    }
    seen = latest;
  };

  const fit = () => {
    // The frame shows what the mail's own page says it needs; it can run no script of its own. A page
    // never needs less than the frame it is in, so the frame is measured small; the reader stays put.
    const top = scrollY;
    frame.height = 0;
    frame.height = frame.contentDocument.documentElement.scrollHeight;
    scrollTo(scrollX, top);
  };

  if (frame) {
    frame.addEventListener("load", fit);
    if (frame.contentDocument && frame.contentDocument.readyState === "complete") fit();
    addEventListener("resize", fit);
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      unread = 0;
      document.title = title;
    }
  });
  const again = () => look().catch(() => {}).finally(() => setTimeout(again, EVERY));
  again();
})();
