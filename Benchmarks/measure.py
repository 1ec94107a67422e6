"""Runs one command and says what it cost: `measure.py COMMAND…` prints one line of JSON.

A process of its own for each measurement, because the kernel adds up what children cost, and lets a child start with its parent's
largest resident size. Processor time is that of the whole process tree, once all of it has been waited for. `peak_max` is the
largest resident size of any one process, `peak_sum` the sum of each process's own largest, seen every 20 ms: an upper bound.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import threading
import time


def tree(pid):
    found = [pid]
    for process in found:
        try:
            for task in os.listdir(f"/proc/{process}/task"):
                found += map(int, pathlib.Path(f"/proc/{process}/task/{task}/children").read_text().split())
        except OSError:
            pass
    return found


def watch(pid, peaks, over):
    while not over.wait(0.02):
        for process in tree(pid):
            try:
                for line in open(f"/proc/{process}/status"):
                    if line.startswith("VmHWM:"):
                        peaks[process] = int(line.split()[1]) * 1024
                        break
            except OSError:
                pass


def main():
    peaks, over = {}, threading.Event()
    with tempfile.TemporaryFile() as errors:
        begin = time.monotonic()
        child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        watcher = threading.Thread(target=watch, args=(child.pid, peaks, over))
        watcher.start()
        code = child.wait()
        wall = time.monotonic() - begin
        over.set()
        watcher.join()
        errors.seek(0)
        said = errors.read().decode(errors="replace")[-2000:]
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({
        "code": code, "wall": wall, "user": usage.ru_utime, "system": usage.ru_stime, "peak_max": max(peaks.values(), default=0),
        "peak_sum": sum(peaks.values()), "said": said}))


if __name__ == "__main__":
    main()
