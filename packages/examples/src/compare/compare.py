"""The trials of `millrace-examples compare` in Python: gets one as JSON, prints what it took as JSON."""

import asyncio
import hashlib
import json
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

MODULUS = 2**127 - 1


def compute(item):
    x = item["seed"]
    for _ in range(item["steps"]):
        x = (x * 6364136223846793005 + 1442695040888963407) % MODULUS
    return str(x)


def do_item(item):
    time.sleep(item["ms"] / 1000)
    return compute(item)


async def do_item_on_loop(item):
    await asyncio.sleep(item["ms"] / 1000)
    return compute(item)


async def on_loop(items):
    return await asyncio.gather(*(do_item_on_loop(item) for item in items))


def done(way, workers, items):
    if way == "sequential":
        return [do_item(item) for item in items]
    if way == "loop":
        return asyncio.run(on_loop(items))
    make_pool = ThreadPoolExecutor if way == "threads" else ProcessPoolExecutor
    with make_pool(workers) as pool:
        return list(pool.map(do_item, items))


def cpu_ms():
    return sum(
        (used.ru_utime + used.ru_stime) * 1000
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def peak():
    # On Linux ru_maxrss is no less than what the parent had when it started this process.
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main():
    trial = json.loads(sys.argv[1])
    items = [
        {
            "seed": index + 1,
            "ms": 0 if trial["job"] == "cpu" else trial["ms"],
            "steps": 0 if trial["job"] == "io" else trial["steps"],
        }
        for index in range(trial["items"])
    ]
    begun = time.perf_counter()
    cpu_before = cpu_ms()
    results = done(trial["way"], trial["workers"], items)
    ms = (time.perf_counter() - begun) * 1000
    memory = peak()
    if trial["way"] == "processes":
        # Of children the system tells the largest alone.
        memory += trial["workers"] * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(
        json.dumps(
            {
                "ms": ms,
                "startMs": 0,
                "cpuMs": cpu_ms() - cpu_before,
                # macOS counts in bytes, others in KiB.
                "memoryBytes": memory * (1 if sys.platform == "darwin" else 1024),
                "digest": hashlib.sha256("\n".join(results).encode()).hexdigest()[:16],
            }
        )
    )


if __name__ == "__main__":
    main()
