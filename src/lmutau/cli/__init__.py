"""The command line: one file per command or group, errors and exit statuses here.

Exit status: 0 done, 1 failed, 2 wrong use or wrong card, 130 interrupted.
"""

import io
import os
import sys

import typer

from lmutau import __version__
from lmutau.cli.analyze import analyze
from lmutau.cli.check import check
from lmutau.cli.detector import detector
from lmutau.cli.export import export
from lmutau.cli.generate import generate
from lmutau.cli.merge import merge
from lmutau.cli.model import model_app
from lmutau.cli.processes import processes
from lmutau.cli.reweight import reweight
from lmutau.cli.run import run
from lmutau.cli.show import show
from lmutau.cli.simulate import simulate
from lmutau.cli.susy import susy

__all__ = ["app", "main"]

_INTERRUPTED = 130

app = typer.Typer(
    name="lmutau",
    help="L_mu-L_tau Z' at Belle II: generate events, simulate the detector, analyse, report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for command in (run, processes, generate, simulate, analyze, merge, reweight, export, show, check, detector):
    app.command()(command)
app.add_typer(model_app)
app.add_typer(susy, name="susy")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"lmutau {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """L_mu-L_tau Z' at Belle II: generate events, simulate the detector, analyse, report."""


def main() -> None:
    """Entry point: run the command, turn expected errors into a message and an exit status."""
    from lmutau.gen.errors import ConfigError, FileError, LmutauError

    status = 0
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Greek letters gets question marks
            stream.reconfigure(errors="replace")
    try:
        result = app(standalone_mode=False)
        status = result if isinstance(result, int) else 0
        if status == _INTERRUPTED:
            raise KeyboardInterrupt
    except (ConfigError, FileError) as error:
        status = _complain(error, 2)
    except LmutauError as error:
        status = _complain(error, 1)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted: nothing half-written is left; files that were finished before stay", err=True)
        status = _INTERRUPTED
    except BrokenPipeError:
        # the reader (head, less) went away: not an error of ours, and nothing more may be printed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except OSError as error:
        status = _complain(error, 1)
    except Exception as error:
        if not hasattr(error, "exit_code"):
            raise
        status = _usage(error)
    sys.exit(status)


def _complain(error: Exception, status: int) -> int:
    for line in str(error).splitlines() or [type(error).__name__]:
        typer.echo(f"error: {line}", err=True)
    return status


def _usage(error: Exception) -> int:
    """Wrong use found by the option parser: its message, and where help is."""
    show_error = getattr(error, "show", None)
    if callable(show_error):
        show_error()
    return int(getattr(error, "exit_code", 2))
