"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    _Command = TypeVar("_Command", bound=Callable[..., Any])


def split_list(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...] | None:
    """A repeatable option of comma lists as one tuple; None when it was not given."""
    return tuple(item.strip() for part in given for item in part.split(",")) if given else None


paths = click.argument("paths", nargs=-1, type=click.Path())

target_release = click.option(
    "--target-release", metavar="VERSION", help="The server release to assume, whatever the project pins."
)
deployments = click.option(
    "--deployment", "deployments", multiple=True, metavar="NAME", help="Look at this deployment; repeatable."
)
config = click.option(
    "--config",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Use this configuration for every project instead of the nearest one.",
)
fail_on = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="Exit with 1 for findings of at least this severity.  [default: error]",
)
show_undecided = click.option(
    "--show-undecided", is_flag=True, default=None, help="List what could not be decided (AF904)."
)
baseline = click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Hold back the findings that this baseline knows.",
)
write_baseline = click.option(
    "--write-baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write a baseline that knows every finding of this run, and apply it.",
)
prune_baseline = click.option(
    "--prune-baseline", is_flag=True, help="Take out of the baseline what no finding matches any more."
)
no_baseline = click.option("--no-baseline", is_flag=True, help="Apply no baseline, whatever the configuration says.")
color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether to colour; auto heeds NO_COLOR and FORCE_COLOR.",
)
select = click.option(
    "--select",
    multiple=True,
    callback=split_list,
    metavar="RULES",
    help="Codes, names, families such as AF3, or ALL; comma-separated, repeatable.",
)

output_file = click.option(
    "--output-file", metavar="FILE", type=click.Path(dir_okay=False), help="Write there instead of standard output."
)
ignore = click.option(
    "--ignore",
    multiple=True,
    callback=split_list,
    metavar="RULES",
    help="Rules not to run, spelled as for --select; the more specific of the two wins.",
)


def output_format(*formats: str) -> Callable[[_Command], _Command]:
    """``--output-format`` with these choices, the first being the default."""
    return click.option(
        "--output-format", type=click.Choice(formats), default=formats[0], show_default=True, help="How to print."
    )
