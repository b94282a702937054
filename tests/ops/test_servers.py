"""What a process of the server asks of the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

from heli.ops.prefork import BACKGROUND_NICENESS

PR_CAPBSET_DROP, CAP_SYS_ADMIN = 24, 21
AT_ONCE = 4
GIVE_WAY = """
import os, pathlib
from heli.ops.servers import give_way
os.read(0, 1)  # until all of them are here
give_way({niceness})
group = pathlib.Path("/proc/self/autogroup")
print(os.getpriority(os.PRIO_PROCESS, 0), group.read_text() if group.exists() else "none")
"""


def become_ordinary() -> None:
    """Without what lets root alone change the urgency of several groups in one moment."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0)


def test_several_give_way_at_once_and_their_groups_with_them():
    """As web processes and job worker do when they start; the kernel puts off all but one."""
    command = [sys.executable, "-c", GIVE_WAY.format(niceness=BACKGROUND_NICENESS)]
    processes = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=become_ordinary,
        )
        for _one in range(AT_ONCE)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("!")
        process.stdin.flush()
    told = [process.communicate(timeout=60)[0] for process in processes]

    has_groups = Path("/proc/self/autogroup").exists()
    assert [said.split()[0] for said in told] == [str(BACKGROUND_NICENESS)] * AT_ONCE
    for said in told:
        assert said.strip().endswith(f"nice {BACKGROUND_NICENESS}" if has_groups else "none")
