"""The workloads of package lang, by threads of Python: see lang.go there."""

import os
import sys
import threading
import time

ITERATIONS = 15_000
DELAY = 0.010
KINDS = 16
BLOCK = bytes(1 << 20)
MASK = (1 << 64) - 1


def churn(x):
    for _ in range(ITERATIONS):
        x = ((x ^ x >> 32) * 6364136223846793005 + 1442695040888963407) & MASK
    return x


def mix(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & MASK
    return x ^ x >> 31


def compute(task):
    return churn(task % KINDS + 1)


def wait(task):
    time.sleep(DELAY)
    return mix(task % KINDS)


def digest(task):
    import hashlib  # here, since it takes as long as all else at the start

    h = hashlib.sha256(bytes([task % KINDS]))
    h.update(BLOCK)
    return int.from_bytes(h.digest()[:8], "big")


class Run:
    """Tasks 0 … tasks-1 by that many workers."""

    def __init__(self, do, workers, tasks):
        self.do, self.tasks = do, tasks
        self.next = self.sum = self.residence = 0
        # Held for well under 1 µs a task. Without it, it would be the
        # interpreter's lock that keeps the index whole, where it has one.
        self.lock = threading.Lock()
        threads = [threading.Thread(target=self.work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def work(self):
        start, total = time.perf_counter_ns(), 0
        while True:
            with self.lock:
                task = self.next
                self.next += 1
            if task >= self.tasks:
                break
            total += self.do(task)
        with self.lock:
            self.sum = (self.sum + total) & MASK
            self.residence += time.perf_counter_ns() - start


def about():
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    return f"{sys.version.split()[0]} {int(gil)}"


def answer(request):
    if request == ["about"]:
        return about()
    try:
        do = {"compute": compute, "wait": wait, "hash": digest}[request[0]]
        workers, tasks = map(int, request[1:])
    except (LookupError, ValueError):
        do, workers, tasks = None, 0, 0
    if workers < 1 or tasks < 0:
        return "error: not a request: " + " ".join(request)
    before = time.process_time_ns()
    run = Run(do, workers, tasks)
    return f"{run.sum} {time.process_time_ns() - before} {run.residence}"


def reply(line):
    try:
        print(answer(line.split()), flush=True)
    except BaseException:  # an error in a thread would go unnoticed
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)


for line in sys.stdin:
    threading.Thread(target=reply, args=(line,)).start()
os._exit(0)  # the parent is gone, or wants us to be
