/*
 * Ringback's snippet. It runs on somebody else's page, so it keeps four promises:
 *
 *   1. The token leaves the address bar before any script after it can read it.
 *   2. Before consent there is no request, and nothing is stored.
 *   3. Strangers (no token, no credential) are never reported to another host.
 *   4. The page cannot break by it: no error leaves it, no function of the page is replaced.
 *
 * ../README.md names every value that is sent. The built file (../dist) may weigh 1,300 bytes under brotli; so there is
 * one tick that does everything in order, and every event just calls it, instead of a timer or an observer for each thing.
 */
try {
  // ms, unless said otherwise
  const TICK = 400; // how late a thing may be that no event announces
  const BURST_GAP = 2e3; // quiet between two bursts of moving
  const CONFIRMED_LAST = 1500; // from first visible to a gesture that confirms
  const CONFIRMED_VISIBLE = 5e3;
  const ENGAGED_VISIBLE = 15e3;
  const ENGAGED_BURSTS = 2; // bursts
  const ENGAGEMENT_PAUSE = 15e3; // between engagement hits, unless the visit became confirmed
  const LONGEST_STEP = 2e3; // of visibility counted at once: more means that the machine slept
  const FIRST_WAIT = 1e3; // about; doubled with each retry
  const ANSWER_WAIT = 3e4; // for which an unanswered request holds up the next
  const CREDENTIAL_LIFE = 395 * 864e5; // 13 months from the day it came, never renewed
  const LONGEST_QUEUE = 20; // hits
  const LONGEST_BATCH = 4; // hits; with the two limits below a body stays under 8 KB in any script
  const LONGEST_URL = 1e3; // characters
  const LONGEST_TITLE = 99; // characters

  let { dataset: { site, endpoint = '', consent: source = 'api', param = 'rb' }, src } = document.currentScript;
  const { origin } = location;
  const address = new URL(endpoint + '/ringback/v1/visit', src || origin);
  const own = address.origin === origin; // there the server's own cookie may know the browser
  const { fetch } = window; // held now, so that a script which wraps it later does not read the token in our requests
  const { now } = Date; // wall time, since other clocks stop while a machine sleeps

  let consent; // undefined until decided, which counts as no; false is for good, until the next page
  let token;
  let kept; // "TIME CREDENTIAL", as stored; where storage refuses it, this is all there is
  let queue = [];
  let tries = 0;
  let next = 0; // no request before this time, but when the page goes away

  let view; // the present page view: what is sent of it, in the wire's words
  let url; // of the page now, while view.url may still be the page before
  let [referrer] = document.referrer.split(origin)[0].match(/.+?\w(?=\/)/) || []; // another site's origin
  let shownAt; // when the view began: when it was first visible
  let level; // as far as told: -1 nothing, 0 viewed, 1 engaged, 2 confirmed
  let toldAt;
  let news; // a gesture or burst since then
  let movedAt = 0;
  let countedAt;
  let awake; // visible when last counted

  // The page's own error reports must never show ours.
  const safe = (work) => (event) => {
    try {
      work(event);
    } catch (error) {} // eslint-disable-line no-empty
  };

  // name=value behind ?, & or #, and what separates it from the next.
  const inAddress = RegExp('([?&#])' + param + '=([^&?#]*)([&?]?)', 'g');

  // Takes a token out of the address, wherever it stands, and leaves the rest as it was.
  const take = () => {
    const clean = location.href.replace(inAddress, (all, lead, value, tail) => {
      // Consent mark, id, a dot (or encoded, once or twice). No unreplaced merge tag looks like this.
      if (/^[01]\w+[.%]/.test(value) && consent !== false) {
        token = value;
        view = 0; // a click on a link is a view, also of a page that is open already
        if (value[0] > 0) consent = true; // on record with the prospect; the server looks again
      }
      return tail && lead; // what follows moves up
    });
    url = clean.replace(/#(?![/!]).*/, '').slice(0, LONGEST_URL); // an anchor is a place on a page, a hash route is a page
    if (clean !== location.href) history.replaceState(history.state, '', clean);
  };

  // A token that still waits, for consent or for the server's answer, travels in the fragment of the site's own links:
  // changed after the page's handlers had their say, and changed back once the browser follows it. Links to the same
  // document stay as they are: with a fragment the browser would not load it, or not find the anchor.
  const carry = safe((event) => {
    const link = event.composedPath().find((node) => node.href && node.origin === origin);
    if (token && !event.defaultPrevented && link.pathname + link.search !== location.pathname + location.search) {
      const { hash } = link;
      link.hash = hash + (hash && '&') + param + '=' + token;
      setTimeout(() => (link.hash = hash));
    }
  });

  // Without a value: forget it.
  const keep = (value) => {
    kept = value;
    safe(() => (value ? localStorage.ringback = value : delete localStorage.ringback))();
  };

  // Read anew for each request: another tab may have brought one, or revoked it.
  const credential = () => {
    safe(() => (kept = localStorage.ringback))();
    if (kept) {
      const [since, value] = kept.split(' ');
      if (now() - since < CREDENTIAL_LIFE) return value;
      keep();
    }
  };

  const deliver = async (hits, envelope) => {
    let status; // stays undefined without a connection
    next = now() + ANSWER_WAIT;
    try {
      const response = await fetch(address, {
        method: 'POST',
        body: JSON.stringify({ site, hits, ...envelope }),
        keepalive: true,
      });
      status = response.status;
      const answer = await response.json();
      if (answer.credential && consent) keep(now() + ' ' + answer.credential);
    } catch (error) {} // eslint-disable-line no-empty
    if (/u|429|50[234]/.test(status)) {
      queue = hits.concat(queue);
      next = now() + FIRST_WAIT * 2 ** tries++ * (1 + Math.random());
    } else {
      if (token === envelope.token) token = undefined; // traded, or of no worth
      tries = next = 0;
    }
  };

  const decide = (yes) => {
    if (consent !== false) {
      if (!yes) {
        // Forget everything; the only request left is the one that makes the server clear its cookie.
        const value = credential();
        if (value || (consent && own)) deliver([], { credential: value, revoke: true });
        keep();
        token = undefined;
      }
      consent = !!yes;
    }
  };

  // Looks at the source rather than waiting to be told: banners load after this script, some of them very late, and
  // tag managers replace the functions one would otherwise have hooked into.
  const ask = safe(() => {
    // The page's own word. A no counts whatever the source is.
    const { c } = window.ringback;
    if (c === false || (c === true && source === 'api')) decide(c);

    if (source === 'tcf') {
      __tcfapi('addEventListener', 2, safe(({ gdprApplies, eventStatus, purpose }) => {
        // "cmpuishown" is no answer yet; "tcloaded" and "useractioncomplete" are.
        if (eventStatus > 'd') decide(gdprApplies === false || (purpose.consents[1] && purpose.consents[8]));
      }));
      source = 0; // asked
    }
    if (source === 'consent-mode') {
      let yes;
      dataLayer.map(safe(([, mode, { analytics_storage: choice, region }]) => {
        if (choice) yes = mode === 'update' ? choice === 'granted' : (yes !== 0 && choice === 'granted' && !region) || 0;
      }));
      if (yes === !!yes) decide(yes); // 0: some default says no, or is for some region only, and the visitor said nothing
    }
  });

  const push = (kind, at = now()) => queue.push({ ...view, kind, get age() { return now() - at; } });

  const tick = safe((event) => {
    const type = event.isTrusted && event.type;
    const time = now();

    if (/move|wheel/.test(type)) {
      const quiet = time - movedAt;
      movedAt = time;
      if (quiet < BURST_GAP) return;
      news = ++view.bursts;
    }
    if (/down|click/.test(type) && (navigator.userActivation || 0).hasBeenActive !== false
      && !/^(Al|C[ao]|Es|Me|Sh)/.test(event.key)) {
      news = view.last = time - shownAt;
      if (!view.first) view.first = news;
    }

    take();
    ask();
    const before = awake;
    awake = !document.hidden && type !== 'pagehide';
    if (view && before) {
      view.visible += Math.min(time - countedAt, LONGEST_STEP);
    }
    countedAt = time;

    if (view && consent) {
      const met = view.last >= CONFIRMED_LAST && view.visible >= CONFIRMED_VISIBLE ? 2
        : view.bursts >= ENGAGED_BURSTS && view.visible >= ENGAGED_VISIBLE;
      if (met > level || (met && news && time - toldAt >= ENGAGEMENT_PAUSE)) {
        view.title = document.title.slice(0, LONGEST_TITLE);
        push(level < 0 ? 'view' : 'engagement');
        level = met;
        toldAt = time;
        news = 0;
      }
      if (before && (!awake || url !== view.url)) push('leave');
    }
    if (type === 'pagehide') view = 0;
    // A page that is prerendered, or open in a tab nobody looked at, is no view yet.
    if (awake && (!view || url !== view.url)) {
      view = {
        id: crypto.getRandomValues(new Uint32Array(3)).join(''),
        url,
        referrer,
        visible: 0,
        bursts: 0,
        driver: navigator.webdriver,
      };
      shownAt = time;
      level = -1;
      referrer = undefined; // only the first view of a document came from elsewhere
    }

    if (type === 'online' || (before && !awake)) next = 0;
    if (consent && queue[0] && time >= next) {
      const value = credential();
      const batch = queue.slice(-LONGEST_QUEUE);
      queue = batch.splice(LONGEST_BATCH);
      if (token || value || own) deliver(batch, { token, credential: value }); // else a stranger
    }
  });

  take();
  if (navigator.globalPrivacyControl || navigator.doNotTrack === '1') {
    consent = false;
    keep();
  } else if (/^[ar]/.test(source) && credential()) consent = true; // given earlier

  window.ringback = window.ringback || ((c) => { window.ringback.c = c; });

  // At the window and in the capture phase: also what is fired at the document, and before the page can stop it.
  'hashchange visibilitychange pagehide online wheel mousemove touchmove pointerdown keydown click'
    .split(' ').map((name) => addEventListener(name, tick, true));
  addEventListener('click', carry);
  addEventListener('auxclick', carry);
  setInterval(tick, TICK, 0);
} catch (error) {} // eslint-disable-line no-empty
