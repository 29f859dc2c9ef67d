"""A configuration and what it extends: a chain of files, each validated by itself, the nearest last."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.config_source import read_source
from agentflow_lint.model.disk import DISK, Disk
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.config_schema import ConfigurationTable
    from agentflow_lint.config_source import Source


@record(frozen=True)
class Layer:
    """One file: where it is, and what it says."""

    source: Source
    table: ConfigurationTable

    def sets(self, field: str) -> bool:
        """Whether the file itself says something about a field of the table."""
        return field in self.table.model_fields_set


def read_layers(path: str, validate: Callable[[Source], ConfigurationTable], disk: Disk = DISK) -> tuple[Layer, ...]:
    """The file at ``path`` and those that it extends, in rising precedence; each file once, at its first place.

    Of a list of files that are extended the later ones win. Raises
    :class:`~agentflow_lint.config_source.ConfigurationError` for a file that is not there, a circle, and what
    ``validate`` refuses.
    """
    layers: dict[str, Layer] = {}

    def read(file: str, way: tuple[str, ...]) -> None:
        source = read_source(file, disk)
        layer = Layer(source, validate(source))
        way = (*way, os.path.realpath(file))
        for name in layer.table.extend:
            extended = os.path.normpath(os.path.join(os.path.dirname(file), name))
            real = os.path.realpath(extended)
            if real in way:
                circle = " -> ".join(os.path.basename(each) for each in (*way[way.index(real) :], real))
                raise source.error(f"extend: {name} leads back to itself ({circle})", "extend", name)
            if not disk.is_file(extended):
                raise source.error(f"extend: there is no file {name} beside it", "extend", name)
            if real not in layers:
                read(extended, way)
        layers[way[-1]] = layer

    read(path, ())
    return tuple(layers.values())
