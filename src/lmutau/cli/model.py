"""``lmutau model``: the closed formulas of the model, as tables, JSON and figures."""

import typer

from lmutau.cli.model_bounds import bounds
from lmutau.cli.model_gminus2 import gminus2
from lmutau.cli.model_mixing import mixing
from lmutau.cli.model_monophoton import monophoton
from lmutau.cli.model_splitting import splitting
from lmutau.cli.model_widths import widths

__all__ = ["model_app"]

model_app = typer.Typer(
    name="model",
    help="Closed formulas of the model: widths, mixing, g-2, bounds, reach; tables and figures.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for command in (widths, mixing, gminus2, bounds, monophoton, splitting):
    model_app.command()(command)
