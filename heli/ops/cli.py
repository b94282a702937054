"""The `heli` command. Exit codes: 0 done, 1 refused or failed (one line on stderr), 2 wrong usage.

`heli --help` imports no Django; each command imports what it needs when it is called.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import FrameType

from heli import __version__
from heli.ground.configuration import ConfigurationError, Environment
from heli.ground.vendors import EMULATOR_PORT
from heli.ops.audit import add_audit
from heli.ops.backup.command import add_backup
from heli.ops.data_directory import default_for_demo
from heli.ops.errors import CommandRefused
from heli.ops.keys import add_keys
from heli.ops.staff import add_staff_command

DONE, REFUSED = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what is expected never shows a traceback."""
    chosen = _parser().parse_args(arguments)
    _end_orderly_on_signals()
    try:
        return int(chosen.run(chosen))
    except (CommandRefused, ConfigurationError) as refused:
        return _refused(str(refused))
    except KeyboardInterrupt:
        return _refused("stopped.")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads any more
        return REFUSED
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        return _refused(sentence)


def _refused(sentence: str) -> int:
    print(f"heli: {sentence}", file=sys.stderr, flush=True)
    return REFUSED


def _sentence(error: Exception) -> str | None:
    """What is expected to go wrong below Django, in one line; None for a fault."""
    import django.db

    from heli.ground.refusals import Refusal

    if isinstance(error, Refusal):
        return error.sentence()
    if isinstance(error, django.db.OperationalError):
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        return f"The database does not answer: {reason}"
    return None


def _end_orderly_on_signals() -> None:
    """SIGTERM, SIGHUP and Ctrl-C end the command once, so that what it opened is closed in order;
    a second one does not interrupt that."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, lambda *_: None)
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    for number in numbers:
        signal.signal(number, end)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="heli",
        description="Heli 和离: book, keep and run the two visits of a divorce by agreement.",
    )
    parser.add_argument("--version", action="version", version=f"heli {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="the demo world: tells the story and keeps serving")
    demo.add_argument("--once", action="store_true", help="tell the story to its end, then exit")
    demo.add_argument("--json", action="store_true", help="with --once: one JSON document")
    _add_address(demo, port=None, told="default: 8000, with --once a free one")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="the server with its job worker")
    _add_address(serve, port=8000, told="default: 8000; 0 finds one")
    serve.set_defaults(run=_serve)

    migrate = commands.add_parser("migrate", help="bring the tables to this version")
    migrate.set_defaults(run=_migrate)

    load = commands.add_parser("load", help="regions, offices, rules, channels from files")
    load.add_argument("directory", type=Path, metavar="DIR", help="where the files are")
    load.set_defaults(run=_load)

    timeline = commands.add_parser("timeline", help="the statutory dates of a receipt")
    timeline.add_argument("receipt", type=_day, metavar="DATE", help="of the receipt: YYYY-MM-DD")
    timeline.add_argument("--office", metavar="ID", help="with the last open moments there")
    timeline.add_argument("--json", action="store_true", help="as one JSON document")
    timeline.set_defaults(run=_timeline)

    channels, verify = _add_channels(commands)

    doctor = commands.add_parser("doctor", help="what is wrong, in one line each")
    doctor.add_argument("--json", action="store_true", help="as one JSON document")
    doctor.set_defaults(run=_doctor)

    audit = add_audit(commands)
    keys = add_keys(commands)
    backups = add_backup(commands)
    staff = add_staff_command(commands)

    _add_bench(commands)
    _add_wechat_emulator(commands)
    menu, code = _add_wechat(commands)

    for_tables = (serve, migrate, load, doctor, audit)
    _take_data(demo, timeline, channels, verify, menu, code, *for_tables, *keys, *backups, *staff)
    return parser


def _take_data(*commands: argparse.ArgumentParser) -> None:
    for command in commands:
        command.add_argument(
            "--data",
            type=_folder,
            metavar="DIR",
            help="where the embedded database and the keys are (else HELI_DATA)",
        )


def _add_channels(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    channels = commands.add_parser("channels", help="the official ways to book in a region")
    channels.add_argument("region", metavar="REGION", help="code or name")
    channels.set_defaults(run=_channels)

    verify = commands.add_parser("verify", help="is this name, link or message official")
    verify.add_argument("text", metavar="TEXT", help="as it was found")
    verify.add_argument("--region", metavar="REGION", help="where the person lives: code or name")
    verify.set_defaults(run=_verify)
    for command in (channels, verify):
        command.add_argument("--json", action="store_true", help="as one JSON document")
    return channels, verify


def _add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    bench = commands.add_parser("bench", help="benchmarks, in a world of their own")
    kinds = bench.add_subparsers(title="benchmarks", required=True, metavar="BENCHMARK")
    rush = kinds.add_parser("rush", help="bookings under load, and what they are compared with")
    for name, kind, default, told in (
        ("--places", _places, 500, "of each slot"),
        ("--clients", _clients, 64, "at once"),
        ("--seconds", _seconds, 10, "of each load"),
        ("--workers", _workers, 2, "processes of the server"),
    ):
        rush.add_argument(
            name, type=kind, default=default, metavar="N", help=f"{told}; default: {default}"
        )
    rush.add_argument("--json", action="store_true", help="as one JSON document")
    rush.set_defaults(run=_bench_rush)


def _add_wechat_emulator(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    emulator = commands.add_parser("wechat-emulator", help="a WeChat for tests and development")
    emulator.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    emulator.add_argument(
        "--port", type=_port, default=EMULATOR_PORT, metavar="N", help="default: %(default)s"
    )
    emulator.add_argument(
        "--webhook",
        default="http://127.0.0.1:8000/wechat/events",
        metavar="URL",
        help="where it pushes messages; default: %(default)s",
    )
    emulator.set_defaults(run=_wechat_emulator)


def _add_wechat(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    wechat = commands.add_parser("wechat", help="set up the official account")
    deeds = wechat.add_subparsers(title="deeds", required=True, metavar="DEED")
    menu = deeds.add_parser("menu", help="set its menu")
    menu.set_defaults(run=_wechat_menu)
    code = deeds.add_parser("code", help="a QR code of an office, to be printed")
    code.add_argument("office", metavar="OFFICE", help="its id")
    code.add_argument("--to", type=Path, required=True, metavar="FILE", help="the picture's file")
    code.set_defaults(run=_wechat_code)
    return menu, code


def _add_address(command: argparse.ArgumentParser, *, port: int | None, told: str) -> None:
    command.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    command.add_argument("--port", type=_port, default=port, metavar="N", help=told)
    command.add_argument(
        "--workers", type=_workers, default=2, metavar="N", help="processes; default: 2"
    )


def _day(text: str) -> date:
    try:
        if len(text) == len("2026-12-24"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no day of the calendar, such as 2026-12-24")


def _folder(text: str) -> Path:
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("a directory has a name")
    return Path(text)


def _port(text: str) -> int:
    return _between(text, 0, 65535)


def _workers(text: str) -> int:
    return _between(text, 1, 64)


def _places(text: str) -> int:
    return _between(text, 1, 1_000_000)


def _clients(text: str) -> int:
    return _between(text, 1, 20_000)


def _seconds(text: str) -> int:
    return _between(text, 1, 600)


def _between(text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
    return int(text)


def _demo(chosen: argparse.Namespace) -> int:
    from heli.ops.serve import address_of, check_port
    from heli.ops.wechat_emulator import emulator_beside
    from heli.ops.world import Wish, opened

    wished = chosen.port if chosen.port is not None else 0 if chosen.once else 8000
    port = check_port(chosen.host, wished)
    if os.environ.get("DATABASE_URL"):
        print(
            "heli: DATABASE_URL is set; the demo leaves it alone and uses a database of its own.",
            file=sys.stderr,
        )
    wish = Wish(
        data=chosen.data or _data_from_environment() or default_for_demo(),
        environment=_demo_environment(),
        base_url=address_of(chosen.host, port),
        own_server=False,
    )
    with emulator_beside(chosen.host, port) as wechat, opened(wish) as world:
        from heli.ops.demo.story import DemoOptions, run_demo

        options = DemoOptions(
            world=world,
            host=chosen.host,
            port=port,
            workers=chosen.workers,
            once=chosen.once,
            as_json=chosen.json,
            wechat=wechat,
        )
        try:
            return run_demo(options)
        except KeyboardInterrupt:
            return DONE  # how a demo that keeps serving is meant to end


def _data_from_environment() -> Path | None:
    return Path(os.environ["HELI_DATA"]) if os.environ.get("HELI_DATA") else None


def _demo_environment() -> Environment:
    if os.environ.get("HELI_ENV") == Environment.PRODUCTION:
        raise ConfigurationError("HELI_ENV is 'production'; there is no demo in production.")
    return Environment.DEMO


def _serve(chosen: argparse.Namespace) -> int:
    from heli.ops.serve import address_of, check_port, serve
    from heli.ops.world import Wish, opened

    port = check_port(chosen.host, chosen.port)
    wish = Wish(data=chosen.data, base_url=address_of(chosen.host, port), with_django=False)
    with opened(wish) as world:
        try:
            return serve(world, host=chosen.host, port=port, workers=chosen.workers)
        except KeyboardInterrupt:
            return DONE  # how a server is meant to end


def _wechat_emulator(chosen: argparse.Namespace) -> int:
    from heli.ops.wechat_emulator import emulator_command

    try:
        return emulator_command(host=chosen.host, port=chosen.port, webhook=chosen.webhook)
    except KeyboardInterrupt:
        return DONE  # how a server is meant to end


def _wechat_menu(chosen: argparse.Namespace) -> int:
    from heli.ops.wechat import set_account_menu

    return set_account_menu(data=chosen.data)


def _wechat_code(chosen: argparse.Namespace) -> int:
    from heli.ops.wechat import make_office_code

    return make_office_code(chosen.office, to=chosen.to, data=chosen.data)


def _migrate(chosen: argparse.Namespace) -> int:
    from heli.ops.world import Wish, opened

    with opened(Wish(data=chosen.data)):
        from heli.ops import schema

        applied = schema.migrate()
        for name in applied:
            print(name)
        print(f"{len(applied)} migrations applied." if applied else "Nothing to do.")
    return DONE


def _load(chosen: argparse.Namespace) -> int:
    from heli.ops.world import Wish, opened

    if not chosen.directory.is_dir():
        raise CommandRefused(f"There is no directory {chosen.directory}.")
    with opened(Wish(data=chosen.data)) as world:
        from heli.ops import schema
        from heli.ops.loading import load

        schema.prepare(is_embedded=world.server is not None)
        return load(chosen.directory)


def _timeline(chosen: argparse.Namespace) -> int:
    from heli.ops.timeline import show_timeline

    return show_timeline(
        chosen.receipt, as_json=chosen.json, office=chosen.office, data=chosen.data
    )


def _channels(chosen: argparse.Namespace) -> int:
    from heli.ops.channels import show_channels

    return show_channels(chosen.region, as_json=chosen.json, data=chosen.data)


def _verify(chosen: argparse.Namespace) -> int:
    from heli.ops.channels import show_verdict

    return show_verdict(chosen.text, region=chosen.region, as_json=chosen.json, data=chosen.data)


def _doctor(chosen: argparse.Namespace) -> int:
    from heli.ops.doctor import examine

    return examine(data=chosen.data, as_json=chosen.json)


def _bench_rush(chosen: argparse.Namespace) -> int:
    from heli.ops.rush.bench import Size
    from heli.ops.rush.command import bench_rush

    size = Size(chosen.places, chosen.clients, chosen.seconds, chosen.workers)
    return bench_rush(size, as_json=chosen.json)
