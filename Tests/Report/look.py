"""look.py [--pictures DIRECTORY]: the page of `report`, in a browser: two widths, dark and light, of a few extracts and of hundreds.

Nothing in the console, no request to anybody, nothing wider than the screen, nothing cut off, readable colors, every name whole. The
pictures are for people to look at. Last line: `N passed, M failed`.
"""

import argparse
import pathlib
import sys
import tempfile

import history
from browser import Browser
from judge import faults

WIDTHS = [400, 1280]
# Bytes and milliseconds of a page of hundreds of extracts.
LARGEST, LONGEST = 8 << 20, 3000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=pathlib.Path, default=history.ROOT / ".build/report")
    options = parser.parse_args()
    options.pictures.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="kleene-report-", ignore_cleanup_errors=True) as directory:
        directory = pathlib.Path(directory)
        places = {"nights": history.some_nights(directory / "nights"), "many": history.many(directory / "many")}
        browser = Browser(directory)
        try:
            for name, place in places.items():
                path, names = place.page("--max-age", "26h")
                size = path.stat().st_size
                if size > LARGEST:
                    print(f"{name}: {size} bytes")
                    failed += 1
                for width in WIDTHS:
                    for is_dark in (False, True):
                        title = f"{name}-{width}-{'dark' if is_dark else 'light'}"
                        page = browser.open(path.as_uri(), width, 1400, is_dark)
                        taken = page.milliseconds()
                        found = faults(page, names, LONGEST)
                        page.picture(options.pictures / f"{title}.png")
                        print(f"{title}: {len(names)} extracts, {size >> 10} KiB, {taken:.0f} ms of a processor")
                        page.close()
                        for fault in found[:20]:
                            print(f"  {fault}")
                        failed += bool(found)
                        passed += not found
        finally:
            browser.close()
            for place in places.values():
                place.stop()
        if browser.proxy.asked():
            print(f"the network was asked for {browser.proxy.asked()}")
            failed += 1
    print(f"the pictures are in {options.pictures}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
