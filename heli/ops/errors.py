"""What a command cannot do, said in one sentence on stderr; the exit code is 1.

CommandRefused
├── DirectoryRefused    the data directory is not ours, or not for this version
    │   └── DirectoryMissing
├── DatabaseFailed      PostgreSQL cannot be started, reached or used
├── PortTaken           somebody else listens there
└── ServerFailed        the server did not come up
"""


class CommandRefused(Exception):
    """The command stops; the message is one sentence that says why and what to do."""


class DirectoryRefused(CommandRefused):
    """The data directory cannot be used as it is; nothing in it was changed."""


class DirectoryMissing(DirectoryRefused):
    """There is no data directory yet."""


class DatabaseFailed(CommandRefused):
    """PostgreSQL cannot be started, reached or used."""


class PortTaken(CommandRefused):
    """Another program listens on the port."""


class ServerFailed(CommandRefused):
    """The server did not come up, or stopped by itself too often."""
