/*
 * Ringback's snippet. It runs on somebody else's page, so it keeps four promises:
 *
 *   1. The token leaves the address bar before any script after it can read it.
 *   2. Before consent there is no request, and nothing is stored.
 *   3. Strangers (no token, no credential) are never reported to another host.
 *   4. The page cannot break by it: no error leaves it, no function of the page is replaced.
 *
 * ../README.md names every value that is sent. What is built of this file (../dist) may weigh 1,300 bytes under brotli.
 * Hence its form: a tick runs the steps below in order, twice a second and on the few events that cannot wait; what it
 * looks at (address, visibility, consent) it looks at anew each time, instead of hooking into the page to be told.
 */
{
  // Nothing that goes wrong in here may show up in the page's own error reports.
  const safe = (work) => async (input) => {
    try {
      await work(input);
    } catch (error) {} // eslint-disable-line no-empty
  };

  safe(() => {
    // Milliseconds, unless it says otherwise. All but the first few are policy, and have their twins on the server.
    const TICK = 500;
    const FIRST_WAIT = 1e3; // before a retry, at most; doubled each time,
    const LONGEST_WAIT = 6e4; // until it is longer than this
    const PATIENCE = 15e3; // with a request that gets no answer, beside that wait
    const BURST_GAP = 2e3; // of quiet between two bursts of moving
    const ENGAGED_BURSTS = 2; // bursts
    const ENGAGED_VISIBLE = 15e3;
    const CONFIRMED_LAST = 1500; // from first visible to a gesture that confirms
    const CONFIRMED_VISIBLE = 5e3;
    const ENGAGEMENT_PAUSE = 15e3; // between engagement hits that do not raise the state
    const CREDENTIAL_LIFE = 395 * 864e5; // 13 months from the day it came, never renewed
    const LONGEST_QUEUE = 20; // hits
    const LONGEST_BATCH = 3; // hits; with the next three a body stays under 8 KB in any script
    const LONGEST_URL = 1e3; // characters
    const LONGEST_TITLE = 99; // characters
    const LONGEST_REFERRER = 300; // characters: any origin, whole

    let { src, dataset: { site, param = 'rb', consent: source, endpoint = src } } = document.currentScript;
    const address = new URL('/ringback/v1/visit', endpoint);
    const own = address.origin == location.origin; // there the server's own cookie may know the browser
    const never = navigator.globalPrivacyControl || navigator.doNotTrack > 0;

    let store = {}; // where the browser refuses storage, the credential lasts as long as the page
    safe(() => (store = localStorage))();

    let view = 0; // the present page view: what is sent of it, in the wire's words
    let news; // a gesture or a burst since then
    let token; // waits in memory: for consent, then for the server's answer
    let queue = [];
    let movedAt;
    let toldAt;
    let shownAt; // when the view was first visible, with which it begins
    let level; // as far as told: -1 nothing, 0 viewed, 1 engaged, 2 confirmed
    let url; // of the page now, while view.url may still be the page before
    let next = 0; // no request before this time
    let awake; // visible, as of the last tick
    let wait = 0;

    // Read anew for each request: another tab may have brought a credential, or revoked it.
    const credential = () => {
      const [since, value] = (store.ringback || '').split(' ');
      if (Date.now() - since < CREDENTIAL_LIFE) return value;
      delete store.ringback;
    };

    const post = (body) => fetch(address, { keepalive: 1, method: 'POST', body: JSON.stringify({ site, ...body }) });

    // A hit is the view as it stands; its age is asked for when it is sent.
    const push = (kind, at = Date.now()) => queue.push({ kind, ...view, get age() { return Date.now() - at; } });

    // ---- The steps -------------------------------------------------------------------------------------------------

    // Asks the page's source of consent, which answers where the page itself would: in ringback.c. It may load after
    // this script, and much later; until then an error ends this step, and the next tick asks again.
    const ask = safe(() => {
      if (source == 'tcf') {
        source = __tcfapi('addEventListener', 2, safe((data) => {
          // "cmpuishown" is no answer yet, "tcloaded" and "useractioncomplete" are. Purposes: store on the device, measure.
          if (data.eventStatus > 'd') ringback.c = data.purpose.consents[1] & data.purpose.consents[8];
        }));
      }
      if (source == 'consent-mode') {
        // Defaults are what the site assumes until the visitor chooses; only an update is a choice.
        dataLayer.map(safe(([, mode, { analytics_storage: choice }]) => {
          if (mode == 'update' && choice) ringback.c = choice == 'granted';
        }));
      }
    });

    const tick = safe(async (step) => {
      if (awake && step) view.visible += TICK; // counted in ticks, so that a machine that sleeps counts nothing

      // Takes a token out of the address, wherever it stands behind ?, & or #, and leaves the rest as it was.
      {
        const clean = location.href.replace(RegExp('([?&#])' + param + '=([^&?#]*)([&?]?)', 'g'), (all, lead, value, tail) => {
          // Consent mark, id, a dot (or encoded, once or twice). No unreplaced merge tag looks like this.
          if (/^[01]\w+[.%]/.test(value)) {
            view = awake = 0; // a link that is followed is a view, also of a page that is open already
            if (token != (token = value)) queue = []; // none of it may go under another's name
            if (value[0] > 0) consent = !never; // on record with the prospect; the server looks again
          }
          return tail && lead; // what follows moves up to where the token stood
        });
        url = clean.split(/#(?![/!])/)[0].slice(0, LONGEST_URL); // an anchor is a place on a page, a hash route is a page
        if (clean != location.href) history.replaceState(history.state, '', clean);
      }

      // Anything but a plain yes or no is no answer, and leaves things as they are.
      {
        if (ringback.c == 1 && source != 'recorded') consent = !never;
        if (ringback.c == 0) {
          // Forget everything; the one request left makes the server clear its cookie.
          const value = credential();
          if (value || consent && own) safe(post)({ credential: value, revoke: true, hits: [] });
          token = consent = undefined;
          queue = [];
          delete store.ringback;
        }
      }
      ask();

      // What there is to tell of the page view.
      {
        const before = awake;
        awake = !document.hidden;
        if (consent) {
          const met = view.last >= CONFIRMED_LAST && view.visible >= CONFIRMED_VISIBLE ? 2
            : view.bursts >= ENGAGED_BURSTS && view.visible >= ENGAGED_VISIBLE;
          if (met > level || met && news && view.visible - toldAt >= ENGAGEMENT_PAUSE) {
            view.title = document.title.slice(0, LONGEST_TITLE);
            push(level < 0 ? 'view' : 'engagement');
            level = met;
            toldAt = view.visible;
            news = 0;
          }
          if (before && (!awake || url != view.url)) push('leave');
        }
        // A page that is prerendered, or open in a tab nobody has looked at, is no view yet.
        if (awake && url != view.url) {
          view = {
            bursts: 0,
            url,
            id: Date.now() + Math.random().toString(36).slice(2),
            referrer: document.referrer.slice(0, LONGEST_REFERRER), // the server keeps another site's origin, no more
            driver: navigator.webdriver,
            visible: 0,
          };
          shownAt = Date.now();
          level = -1;
        }
      }

      // To the endpoint, if there is anything (which takes consent) and anybody. Hits stay in the queue until they are
      // answered: what gets no answer at all is sent again too, and the server knows it by the ids.
      queue = queue.slice(-LONGEST_QUEUE);
      if (Date.now() >= next && queue[0]) {
        const value = credential();
        const sent = token;
        const hits = queue.slice(0, LONGEST_BATCH);
        if (token || value || own) {
          let response = 0;
          if (wait < LONGEST_WAIT) wait += wait + FIRST_WAIT;
          next = Date.now() + PATIENCE + wait;
          try {
            response = await post({ credential: value, token, hits });
            const { credential: fresh } = await response.json();
            if (consent && fresh) store.ringback = Date.now() + ' ' + fresh;
          } catch (error) {} // eslint-disable-line no-empty
          if (response.status < 429) {
            if (token == sent) token = undefined; // traded, or worth nothing
            queue = queue.filter((hit) => !hits.includes(hit));
            wait = next = 0;
          } else { // too many, out of order, or no connection
            next = Date.now() + Math.random() * wait;
          }
        } else {
          queue = []; // a stranger: nobody's business
        }
      }
    });

    // ---- What cannot wait ------------------------------------------------------------------------------------------

    const on = (names, work) => names.split(' ').map((name) =>
      addEventListener(name, safe((event) => event.isTrusted && work(event))));

    on('wheel touchmove mousemove', () => {
      const at = Date.now();
      if (!(at - movedAt < BURST_GAP)) news = ++view.bursts;
      movedAt = at;
    });

    // Each of these needs a person's hand; scrolling, moving and focus do not. Some pages keep a press from becoming a
    // mousedown: the click is left. One that counts no clicks only follows another event, which may be a script's.
    on('click keydown mousedown', (event) => {
      if (event.key || event.detail) {
        news = view.last = Date.now() - shownAt;
        view.first = view.first || news;
      }
    });

    // A token that still waits travels in the fragment of the site's own links: put there after the page's handlers had
    // their say, and taken away again once the browser follows. Links to the same document stay as they are: with a
    // fragment the browser would not load it again, or not find the anchor.
    on('click auxclick', (event) => {
      const link = event.target.closest('a');
      if (token && link.origin == location.origin && link.href.split('#')[0] != url.split('#')[0]) {
        const { hash } = link;
        link.hash = hash + (hash && '&') + param + '=' + token;
        setTimeout(() => (link.hash = hash));
      }
    });

    on('visibilitychange online hashchange pageshow', (event) => {
      if (event.persisted) view = awake = 0; // back from the back-forward cache: a view of its own
      next = 0;
      tick(0);
    });

    // ---- Start -----------------------------------------------------------------------------------------------------

    if (never) delete store.ringback;
    let consent = /[aru]/.test(source) && credential(); // api or recorded: who has a credential consented before

    // ringback(true) or ringback(false). The page may bring the same line itself, to be able to call before this runs.
    window.ringback = window.ringback || ((answer) => (ringback.c = answer));

    tick(0);
    setInterval(tick, TICK, TICK);
  })();
}
