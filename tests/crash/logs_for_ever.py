"""A training: logs 0, 1, 2, … and prints each number when `log()` has returned.

Arguments: run id, folder, how many rows (-1: until it is killed).
"""

import os
import sys
import time

import gnomon

run = gnomon.init(project="p", id=sys.argv[1], dir=sys.argv[2], settings={"console": "off", "quiet": True})
rows = int(sys.argv[3])
step = 0
while step != rows:
    run.log({"loss": step})
    os.write(1, b"%d\n" % step)
    step += 1
    if step % 64 == 0:
        time.sleep(0.002)
run.finish()
