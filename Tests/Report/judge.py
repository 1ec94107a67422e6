"""What is wrong with a page, in words; nothing of it where all is well."""

# The least contrast of text, and of what is drawn, by the guidelines for accessible pages (WCAG 2.2, AA).
TEXT, DRAWN = 4.5, 3.0

# All that could make a browser ask somebody, or leave the page.
REACHING = """[...document.querySelectorAll(
  'script,link,iframe,frame,object,embed,base,form,img,image,video,audio,source,use,a,[src],[href],[srcset],[style*="url"],[onload],[onerror]')]
  .map(e => e.outerHTML.slice(0, 80))"""

# What is wider than the screen, and what scrolls sideways in itself.
WIDE = """[...document.querySelectorAll('*')].filter(e =>
    e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 || (
      ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1))
  .map(e => e.tagName + ' ' + Math.round(e.getBoundingClientRect().right) + ' ' + (e.textContent || '').trim().slice(0, 40))
  .concat(document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? ['the page is ' + document.documentElement.scrollWidth + ' wide'] : [])"""

# Texts on top of each other, or cut off.
CUT = """[...document.querySelectorAll('th,td,p,li,h1,h2,b,code,time,small')].filter(e => {
    const s = getComputedStyle(e);
    return e.scrollWidth > e.clientWidth + 1 && s.display !== 'inline' && s.overflowX !== 'visible' && s.overflowX !== 'auto'
      || s.textOverflow === 'ellipsis';
  }).map(e => e.tagName + ' ' + (e.textContent || '').trim().slice(0, 40))"""

# The lowest contrast of each kind: of a text with what is behind it, and of a bar.
CONTRAST = """(() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const parts = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const behind = e => {
    for (let at = e; at; at = at.parentElement) {
      const c = parts(getComputedStyle(at).backgroundColor);
      if (c.length < 4 || c[3] > 0.99) return c;
    }
    return getComputedStyle(document.documentElement).colorScheme.includes('dark') &&
      matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    const s = getComputedStyle(e);
    if (e.tagName === 'rect' || e.tagName === 'path') {
      found.push(['drawn', ratio(parts(s.fill), behind(e)), e.getAttribute('class') || '']);
    } else if ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest('svg')) {
      found.push(['text', ratio(parts(s.color), behind(e)), e.textContent.trim().slice(0, 40)]);
    }
  }
  const least = {};
  for (const one of found) if (!least[one[0]] || one[1] < least[one[0]][1]) least[one[0]] = one;
  return [found.length, ...Object.values(least)];
})()"""

NAMES = "[...document.querySelectorAll('[data-extract]')].map(e => e.textContent)"


def faults(page, names=None, milliseconds=None):
    """The faults of an open page.

    names: the extracts that it has to show, each once, letter by letter; milliseconds: the most that it may take of a processor.
    """
    taken = page.milliseconds()
    found = [f"its console has {line}" for line in page.console()]
    found += [f"it asks for {url}" for url in page.requests()]
    found += [f"it could reach out: {markup}" for markup in page.value(REACHING)]
    found += [f"too wide: {what}" for what in page.value(WIDE)]
    found += [f"cut off: {what}" for what in page.value(CUT)]
    count, *least = page.value(CONTRAST)
    if not count:
        found.append("it shows nothing")
    for kind, contrast, what in least:
        if contrast < (TEXT if kind == "text" else DRAWN):
            found.append(f"a contrast of {contrast:.1f}: {kind} {what!r}")
    if page.value("document.compatMode") != "CSS1Compat":
        found.append("it is shown as browsers of the last century would")
    if milliseconds is not None and taken > milliseconds:
        found.append(f"it took {taken:.0f} ms, and {milliseconds} are allowed")
    if names is not None:
        shown = page.value(NAMES)
        if sorted(shown) != sorted(names):
            found.append(f"it shows {len(shown)} extracts and not these {len(names)}: "
                         f"{sorted(set(names) ^ set(shown))[:5]}")
    return found
