"""Pages with one fault each: whoever looks at the report must find it. A check that cannot fail says nothing.

Last line: `N passed, M failed`.
"""

import pathlib
import sys
import tempfile
import time

from browser import Browser
from judge import faults

GOOD = ('<!DOCTYPE html><html><head><meta charset="utf-8"><title>t</title><style>{style} body {{ background: #fff; color: #222; }}</style>'
        '{head}</head><body>{body}</body></html>')
POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">'
# Nobody is there: it is kept for documents.
NOBODY = "192.0.2.1"

# What is wrong, the page, and words of what has to be found; whether the proxy has to have seen it, too.
CASES = [
    ("nothing", {"body": "<p>all is well</p>"}, None, False),
    ("an error in the console", {"body": "<p>x</p><script>console.error('broken')</script>"}, "its console has error: broken", False),
    ("a word in the console", {"body": "<p>x</p><script>console.log('hello')</script>"}, "its console has log: hello", False),
    ("a script that throws", {"body": "<p>x</p><script>nowhere()</script>"}, "its console has exception", False),
    ("a script that its policy forbids", {"head": POLICY, "body": "<p>x</p><script>1</script>"}, "its console has error: ", False),
    ("a picture of another server", {"body": f"<p>x</p><img src='http://{NOBODY}/x.png'>"}, f"it asks for http://{NOBODY}/x.png", True),
    ("a picture that its policy forbids", {"head": POLICY, "body": f"<p>x</p><img src='http://{NOBODY}/x.png'>"},
     "its console has error: ", False),
    ("a style of another server", {"style": f"@import 'https://{NOBODY}/x.css';", "body": "<p>x</p>"},
     f"it asks for https://{NOBODY}/x.css", True),
    ("a font", {"style": f"@font-face {{ font-family: f; src: url(http://{NOBODY}/f.woff2) }} p {{ font-family: f }}", "body": "<p>x</p>"},
     f"it asks for http://{NOBODY}/f.woff2", True),
    ("a script that asks", {"body": f"<p>x</p><script>fetch('http://{NOBODY}/x').catch(() => 0)</script>"},
     f"it asks for http://{NOBODY}/x", True),
    ("a connection ahead of any need", {"head": f"<link rel='preconnect' href='http://{NOBODY}'>", "body": "<p>x</p>"},
     "it could reach out: <link", True),
    ("a file beside it", {"body": "<p>x</p><img src='beside.png'>"}, "beside.png", False),
    ("a place to go to", {"body": "<p>x <a href='#top'>up</a></p>"}, "it could reach out: <a", False),
    ("a page that is too wide", {"body": "<p style='width: 900px'>x</p>"}, "too wide: P 9", False),
    ("a part that scrolls sideways", {"body": "<div style='overflow-x: auto'><p style='width: 900px'>x</p></div>"}, "too wide: ", False),
    ("a text that is cut off", {"body": "<p style='overflow: hidden; white-space: nowrap; width: 90px'>" + "word " * 50 + "</p>"},
     "cut off: P", False),
    ("pale text", {"body": "<p style='color: #999'>x</p>"}, "a contrast of 2.8: text 'x'", False),
    ("a pale bar", {"body": "<p>x</p><svg><rect width='9' height='9' fill='#ccc'/></svg>"}, "a contrast of 1.6: drawn", False),
    ("nothing to see", {"body": ""}, "it shows nothing", False),
    ("no document type", None, "browsers of the last century", False),
    ("a name that is missing", {"body": "<p data-extract>a</p>"}, "['a', 'a<b>']", False),
    ("a page that takes long", {"body": "<p>x</p><script>for (let i = 0, x = 1; i < 2e9; i++) x = x * i % 7;</script>"},
     "ms, and 500 are allowed", False),
]


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kleene-report-", ignore_cleanup_errors=True) as directory:
        browser = Browser(directory)
        try:
            for number, (title, parts, wanted, reaches) in enumerate(CASES):
                path = pathlib.Path(directory) / f"{number}.html"
                whole = {"style": "", "head": "", "body": "", **(parts or {"body": "<p>x</p>"})}
                text = GOOD.format(**whole)
                path.write_text(text if parts else text.removeprefix("<!DOCTYPE html>"))
                before = len(browser.proxy.asked())
                page = browser.open(path.as_uri(), 400, 800, False)
                found = faults(
                    page, names=["a<b>"] if "a name" in title else None, milliseconds=500 if "takes long" in title else None)
                page.close()
                # What is asked for behind the page's back may take a moment longer than the page.
                end = time.monotonic() + 10
                while reaches and len(browser.proxy.asked()) == before and time.monotonic() < end:
                    time.sleep(0.02)
                told = [each for each in found if wanted and wanted in each]
                asked = browser.proxy.asked()[before:]
                if (found if wanted is None else not told) or (reaches != bool(asked)):
                    failed += 1
                    print(f"{title}: found {found}, and the proxy was asked for {asked}")
        finally:
            browser.close()
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
